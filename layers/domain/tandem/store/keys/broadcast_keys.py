"""Keys of broadcasts: their plans and recipients, and what they are made of."""

from tandem.store.keys.grammar import SYSTEM, Key

RECIPIENTS_PER_SHARD = 500


def broadcast(tenant: str, broadcast: str) -> Key:
    return Key(f"{tenant}#BROADCAST#{broadcast}", "BROADCAST")


def broadcast_watch(tenant: str, broadcast: str) -> Key:
    """When a broadcast that is not finished is to be looked at again."""
    return Key(f"{tenant}#BROADCAST#{broadcast}", "WATCH")


def broadcasts(tenant: str) -> str:
    """The group of a tenant's broadcasts."""
    return f"{tenant}#BROADCASTS"


def open_broadcasts() -> str:
    """The group of every broadcast that is not finished, over all tenants: the keeper's list."""
    return f"{SYSTEM}#BROADCASTS"


def series(tenant: str, series: str = "") -> Key:
    return Key(f"{tenant}#SERIES", series)


def running_series() -> str:
    """The group of every series that goes on, over all tenants: the keeper's list."""
    return f"{SYSTEM}#SERIES"


def plan(tenant: str, edition: str) -> Key:
    """How far the plan of an edition is made."""
    return Key(f"{tenant}#PLAN#{edition}", "PLAN")


PART_PREFIX = "PART#"


def plan_part(tenant: str, edition: str, part: int) -> Key:
    return Key(f"{tenant}#PLAN#{edition}", f"{PART_PREFIX}{part:05d}")


def audience(tenant: str, edition: str, shard: int) -> str:
    return f"{tenant}#AUDIENCE#{edition}#{shard:04d}"


def recipient(tenant: str, edition: str, number: int) -> Key:
    shard = number // RECIPIENTS_PER_SHARD
    return Key(audience(tenant, edition, shard), f"RECIPIENT#{number:07d}")


def template(tenant: str, waba: str, *, name: str = "", language: str = "") -> Key:
    """A template of an account; without a name, the row of the account's list itself."""
    return Key(f"{tenant}#TEMPLATES#{waba}", f"{name}#{language}")


def rate_card(tenant: str, card: str = "") -> Key:
    return Key(f"{tenant}#RATES", card)


def named_segment(tenant: str, name: str = "") -> Key:
    return Key(f"{tenant}#SEGMENTS", name)


def uploaded_list(tenant: str, name: str = "") -> Key:
    return Key(f"{tenant}#LISTS", name)
