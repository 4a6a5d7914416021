"""The people of a broadcast who were given one by one: an object in S3."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tandem.model.broadcast import Addressee
from tandem.store.addressees import named, packed, plain, unpacked

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Audiences:
    """The given people of every tenant, kept under names that say what is in them."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def keep(self, name: str, people: Iterable[Addressee]) -> None:
        """Keep them. Keeping the same ones again writes the same bytes."""
        self._client.put_object(Bucket=self._bucket, Key=name, Body=packed(plain(people)))

    def fetch(self, name: str) -> tuple[Addressee, ...]:
        """The people in the order in which they were given."""
        body = self._client.get_object(Bucket=self._bucket, Key=name)["Body"].read()
        return named(unpacked(body))
