"""Keys of what people say: conversations, messages, people, single sends."""

from tandem.store.keys.grammar import Key


def conversation(tenant: str, line: str, alias: str) -> Key:
    return Key(f"{tenant}#TALK#{line}#{alias}", "TALK")


def conversation_of(pk: str) -> tuple[str, str]:
    """The line and the alias that a conversation's partition key names."""
    _, _, line, alias = pk.split("#", 3)
    return line, alias


def timeline(tenant: str, line: str, alias: str) -> str:
    """The group of a conversation's messages."""
    return f"{tenant}#TALK#{line}#{alias}"


def acts(tenant: str, line: str, alias: str) -> str:
    """The group of a conversation's acts: what was done to its messages, and is none itself."""
    return f"{tenant}#ACTS#{line}#{alias}"


def inbox(tenant: str, line: str) -> str:
    """The group of a line's conversations."""
    return f"{tenant}#INBOX#{line}"


def message(tenant: str, line: str, wamid: str) -> Key:
    return Key(f"{tenant}#MSG#{line}#{wamid}", "MSG")


def message_of(pk: str) -> tuple[str, str]:
    """The line and the wamid that a message's partition key names."""
    _, _, line, wamid = pk.split("#", 3)
    return line, wamid


def shelf(tenant: str, line: str) -> str:
    """The group of messages that something refers to and that have not come."""
    return f"{tenant}#SHELF#{line}"


def person(tenant: str, alias: str) -> Key:
    return Key(f"{tenant}#PERSON#{alias}", "PERSON")


def person_of(pk: str) -> str:
    """The alias that a person's partition key names."""
    return pk.split("#", 2)[2]


def contacts(tenant: str) -> str:
    """The group of the people whom a tenant has met, by the least alias of each meeting."""
    return f"{tenant}#CONTACTS"


SEND = "SEND"


def send(tenant: str, send: str) -> Key:
    return Key(f"{tenant}#SEND#{send}", SEND)


def send_of(pk: str) -> str:
    """The send that a send's partition key names."""
    return pk.rsplit("#", 1)[1]
