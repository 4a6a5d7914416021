"""Keys of lines: what they are, what happened to them, how they were connected and imported."""

from tandem.store.keys.grammar import SYSTEM, Key


def lines(tenant: str) -> str:
    return f"{tenant}#LINES"


def line(tenant: str, line: str) -> Key:
    return Key(lines(tenant), line)


def watched_lines() -> str:
    """The group of every line, over all tenants, by when it is to be read again from Meta."""
    return f"{SYSTEM}#LINES"


def token(tenant: str, line: str) -> Key:
    return Key(f"{tenant}#LINE#{line}", "TOKEN")


def pace(tenant: str, line: str) -> Key:
    return Key(f"{tenant}#LINE#{line}", "PACE")


def happening(tenant: str, line: str, happening: str) -> Key:
    return Key(f"{tenant}#LINE#{line}", f"HAPPENED#{happening}")


def happenings(tenant: str, line: str) -> str:
    """The group of what happened to a line."""
    return f"{tenant}#LINE#{line}"


def sync(tenant: str, line: str, sync: str) -> Key:
    return Key(f"{tenant}#SYNC#{line}#{sync}", "SYNC")


CHUNK_PREFIX = "CHUNK#"


def chunk(tenant: str, line: str, sync: str, *, phase: int, order: int, digest: str) -> Key:
    """A receipt. The digest is part of it: one place with two contents is two rows, and shows."""
    return Key(f"{tenant}#SYNC#{line}#{sync}", f"{CHUNK_PREFIX}{phase:03d}#{order:06d}#{digest}")


def onboarding(tenant: str, onboarding: str) -> Key:
    return Key(f"{tenant}#ONBOARDING#{onboarding}", "ONBOARDING")


STEP_PREFIX = "STEP#"


def step(tenant: str, onboarding: str, step: str) -> Key:
    return Key(f"{tenant}#ONBOARDING#{onboarding}", f"{STEP_PREFIX}{step}")


def open_onboardings() -> str:
    """The group of every onboarding that is not finished, over all tenants: the keeper's list."""
    return f"{SYSTEM}#ONBOARDINGS"
