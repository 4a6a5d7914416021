# Everything a developer does, by name. Nothing is installed outside this folder.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
SHELL := /bin/bash

PYTHON := .venv/bin/python
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export UV_CACHE_DIR := $(CURDIR)/.cache/uv
export SAM_CLI_TELEMETRY := 0

LOCKS := local/uv.txt local/requirements.txt local/sam.txt layers/dependencies/requirements.txt
READY := .venv/.ready

.PHONY: help
help:  ## What can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[1mmake %-16s\033[0m %s\n", $$1, $$2}' Makefile

# ── See it run ──────────────────────────────────────────────────────────────────────────────

.PHONY: demo up status logs down
demo: $(READY)  ## The whole story on this machine: connect, import, talk, broadcast
	@$(PYTHON) -m local demo

up: $(READY)  ## Bring the local stack up to the code as it is; its addresses in .state/endpoints.json
	@$(PYTHON) -m local up

status: $(READY)  ## Where the local stack is reached
	@$(PYTHON) -m local status

logs: $(READY)  ## What the functions said in the last quarter of an hour
	@$(PYTHON) -m local logs

down: $(READY)  ## Stop the local stack; its state stays
	@$(PYTHON) -m local down

# ── Change it ───────────────────────────────────────────────────────────────────────────────

# The journeys of a file share their shops, so a file stays together. By group does not hold under
# pytest 9.2: xdist 3.8 writes the group where pytest no longer looks for it.
PROCESSES ?= 2

.PHONY: test check format bench bench-broadcast prove
test: $(READY)  ## Run every test, in PROCESSES at a time (2)
	@$(PYTHON) -m pytest -n $(PROCESSES) --dist loadfile

check: $(READY)  ## Format, lint, types, layering, template
	@ruff format --check .
	@ruff check .
	@mypy
	@$(PYTHON) -m pytest --quiet tests/repository/test_layering.py
	@AWS_DEFAULT_REGION=us-east-1 .venv-sam/bin/sam validate --lint --template template.yaml

format: $(READY)  ## Put the code into its form
	@ruff format .
	@ruff check --fix .

SUITE ?= webhooks
N ?=
SEED ?=
prove: $(READY)  ## Try a law on as many cases as wanted: make prove SUITE=webhooks N=10000
	@$(PYTHON) -m tests.prove $(SUITE) "$(N)" "$(SEED)"

bench: $(READY)  ## Measure against the budgets in docs/architecture.md
	@$(PYTHON) -m bench

bench-broadcast: $(READY)  ## Send and plan large broadcasts: N=people of the plan, a million unless said
	@$(PYTHON) -m bench.broadcast "$(N)"

# ── Ship it ─────────────────────────────────────────────────────────────────────────────────

STAGE ?= dev

.PHONY: build deploy
build: $(READY)  ## Build what is deployed, into .aws-sam
	@.venv-sam/bin/sam build

deploy: build  ## Deploy to AWS: make deploy STAGE=dev|staging|prod
	@.venv-sam/bin/sam deploy --config-env $(STAGE)

# ── What the above rests on ─────────────────────────────────────────────────────────────────

.PHONY: setup lock
setup: $(READY)  ## Install what everything above needs, and no more
	@echo "Everything is set up."

$(READY): .python-version pyproject.toml local/setup.sh $(LOCKS)
	@local/setup.sh
	@touch $@

COMPILE := uv pip compile --quiet --upgrade --universal --python-version 3.13 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links

lock: $(READY)  ## Bring every lock to the newest versions
	@$(COMPILE) local/requirements.in -o local/requirements.txt
	@$(COMPILE) layers/dependencies/requirements.in -c local/requirements.txt \
		-o layers/dependencies/requirements.txt
	@$(COMPILE) local/sam.in -o local/sam.txt
	@$(COMPILE) local/uv.in -o local/uv.txt
