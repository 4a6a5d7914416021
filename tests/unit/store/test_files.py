"""Links to files, as the client of a deployed function signs them, and files in a bucket."""

import hashlib
import io
from tempfile import SpooledTemporaryFile
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tandem.model.errors import NotFound
from tandem.runtime import clients
from tandem.store.files import Files
from tests.fakes.engine import client


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Files:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    return Files(clients.s3.__wrapped__(), "media")


def test_a_link_is_for_one_object_and_five_minutes(files: Files) -> None:
    link = urlsplit(files.link("acme", "acme/1/ab", filename='Jürgen\'s "bill";.pdf'))

    query = parse_qs(link.query)
    assert (link.netloc, link.path) == ("media.s3.eu-central-1.amazonaws.com", "/acme/1/ab")
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == ["300"]
    assert query["response-content-disposition"] == [
        "attachment; filename*=UTF-8''J%C3%BCrgen%27s%20%22bill%22%3B.pdf"
    ]


@pytest.mark.parametrize("key", ["acme-2/1/ab", "globex/1/ab", "acme", "/acme/1/ab", ""])
def test_what_is_another_tenant_s_has_no_link(files: Files, key: str) -> None:
    with pytest.raises(NotFound):
        files.link("acme", key)


@pytest.mark.parametrize(
    ("told", "handed_out"),
    [
        ("image/jpeg", "image/jpeg"),
        ("Audio/OGG; codecs=opus", "audio/ogg"),
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
        ("application/xhtml+xml; charset=utf-8", "application/octet-stream"),
        ("image/png\r\nset-cookie: a=b", "application/octet-stream"),
        ("", "application/octet-stream"),
        (None, "application/octet-stream"),
    ],
)
def test_what_could_run_in_a_browser_is_handed_out_as_bytes(
    files: Files, told: str | None, handed_out: str
) -> None:
    link = urlsplit(files.link("acme", "acme/ab", mime_type=told))

    query = parse_qs(link.query)
    assert query["response-content-type"] == [handed_out]
    assert query["response-content-disposition"] == ["attachment"]


def test_a_file_is_written_once_and_read_as_it_was(engine_url: str) -> None:
    s3, page = client("s3", engine_url), b"<script>alert(1)</script>" * 4096
    s3.create_bucket(Bucket="files")
    files, sha256 = Files(s3, "files"), hashlib.sha256(page).hexdigest()

    with SpooledTemporaryFile(1024) as spooled:
        spooled.write(page)
        spooled.seek(0)
        key = files.keep("acme", sha256, spooled)
    first = s3.head_object(Bucket="files", Key=key)["LastModified"]
    again, apart = (files.keep(tenant, sha256, io.BytesIO(page)) for tenant in ("acme", "globex"))
    answer = requests.get(files.link("acme", key, mime_type="text/html"), timeout=10)

    assert (key, again, apart) == (f"acme/{sha256}", key, f"globex/{sha256}")
    assert s3.head_object(Bucket="files", Key=key)["LastModified"] == first
    assert len(s3.list_objects_v2(Bucket="files")["Contents"]) == 2
    assert answer.content == page
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment"
