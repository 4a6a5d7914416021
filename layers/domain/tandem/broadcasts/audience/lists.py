"""Uploaded lists as a tenant sees them: a name and an address to upload to, then what was read."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace

from tandem.insights.written_numbers import is_country
from tandem.model.broadcast import Audience
from tandem.model.errors import Conflict, Invalid, NotFound
from tandem.model.uploaded import LARGEST_LIST, ListState, UploadedList
from tandem.store.broadcasts import BroadcastRows
from tandem.store.lists import Lists
from tandem.store.queues import Queue
from tandem.store.series import SeriesRows

PAGE_SIZE = 100


class UploadedLists:
    """What a tenant does with lists. Another tenant's list is NotFound."""

    def __init__(
        self,
        *,
        lists: Lists,
        rows: BroadcastRows,
        series: SeriesRows,
        queue: Queue,
        clock: Callable[[], float],
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex[:20],
    ) -> None:
        self._lists = lists
        self._rows = rows
        self._series = series
        self._queue = queue
        self._clock = clock
        self._new_id = new_id

    def create(
        self, tenant: str, name: str, *, size: int, country: str | None, by: str
    ) -> tuple[UploadedList, str]:
        """A new list, and where its file of `size` bytes is to be PUT. `country` (ISO 3166) is
        whose numbers without a country code are. Raises Invalid for what can be no list.
        """
        if not 0 < size <= LARGEST_LIST:
            raise Invalid(f"size: a file has 1 to {LARGEST_LIST} bytes: split a larger one")
        if country is not None and not is_country(country):
            raise Invalid(f"country: {country!r} is none: two capitals such as CO or DE")
        new = UploadedList(
            id=self._new_id(),
            name=name,
            state=ListState.AWAITED,
            created_at=int(self._clock()),
            by=by,
            size=size,
            country=country,
        )
        self._lists.insert(tenant, new)
        return new, self._lists.address(tenant, new.id, size=size)

    def all(self, tenant: str) -> tuple[UploadedList, ...]:
        """Every list of a tenant, the newest first."""
        return self._lists.all(tenant)

    def get(self, tenant: str, name: str) -> UploadedList:
        known = self._lists.get(tenant, name)
        if known is None:
            raise NotFound(f"there is no list {name}")
        return known

    def read(self, tenant: str, name: str) -> UploadedList:
        """Have the file that was uploaded read; once, however often it is asked for. Raises
        Conflict when none has come.
        """
        known = self.get(tenant, name)
        if known.ended:
            return known
        if self._lists.uploaded(tenant, name) is None:
            raise Conflict("no file has come: PUT it to the address first", code="not_uploaded")
        if known.state is ListState.AWAITED:
            self._lists.note(tenant, replace(known, state=ListState.READING))
        self._queue.put({"tenant": tenant, "list": name})
        return self.get(tenant, name)

    def delete(self, tenant: str, name: str) -> None:
        """Forget a list and everybody on it. Broadcasts that are planned keep their recipients.

        Raises Conflict while a plan is still to be made over it; NotFound when there is none, after
        what a death may have left of one.
        """
        known = self._lists.get(tenant, name)
        if known is not None:
            if user := next(self._users(tenant, name), None):
                raise Conflict(f"the list {known.name} is in use: {user}", code="list_in_use")
            self._lists.delete(tenant, name)
        self._lists.delete_files(tenant, name)
        if known is None:
            raise NotFound(f"there is no list {name}")

    def _users(self, tenant: str, name: str) -> Iterator[str]:
        """What is still to be planned with a list, and what to do about it."""
        for each in self._series.all(tenant):
            if each.deleted_at is None and _names(each.request.broadcast.audience, name):
                yield (
                    f"the series {each.id} sends to it or leaves it out: change its audience, or "
                    "delete it"
                )
        cursor: str | None = None
        while True:
            page, cursor = self._rows.page(tenant, limit=PAGE_SIZE, cursor=cursor)
            for broadcast in page:
                if not broadcast.over and not broadcast.plan and _names(broadcast.audience, name):
                    yield (
                        f"the broadcast {broadcast.id} has no plan yet: wait for that, change its "
                        "audience, or cancel it"
                    )
            if cursor is None:
                return


def _names(audience: Audience, name: str) -> bool:
    """Whether an audience names a list, to send to or to leave out."""
    return name in (*audience.lists, *audience.leave_out)
