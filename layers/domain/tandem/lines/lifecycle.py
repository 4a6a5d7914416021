"""What Meta announces about lines: put on their timeline, and looked into before it is believed.

Announcements come late, twice and in the wrong order, and say more than they should or less. So
those after which a line may be another make it due for a reading, and the reading decides; what
only they tell (limits, names, reasons) is kept by its time.
wire: Meta, "account_update webhook" and the reference of each field.
"""

from tandem.model.events import digest
from tandem.model.happening import Happening, Told
from tandem.model.line import Line
from tandem.model.notice import ACCOUNT, TRAFFIC, Notice, TemplateNews, TemplateTopic
from tandem.store.happenings import Happenings
from tandem.store.lines import Lines
from tandem.store.templates import Templates

REMOVALS = frozenset({"PARTNER_REMOVED", "PARTNER_APP_UNINSTALLED", "ACCOUNT_DELETED"})
"""If the line is gone when it is read, these say that its owner meant it."""

CHANGES = REMOVALS | {
    "PARTNER_ADDED",
    "PARTNER_APP_INSTALLED",
    "ACCOUNT_OFFBOARDED",
    "ACCOUNT_RECONNECTED",
    "ACCOUNT_VIOLATION",
    "ACCOUNT_RESTRICTION",
    "DISABLED_UPDATE",
    "MM_LITE_TERMS_SIGNED",
}
"""The events of accounts after which a line may be in another state, or its account."""

READ_AGAIN = frozenset(
    {"business_capability_update", "phone_number_name_update", "phone_number_quality_update"}
)
"""Kinds after which Graph may answer otherwise than before."""


HOUR = 3600

BACK = "ACCOUNT_RECONNECTED"
"""The owner opened the app and agreed to go on."""


class Lifecycle:
    def __init__(self, lines: Lines, happenings: Happenings, templates: Templates) -> None:
        self._lines = lines
        self._happenings = happenings
        self._templates = templates
        self._seen: dict[tuple[str, str], int] = {}

    def phone_seen(self, tenant: str, line: str, at: int, received_at: int) -> None:
        """The owner's phone gave a sign of life at `at`: kept to the hour.

        What this process has written already costs nothing. A phone whose clock is ahead is no
        proof of what has not happened yet.
        """
        hour = at - at % HOUR
        if hour > received_at or hour <= self._seen.get((tenant, line), 0):
            return
        self._lines.note_phone_seen(tenant, line, at=hour)
        self._seen[tenant, line] = hour

    def note(self, tenant: str, notice: Notice, received_at: int) -> None:
        """Keep what is told of each line that is meant, and have it read again where it changes.

        A notice without a time of its own is of the moment of its receipt, which the archive keeps
        with its body.
        """
        at = notice.at or received_at
        if notice.owner and notice.waba and self._ours(tenant, notice.waba):
            self._lines.learn_owner(waba=notice.waba, portfolio=notice.owner)
        if notice.template and notice.waba:
            self._note_template(tenant, notice.waba, notice, at)
        lines = self._lines.all(tenant)
        meant = self._meant(lines, notice)
        if _changes(notice):
            for line in meant or _of_account(lines, notice):
                removal = line in meant and _removes(notice)
                self._lines.note_announcement(tenant, line.line, at=at, removal=removal)
        if notice.event == BACK and len(meant) == 1 and notice.at:
            self.phone_seen(tenant, meant[0].line, notice.at, received_at)
        for line in meant:
            for topic, what in notice.tells.items():
                self._lines.note_told(tenant, line.line, topic, what, at=at)
            if notice.kind not in TRAFFIC:
                self._happenings.note(tenant, line.line, _happening(notice, at))

    def _note_template(self, tenant: str, waba: str, notice: Notice, at: int) -> None:
        """Keep what is told of a template. News without a time may be old: it is looked into."""
        news = notice.template
        if news and not notice.at:
            news = TemplateNews(news.name, news.language, {TemplateTopic.CONTENT: {}})
        if news:
            self._templates.note_news(tenant, waba, news, at=at)

    def _ours(self, tenant: str, waba: str) -> bool:
        route = self._lines.route_of_waba(waba)
        return route is not None and route.tenant == tenant

    def _meant(self, lines: tuple[Line, ...], notice: Notice) -> tuple[Line, ...]:
        """The line or the number that is named, else every line of the account or the portfolio."""
        if notice.line is not None:
            return tuple(line for line in lines if line.line == notice.line)
        if notice.display_number:
            named = [line for line in lines if line.display_number == notice.display_number]
            return tuple([line for line in named if line.waba == notice.waba] or named)
        if of_account := _of_account(lines, notice):
            return of_account
        owned = self._lines.wabas_of(notice.portfolio) if notice.portfolio else ()
        return tuple(line for line in lines if line.waba in owned)


def _of_account(lines: tuple[Line, ...], notice: Notice) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.waba == notice.waba)


def _changes(notice: Notice) -> bool:
    of_account = notice.kind == ACCOUNT and notice.event in CHANGES
    rewritten = notice.template is not None and notice.template.asks_for_a_reading
    return of_account or rewritten or notice.kind in READ_AGAIN


def _removes(notice: Notice) -> bool:
    return notice.kind == ACCOUNT and notice.event in REMOVALS


def _happening(notice: Notice, at: int) -> Happening:
    return Happening(
        at=at,
        kind=notice.kind,
        told_by=Told.META,
        text=notice.summary,
        identity=digest([notice.at, notice.event, notice.raw]),
    )
