"""The certificate as it is handed on: what is signed holds, what is read is only what is signed."""

import hashlib
import re
from base64 import b64decode, b64encode
from html.parser import HTMLParser

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tandem.history.importing import receipt_of
from tandem.history.statement import canonical
from tandem.model.events import Completeness, Content, HistoryChunk, HistoryDeclined, Sighting
from tandem.model.events import Source as Seen
from tests.fakes.api_house import House
from tests.fakes.broadcast_world import LINE, NOW
from tests.fakes.front_desk import ANA, BEN, ONBOARDED_AT, SYNC

DAY = 24 * 3600
PICTURE = Content("media_placeholder", completeness=Completeness.PLACEHOLDER)


def imported(house: House, *, order: int = 1, progress: int = 100) -> None:
    """A chunk of three messages, of which one is a picture that has not come."""
    contents = (Content("text", "secret words"), PICTURE, Content("text", "more"))
    sightings = tuple(
        Sighting(LINE, f"w{n}", Seen.HISTORY_IN, ONBOARDED_AT - n * DAY - 9, (ANA, BEN, ANA)[n], c)
        for n, c in enumerate(contents)
    )
    chunk = HistoryChunk(LINE, 0, order, progress, 2, f"digest{order}", sightings)
    house.desk.messages.record_many("acme", sightings)
    house.desk.syncs.write_receipt(
        "acme", LINE, SYNC, receipt=receipt_of(chunk), received_at=NOW - 60
    )


def page(house: House) -> str:
    answer = house.ask("GET", f"/v1/lines/{LINE}/certificate.html")
    assert answer.status == 200
    return str(answer.body)


class Names(HTMLParser):
    """The tags and attributes of a document."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_whoever_has_the_certificate_can_check_it_and_nobody_can_change_it(house: House) -> None:
    imported(house)

    signed = house.ask("GET", f"/v1/lines/{LINE}/certificate").body

    said, seal = signed["certificate"], signed["signature"]
    key = load_pem_public_key(seal["public_key"].encode())
    assert isinstance(key, EllipticCurvePublicKey)
    key.verify(b64decode(seal["value"]), canonical(said), ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        key.verify(b64decode(seal["value"]), canonical(said | {"state": "x"}), ECDSA(SHA256()))
    assert (seal["algorithm"], seal["key_id"]) == ("ECDSA_SHA_256", "the key")
    assert (said["state"], said["arrived"]["messages"], said["sync"]) == ("complete", 3, SYNC)
    assert (said["issued_at"], said["display_number"]) == (NOW, "15550100000")
    assert said["media"] == {
        "expected": 1, "arrived": 0, "waiting": 1, "not_looked_at": 0, "too_old": 0}  # fmt: skip


def test_a_file_that_came_is_counted_whenever_it_came(house: House) -> None:
    imported(house)
    whole = Content("image", "a cake")
    house.desk.messages.record(
        "acme", Sighting(LINE, "w1", Seen.HISTORY_MEDIA, ONBOARDED_AT, BEN, whole)
    )

    said = house.ask("GET", f"/v1/lines/{LINE}/certificate").body["certificate"]

    assert (said["media"]["arrived"], said["media"]["waiting"]) == (1, 0)


def test_neither_the_certificate_nor_its_page_names_a_customer(house: House) -> None:
    imported(house)

    told = str(house.ask("GET", f"/v1/lines/{LINE}/certificate").body) + page(house)

    for person in (ANA, BEN):
        assert person.phone is not None
        assert person.phone not in told
        assert str(person.bsuid) not in told
    assert "secret words" not in told


def test_the_page_loads_nothing_runs_nothing_and_wears_only_its_own_style(house: House) -> None:
    imported(house)

    answer = house.ask("GET", f"/v1/lines/{LINE}/certificate.html")

    names = Names()
    names.feed(answer.body)
    style = re.findall(r"<style>(.*?)</style>", answer.body, re.DOTALL)
    digest = b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in policy
    assert f"style-src 'sha256-{digest}'" in policy
    assert not names.tags & {"script", "link", "img", "iframe", "form", "a"}
    assert not {name for name in names.attributes if name == "style" or name.startswith("on")}
    assert len(style) == 1


def test_the_page_says_what_is_proven_in_the_words_that_are_signed(house: House) -> None:
    imported(house)

    told = page(house)

    said = house.ask("GET", f"/v1/lines/{LINE}/certificate").body["certificate"]
    assert "<strong>Complete</strong>" in told
    assert "Certificate of import for +15550100000" in told
    for sentence in (*said["proven"], *said["unprovable"]):
        assert f"<li>{sentence}</li>" in told
    assert said["arrived"]["digest"] in told


def test_a_gap_is_named_on_the_page(house: House) -> None:
    imported(house, order=3)

    assert '<td class="gap">1, 2</td>' in page(house)


def test_meta_s_words_stay_words(house: House) -> None:
    no = HistoryDeclined(LINE, 2593109, "<script>alert(1)</script>")
    house.desk.syncs.note_declined("acme", LINE, SYNC, no, NOW)

    told = page(house)

    assert "<script>" not in told
    assert "&lt;script&gt;alert(1)" in told
    assert "<strong>Not shared</strong>" in told


def test_an_import_of_which_nothing_came_has_a_certificate_too(house: House) -> None:
    said = house.ask("GET", f"/v1/lines/{LINE}/certificate").body["certificate"]

    assert (said["arrived"]["messages"], said["phases"]) == (0, [])
    assert "<strong>Not imported</strong>" in page(house)
