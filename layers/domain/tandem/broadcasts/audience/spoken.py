"""What contacts have said on a line, read for many of them at once."""

from collections.abc import Mapping, Sequence

from tandem.conversations.wholes import put_together
from tandem.model.contact import Contact
from tandem.model.identity import Person, reachable
from tandem.model.line import Line
from tandem.model.message import Conversation
from tandem.store.talks import Talks

Spoken = Mapping[str, Sequence[Conversation]]
"""From a contact's id to their conversations on one line, one for each alias that has any."""


def spoken(talks: Talks, tenant: str, line: str, contacts: Sequence[Contact]) -> Spoken:
    """The conversations of contacts on a line, in one read for each hundred of their aliases."""
    aliases = frozenset[str]().union(*(contact.aliases for contact in contacts))
    there = {talk.alias: talk for talk in talks.get_many(tenant, line, aliases)}
    return {
        contact.id: [there[alias] for alias in sorted(contact.aliases) if alias in there]
        for contact in contacts
    }


def addressed(contact: Contact, line: Line, conversations: Sequence[Conversation]) -> Person | None:
    """Under which alias a contact is written to: where they were last heard of, else their number,
    else their user id. None for somebody who cannot be written to.
    """
    candidates = sorted(alias for alias in contact.seen if reachable(alias))
    if len(candidates) > 1 and conversations:
        heard = put_together(line, contact, conversations, now=0).addressed
        candidates = [heard] if heard in candidates else candidates
    # "phone" stands behind "bsuid" and "parent" in the alphabet.
    return Person.under(candidates[-1]) if candidates else None


def last_wrote(conversations: Sequence[Conversation]) -> int | None:
    """When a contact last wrote; None for one who never did."""
    times = [talk.last_inbound_at for talk in conversations if talk.last_inbound_at is not None]
    return max(times, default=None)
