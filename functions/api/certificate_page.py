"""A certificate as a page that its owner can read, print and hand on: one document, no script.

Everything on it stands in the signed statement; nothing is added.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from html import escape
from typing import Any

from functions.api.certificate_style import STYLE

Said = Mapping[str, Any]

POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""Only the style that stands in the page counts, and nothing is loaded or run."""

DAYS_DRAWN = 184
"""Days of the drawing, the newest last: six months of import."""

MISSING_SHOWN = 20

_VERDICTS = {
    "complete": (
        "Complete",
        "Meta said that it sent everything, and none of its numbered parts is missing in between.",
    ),
    "complete_with_gaps": (
        "Complete, with gaps",
        "Meta said that it sent everything, but numbered parts in between are missing.",
    ),
    "receiving": ("Still arriving", "Chats are arriving; this page says what is here by now."),
    "stalled": ("Interrupted", "Some chats have arrived, and nothing more for a while."),
    "declined": ("Not shared", "Meta says that the chat history is not shared."),
    "expired": ("Not imported", "Meta does not take a request for the chats any more."),
}
_NOTHING = ("Nothing has arrived yet", "No chats have come so far.")

_CHECK = '<path d="M4 12.5 9.5 18 20 6.5"/>'
_DOTS = '<path d="M12 6v7"/><path d="M12 17.5v.5"/>'


def page(signed: Mapping[str, Said]) -> str:
    """The HTML of what `Certifying.issue` gave."""
    said, seal = signed["certificate"], signed["signature"]
    number = f"+{said['display_number']}"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Certificate of import · {escape(number)}</title><style>{STYLE}</style></head>"
        '<body><main><header><p class="brand">Tandem</p>'
        f"<p>Issued {_moment(said['issued_at'])}</p></header>"
        f"<h1>Certificate of import for {escape(number)}</h1>"
        '<p class="lead">What of the chats in WhatsApp Business has verifiably arrived, and what '
        "nobody can know.</p>"
        f"{_verdict(said)}{_sums(said)}{_drawing(said['days']['listed'])}{_phases(said)}"
        f"{_sentences('What is proven', 'proven', said['proven'])}"
        f"{_sentences('What nobody can prove', 'unprovable', said['unprovable'])}"
        f"{_seal(said, seal)}</main></body></html>"
    )


def _verdict(said: Said) -> str:
    name, meaning = _VERDICTS.get(said["state"], _NOTHING)
    whole = said["state"] == "complete"
    drawing = (
        '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.5" '
        f'stroke-linecap="round" aria-hidden="true">{_CHECK if whole else _DOTS}</svg>'
    )
    return (
        f'<section class="verdict{"" if whole else " open"}">{drawing}'
        f"<p><strong>{name}</strong>{meaning}</p></section>"
    )


def _sums(said: Said) -> str:
    arrived, media = said["arrived"], said["media"]
    shown = [("Messages", _digits(arrived["messages"]), "different ones")]
    if said["threads"]["count"]:
        shown.append(("Chats", _digits(said["threads"]["count"]), "with messages"))
    if "oldest_at" in arrived:
        newest = f"to {_day(arrived['newest_at'])}"
        shown.append(("From", _day(arrived["oldest_at"]), newest))
    if media["expected"]:
        shown.append(
            (
                "Photos and files",
                _digits(media["arrived"]),
                f"of {_digits(media['expected'])} that Meta sends",
            )
        )
    cells = (
        f"<div><dt>{name}</dt><dd>{figure}<small>{remark}</small></dd></div>"
        for name, figure, remark in shown
    )
    return f'<dl class="sums">{"".join(cells)}</dl>'


def _drawing(days: Sequence[Said]) -> str:
    """A bar for each day from the first to the last, empty ones included."""
    counts = {date.fromisoformat(each["day"]): each["messages"] for each in days}
    if len(counts) < 2:
        return ""
    last = max(counts)
    first = max(min(counts), last - timedelta(days=DAYS_DRAWN - 1))
    width = (last - first).days + 1
    most = max(count for day, count in counts.items() if day >= first)
    bars = "".join(
        f'<rect x="{place + 0.1:.1f}" y="{40 - height:.1f}" width="0.8" height="{height:.1f}"/>'
        for place, count in (
            (place, counts.get(first + timedelta(days=place), 0)) for place in range(width)
        )
        if count and (height := max(40 * count / most, 0.6))
    )
    return (
        "<h2>Day by day</h2><figure>"
        f'<svg viewBox="0 0 {width} 40" preserveAspectRatio="none" role="img" '
        f'aria-label="Messages a day; at most {_digits(most)}">{bars}</svg>'
        f"<figcaption><span>{_date(first)}</span><span>at most {_digits(most)} a day</span>"
        f"<span>{_date(last)}</span></figcaption></figure>"
    )


def _phases(said: Said) -> str:
    rows = "".join(
        f"<tr><td>{escape(_capital(phase['span']))}</td><td>{_digits(phase['messages'])}</td>"
        f"<td>{_digits(phase['chunks'])}</td>{_missing(phase)}</tr>"
        for phase in said["phases"]
    )
    if not rows:
        return ""
    return (
        "<h2>Part by part</h2><table><thead><tr><th>Before connecting</th><th>Messages</th>"
        f"<th>Parts received</th><th>Missing</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _missing(phase: Said) -> str:
    if not phase["missing_count"]:
        return "<td>none</td>"
    named = ", ".join(str(order) for order in phase["missing"][:MISSING_SHOWN])
    more = phase["missing_count"] - len(phase["missing"][:MISSING_SHOWN])
    return f'<td class="gap">{named}{f" and {_digits(more)} more" if more else ""}</td>'


def _sentences(heading: str, kind: str, said: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(each)}</li>" for each in said)
    return f'<h2>{heading}</h2><ul class="{kind}">{items}</ul>' if items else ""


def _seal(said: Said, seal: Said) -> str:
    facts = (
        ("Line", said["line"]),
        ("Account", said["waba"]),
        ("Import", said["sync"]),
        ("Messages", f"sha256 {said['arrived']['digest']}"),
        ("Signed with", seal["key_id"]),
        ("Signature", f"{seal['algorithm']} {seal['value']}"),
    )
    listed = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    return (
        '<section class="seal"><p>This page shows a signed statement. Whoever is given its JSON '
        "can check it without us: <code>tandem verify certificate.json</code>, or with openssl. "
        f"Days are of UTC.</p><dl>{listed}</dl></section>"
    )


def _digits(count: int) -> str:
    return f"{count:,}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _date(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _day(at: int) -> str:
    return _date(datetime.fromtimestamp(at, UTC).date())


def _moment(at: int) -> str:
    return f"{_day(at)}, {datetime.fromtimestamp(at, UTC):%H:%M} UTC"
