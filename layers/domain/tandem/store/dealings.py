"""What a tenant's marketing has to do with a person: their consent, what they were sent.

    consent       the latest word that the team recorded, with where it comes from
    marketed      a stamp for each marketing broadcast that reached Meta for them
    undelivered   when Meta last said that they cannot be reached

Read over all rows of one contact, so that none of it is lost when two contacts turn out to be one.
"""

from collections.abc import Iterable

from tandem.model.contact import Consent, Dealings
from tandem.store import keys
from tandem.store.registers import Merge, Register, Row, fingerprint


def dealings(rows: Iterable[Row]) -> Dealings:
    """Everything over all rows of one contact."""
    known = list(rows)
    agreed = max(
        (row for row in known if "consent" in row), key=lambda row: str(row["consent"]), default={}
    )
    return Dealings(
        consent=Consent(agreed["consented"]) if agreed else None,
        consent_source=agreed.get("consent_source"),
        consent_at=keys.moment_at(agreed["consent"]) if agreed else None,
        marketed=frozenset[str]().union(*(row.get("marketed", frozenset()) for row in known)),
        undelivered_at=max(
            (row["undelivered"] for row in known if "undelivered" in row), default=None
        ),
    )


def consented(consent: Consent, source: str | None, *, at: int) -> Merge:
    """A consent that was recorded at a moment. At one moment, a withdrawal wins."""
    carried = {"consented": consent.value, "consent_source": source}
    value = keys.moment(at, f"{consent is Consent.WITHDRAWN:d}#{fingerprint(carried)}")
    return Merge((Register("consent", value, "latest", carry=carried),))


def marketed(stamp: str) -> Merge:
    """A marketing broadcast has reached Meta for somebody."""
    return Merge(members={"marketed": frozenset({stamp})})


def undelivered(at: int) -> Merge:
    """Meta said that somebody cannot be reached."""
    return Merge((Register("undelivered", at, "latest"),))
