"""`tandem verify`: a certificate is checked by anybody, with nothing but its file."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tandem.history.statement import FORM, canonical
from tandem.runtime import clients, command_line
from tandem.runtime.command_line import main
from tandem.runtime.commands.offering import Stack
from tandem.store.certificate_key import CertificateKey
from tests.fakes.signup_meta import FakeSigner

OURS = FakeSigner()


def certificate(folder: Path, signer: FakeSigner = OURS, **changes: Any) -> str:
    """A certificate in a file; what `changes` say was changed after it was signed."""
    key = CertificateKey(signer, "the key")  # type: ignore[arg-type]
    part = {"count": 0, "digest": hashlib.sha256(b"[]").hexdigest(), "listed": []}
    said = {
        "form": FORM,
        "display_number": "15550100001",
        "state": "complete",
        "issued_at": 1_790_000_000,
        "arrived": {"messages": 12},
        "days": part,
        "threads": part,
        "proven": ["Everything came, “é” too."],
    }
    seal = {
        "algorithm": "ECDSA_SHA_256",
        "key_id": key.id,
        "public_key": key.public_key(),
        "value": key.sign(canonical(said)),
    }
    file = folder / "certificate.json"
    file.write_text(json.dumps({"certificate": said | changes, "signature": seal}))
    return str(file)


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack whose certificate key is ours."""
    stack = Stack({"CertificateKeyArn": "the key"})
    monkeypatch.setattr(command_line, "_stack", lambda _name: stack)
    monkeypatch.setattr(clients, "kms", lambda: OURS)


def test_a_certificate_is_checked_without_a_stack(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANDEM_STACK", "nowhere")

    assert main(["verify", certificate(tmp_path)]) == 0

    out = capsys.readouterr().out
    assert "The signature holds. Whose key it is was not checked" in out
    assert "+15550100001, complete, 12 messages, issued 2026-09-21" in out


def test_openssl_and_jq_check_it_as_the_documents_say(tmp_path: Path) -> None:
    certificate(tmp_path)
    documents = Path(__file__).parents[3] / "docs/api.md"
    told = documents.read_text().split("with nothing of ours:\n\n```sh\n")[1].split("```")[0]

    checked = subprocess.run(["sh", "-ec", told], cwd=tmp_path, capture_output=True, check=False)

    assert (checked.stdout, checked.returncode) == (b"Verified OK\n", 0)


@pytest.mark.parametrize(
    "changes",
    [{"state": "complete_with_gaps"}, {"arrived": {"messages": 13}}, {"more": "x"}],
)
def test_a_certificate_that_was_changed_is_refused(
    tmp_path: Path, changes: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    file = certificate(tmp_path, **changes)

    assert main(["verify", file]) == 1

    assert "the signature does not hold" in capsys.readouterr().err


def test_a_stack_knows_its_own_certificates(
    deployed: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = main(["verify", certificate(tmp_path), "--stack", "tandem-prod"])
    theirs = main(["verify", certificate(tmp_path, FakeSigner()), "--stack", "tandem-prod"])

    told = capsys.readouterr()
    assert (ours, theirs) == (0, 1)
    assert "The key is that of tandem-prod." in told.out
    assert "it was signed by another key than that of tandem-prod" in told.err


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"certificate": {}, "signature": 1}', '{"certificate": null}']
)
def test_what_is_no_certificate_is_said_so(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "other.json"
    file.write_text(text)

    assert main(["verify", str(file)]) == 1

    assert "holds no certificate" in capsys.readouterr().err
