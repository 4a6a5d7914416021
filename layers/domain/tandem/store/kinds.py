"""What sort of row a key names: the reading counterpart of `keys`, for rows that webhooks make."""

from enum import StrEnum

from tandem.store.keys import CHUNK_PREFIX, Key


class Kind(StrEnum):
    """The rows that webhooks make."""

    MESSAGE = "message"
    CONVERSATION = "conversation"
    PERSON = "person"
    SYNC = "sync"
    RECEIPT = "receipt"
    KEPT = "kept"


_KINDS = {
    "MSG": Kind.MESSAGE,
    "TALK": Kind.CONVERSATION,
    "PERSON": Kind.PERSON,
    "SYNC": Kind.SYNC,
    "KEPT": Kind.KEPT,
}


def kind_of(key: Key) -> Kind | None:
    """The kind of a row; None for one that webhooks do not make."""
    return Kind.RECEIPT if key.sk.startswith(CHUNK_PREFIX) else _KINDS.get(key.sk)


def line_of(key: Key) -> str | None:
    """The line of a message, a conversation, a sync or a receipt; None for what has none."""
    _, kind, rest = key.pk.split("#", 2)
    return rest.split("#", 1)[0] if kind in ("MSG", "TALK", "SYNC") else None


def alias_of(key: Key) -> str:
    """The alias of a person's row."""
    return key.pk.split("#", 2)[2]


def name_of(key: Key) -> str:
    """What tells a row from its neighbours: a wamid, an alias, the place of a chunk, an id."""
    if key.sk.startswith(CHUNK_PREFIX):
        return key.sk
    return key.pk.split("#", 2 if line_of(key) is None else 3)[-1]
