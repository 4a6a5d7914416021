#!/usr/bin/env bash
# Makes the project's environments inside its folder: .venv for the project, .venv-sam for the SAM
# command line. Everything comes from hashed locks. Called by make; needs a network only when a lock
# has changed.
set -euo pipefail
cd "$(dirname "$0")/.."

version="$(cat .python-version)"
export UV_CACHE_DIR="$PWD/.cache/uv"

is_wanted() {
  command -v "$1" >/dev/null &&
    "$1" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" 2>/dev/null
}

make_environment() {
  for python in "python$version" python3 python; do
    if is_wanted "$python"; then
      "$python" -m venv .venv && return
      rm -rf .venv
    fi
  done
  # No Python of this version: uv, from any Python, looks further and fetches one if it must.
  echo "No Python $version on the path; asking uv to find one." >&2
  python3 -m venv .cache/bootstrap
  .cache/bootstrap/bin/python -m pip install --quiet --require-hashes -r local/uv.txt
  .cache/bootstrap/bin/uv venv --quiet --seed --python "$version" .venv
}

if ! [ -x .venv/bin/python ] || ! is_wanted .venv/bin/python; then
  echo "Making .venv with Python $version"
  rm -rf .venv
  make_environment
fi

# On a terminal uv shows how far it is; a log does not need every package.
quiet=--quiet
[ ! -t 2 ] || quiet=

echo "Installing what the locks name"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r local/uv.txt
.venv/bin/uv pip install $quiet --python .venv --require-hashes -r local/requirements.txt
.venv/bin/uv pip install --quiet --python .venv --no-deps --editable .

[ -x .venv-sam/bin/python ] || .venv/bin/uv venv --quiet --python .venv/bin/python .venv-sam
.venv/bin/uv pip install $quiet --python .venv-sam --require-hashes -r local/sam.txt

# Built now, so that bringing the stack up never needs a network.
.venv/bin/python -m local build
