import pytest

from tandem.store.api_keys import ApiKeys, holder_of
from tests.fakes.memory_table import MemoryTable


def test_a_key_leads_to_its_tenant_and_is_not_stored_itself(memory_table: MemoryTable) -> None:
    keys = ApiKeys(memory_table)

    key = keys.create("acme", "console", at=100)

    holder = holder_of(key, memory_table)
    assert holder is not None
    assert (holder.tenant, holder.name, holder.created_at) == ("acme", "console", 100)
    assert key not in repr(memory_table.contents())


def test_a_revoked_key_opens_nothing_and_its_sister_still_does(memory_table: MemoryTable) -> None:
    keys = ApiKeys(memory_table)
    revoked, kept = keys.create("acme", "old", at=1), keys.create("acme", "new", at=2)

    count = keys.revoke("acme", "old", at=3)

    assert count == 1
    assert holder_of(revoked, memory_table) is None
    assert holder_of(kept, memory_table) is not None
    assert keys.revoke("acme", "old", at=4) == 0
    assert [key.revoked_at for key in keys.of("acme")] == [None, 3]


def test_a_tenant_cannot_revoke_the_key_of_another(memory_table: MemoryTable) -> None:
    keys = ApiKeys(memory_table)
    theirs = keys.create("globex", "console", at=1)

    count = keys.revoke("acme", "console", at=2)

    assert count == 0
    assert holder_of(theirs, memory_table) is not None


@pytest.mark.parametrize("tenant", ["~", "", "Acme", "a#b", "a" * 41])
def test_a_name_that_no_tenant_can_have_gets_no_key(memory_table: MemoryTable, tenant: str) -> None:
    with pytest.raises(ValueError, match="cannot name a tenant"):
        ApiKeys(memory_table).create(tenant, "console", at=1)

    assert memory_table.contents() == {}
