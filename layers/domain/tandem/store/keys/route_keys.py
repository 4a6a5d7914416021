"""Keys of what leads to a tenant, and of what was kept on the way."""

from tandem.model.line import Address
from tandem.store.keys.grammar import SYSTEM, Key


def kept(tenant: str, kept: str) -> Key:
    return Key(f"{tenant}#KEPT#{kept}", "KEPT")


def kept_things(tenant: str) -> str:
    """The group of what a tenant keeps without understanding it."""
    return f"{tenant}#KEPT"


def unclaimed(address: Address, fingerprint: str = "") -> Key:
    """A webhook for a number or an account that nobody has connected."""
    return Key(f"{SYSTEM}#UNCLAIMED#{address.kind}#{address.id}", fingerprint)


def phone_route(phone_number_id: str) -> Key:
    return Key(f"{SYSTEM}#PHONE#{phone_number_id}", "ROUTE")


def waba_route(waba: str) -> Key:
    return Key(f"{SYSTEM}#WABA#{waba}", "ROUTE")


def number_route(digits: str) -> Key:
    return Key(f"{SYSTEM}#NUMBER#{digits}", "ROUTE")


def portfolio_route(portfolio: str) -> Key:
    return Key(f"{SYSTEM}#PORTFOLIO#{portfolio}", "ROUTE")


def api_key(digest: str) -> Key:
    return Key(f"{SYSTEM}#KEY#{digest}", "ROUTE")


def api_keys(tenant: str) -> str:
    """The group of a tenant's API keys."""
    return f"{tenant}#KEYS"


def used_invitation(invitation: str) -> Key:
    return Key(f"{SYSTEM}#INVITATION#{invitation}", "ROUTE")
