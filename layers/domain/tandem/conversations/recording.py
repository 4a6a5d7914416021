"""Recording one message, live or sent: its row, its conversation, the person it concerns.

A customer's message that is nothing but a word such as STOP is their wish about marketing too.
"""

from collections.abc import Mapping

from tandem.conversations.wishes import wish_of
from tandem.model.acts import ACTS
from tandem.model.contact import WishedBy
from tandem.model.events import Completeness, PreferenceNote, Sighting, Source
from tandem.store.messages import Messages
from tandem.store.people import People
from tandem.store.talks import Activity, Talks

_OPENS_NO_WINDOW = ACTS | {"system"}
"""Kinds of which Meta does not say that they open the customer service window; so they do not."""


class Recording:
    """The verb that files a message; idempotent on the wamid, whatever came before it."""

    def __init__(self, *, messages: Messages, talks: Talks, people: People) -> None:
        self._messages = messages
        self._talks = talks
        self._people = people

    def record(self, tenant: str, sighting: Sighting) -> bool:
        """File one sighting; True if it told anything new about the message."""
        self._people.join(tenant, sighting.person, line=sighting.line, at=sighting.at)
        changed = self._messages.record(tenant, sighting)
        if sighting.source is not Source.HISTORY_MEDIA:
            self._talks.note(tenant, _activity(sighting))
        if wish := wish_of(sighting):
            line, person, at = sighting.line, sighting.person, sighting.at
            note = PreferenceNote(line, person, at, wish, by=WishedBy.WORD)
            self._people.note_preference(tenant, note)
        return changed


def _activity(sighting: Sighting) -> Activity:
    inbound = sighting.source is Source.INBOUND
    ghost = sighting.content.completeness is Completeness.GHOST
    opens_window = inbound and not ghost and sighting.content.kind not in _OPENS_NO_WINDOW
    return Activity(
        line=sighting.line,
        person=sighting.person,
        at=sighting.at,
        wamid=sighting.wamid,
        inbound=inbound,
        opens_window=opens_window,
        referred=opens_window and isinstance(sighting.content.extra.get("referral"), Mapping),
        named_by_customer=inbound,
    )
