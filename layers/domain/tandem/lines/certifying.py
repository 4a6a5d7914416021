"""Issuing the certificate of a line's import: read, counted, stated, signed."""

from collections.abc import Callable, Mapping
from typing import Any

from tandem.history.statement import MediaCount, canonical, statement
from tandem.history.tally import awaited, tally
from tandem.lines.progress import Following, Progress
from tandem.model.errors import NotFound
from tandem.model.files import comes_with_import
from tandem.model.line import Line
from tandem.store.certificate_key import ALGORITHM, CertificateKey
from tandem.store.messages import Messages

MEDIA_LOOKED_AT = 2_000
"""Placeholders whose messages are looked up, the newest first: twenty reads of a hundred."""


class Certifying:
    def __init__(
        self,
        *,
        following: Following,
        messages: Messages,
        key: CertificateKey,
        clock: Callable[[], int],
    ) -> None:
        self._following = following
        self._messages = messages
        self._key = key
        self._clock = clock

    def issue(self, line: Line) -> dict[str, Any]:
        """The certificate of the import that is the line's own; NotFound when it has none."""
        progress = self._following.current(line)
        if progress is None:
            raise NotFound("this line has no import")
        return self.of(progress)

    def of(self, progress: Progress) -> dict[str, Any]:
        """A certificate of now, and its signature; NotFound before there is an import."""
        line = progress.line
        if not (line and progress.view and progress.facts and progress.certificate):
            raise NotFound("there is no import yet")
        opened_at = progress.facts.opened_at or line.onboarded_at
        said = statement(
            line,
            facts=progress.facts,
            certificate=progress.certificate,
            tally=tally(progress.receipts),
            media=self._media(line, awaited(progress.receipts), opened_at),
            state=progress.view.state,
            issued_at=self._clock(),
        )
        return {
            "certificate": said,
            "signature": {
                "algorithm": ALGORITHM,
                "key_id": self._key.id,
                "public_key": self._key.public_key(),
                "value": self._key.sign(canonical(said)),
            },
        }

    def _media(self, line: Line, placeholders: Mapping[str, int], connected_at: int) -> MediaCount:
        due = sorted(
            (-at, wamid)
            for wamid, at in placeholders.items()
            if comes_with_import(at, onboarded_at=connected_at)
        )
        looked_at = [wamid for _, wamid in due[:MEDIA_LOOKED_AT]]
        arrived = self._messages.filled(line.tenant, line.line, looked_at)
        return MediaCount(
            expected=len(due),
            arrived=arrived,
            waiting=len(looked_at) - arrived,
            not_looked_at=len(due) - len(looked_at),
            too_old=len(placeholders) - len(due),
        )
