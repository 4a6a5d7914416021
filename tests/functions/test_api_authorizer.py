from typing import Any

import pytest

from functions.api_authorizer import handler as authorizer
from tandem.store.api_keys import ApiKeys, holder_of
from tests.fakes.memory_table import MemoryTable


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> ApiKeys:
    table = MemoryTable()
    monkeypatch.setattr(authorizer, "holder", lambda key: holder_of(key, table))
    return ApiKeys(table)


def decide(header: str | None) -> dict[str, Any]:
    headers = {} if header is None else {"authorization": header}
    return authorizer.handler({"version": "2.0", "type": "REQUEST", "headers": headers}, None)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_key_opens_its_own_tenant(keys: ApiKeys, scheme: str) -> None:
    key = keys.create("acme", "console", at=1)

    decision = decide(f"{scheme} {key}")

    assert decision == {
        "isAuthorized": True,
        "context": {"tenant": "acme", "key": "console"},
    }


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer tdm_unknown", "Basic {key}", "{key}", "Bearer {key}x"],
)
def test_anything_else_opens_nothing(keys: ApiKeys, header: str | None) -> None:
    key = keys.create("acme", "console", at=1)

    decision = decide(header.format(key=key) if header else header)

    assert decision == {"isAuthorized": False}


def test_a_revoked_key_opens_nothing(keys: ApiKeys) -> None:
    key = keys.create("acme", "console", at=1)
    keys.revoke("acme", "console", at=2)

    decision = decide(f"Bearer {key}")

    assert decision == {"isAuthorized": False}


def test_the_log_names_the_tenant_and_never_the_key(
    keys: ApiKeys, capsys: pytest.CaptureFixture[str]
) -> None:
    key = keys.create("acme", "console", at=1)

    decide(f"Bearer {key}")

    line = capsys.readouterr().out
    assert '"tenant": "acme"' in line
    assert key not in line
