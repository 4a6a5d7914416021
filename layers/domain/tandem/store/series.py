"""Series of every tenant, and when each of them is to be looked at again.

A row is written whole, and only over the version that its writer has read: whoever was slower looks
again. While somebody must look, the row stands in a group over all tenants by that time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from tandem.model.series import Happened, Occurrence, Series, SeriesRequest
from tandem.store import keys
from tandem.store.due import due
from tandem.store.registers import Row
from tandem.store.table import Table


@dataclass(frozen=True, slots=True)
class DueSeries:
    """A series that somebody must look at now."""

    tenant: str
    series: str


class SeriesRows:
    """The series rows of every tenant."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def insert(self, series: Series) -> bool:
        """Write a new series; False when there is one under its id."""
        return self._table.insert(keys.series(series.tenant, series.id), _row(series))

    def get(self, tenant: str, series: str) -> Series | None:
        row = self._table.get(keys.series(tenant, series))
        return _read(row) if row else None

    def all(self, tenant: str) -> tuple[Series, ...]:
        """Every series of a tenant, those that were deleted too, by id."""
        return tuple(_read(row) for row in self._table.rows(keys.series(tenant).pk))

    def replace(self, series: Series, *, since: int) -> bool:
        """Write a series over its version `since`; False when it is another one by now."""
        row = _row(series)
        return self._table.update(
            keys.series(series.tenant, series.id),
            put={name: value for name, value in row.items() if value is not None},
            remove=[name for name, value in row.items() if value is None],
            if_equal={"version": since},
        )

    def overdue(self, now: int) -> Iterator[DueSeries]:
        """Every series of every tenant that is to be looked at by `now`, longest due first."""
        for row in due(self._table, keys.running_series(), now=now):
            yield DueSeries(row["tenant"], row["series"])


@cache
def _asked() -> TypeAdapter[SeriesRequest]:
    return TypeAdapter(SeriesRequest)


def _row(series: Series) -> Row:
    following, look_at = series.next, series.look_at
    return {
        "tenant": series.tenant,
        "series": series.id,
        "asked": _asked().dump_json(series.request).decode(),
        "fingerprint": series.fingerprint,
        "created_at": series.created_at,
        "by": series.by,
        "version": series.version,
        "next": _occurrence_row(following) if following else None,
        "happened": [_happened_row(each) for each in series.happened],
        "trouble": series.trouble,
        "paused_at": series.paused_at,
        "deleted_at": series.deleted_at,
        "group": keys.running_series() if look_at is not None else None,
        "moment": keys.moment(look_at, series.id) if look_at is not None else None,
    }


def _read(row: dict[str, Any]) -> Series:
    return Series(
        id=row["series"],
        tenant=row["tenant"],
        request=_asked().validate_json(row["asked"]),
        fingerprint=row["fingerprint"],
        created_at=row["created_at"],
        by=row["by"],
        next=_occurrence(row["next"]) if "next" in row else None,
        look_at=keys.moment_at(row["moment"]) if "moment" in row else None,
        version=row["version"],
        happened=tuple(_happened(each) for each in row.get("happened", ())),
        trouble=row.get("trouble"),
        paused_at=row.get("paused_at"),
        deleted_at=row.get("deleted_at"),
    )


def _occurrence_row(occurrence: Occurrence) -> Row:
    return {"day": occurrence.day.isoformat(), "at": occurrence.at}


def _occurrence(row: Row) -> Occurrence:
    return Occurrence(date.fromisoformat(row["day"]), row["at"])


def _happened_row(happened: Happened) -> Row:
    return {
        **_occurrence_row(happened.occurrence),
        "broadcast": happened.broadcast,
        "skipped": happened.skipped,
    }


def _happened(row: Row) -> Happened:
    return Happened(_occurrence(row), row.get("broadcast"), row.get("skipped"))
