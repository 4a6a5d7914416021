"""The keys of the API as the authorizer reads them: one row, without boto3 in the way."""

from functools import cache
from typing import Any

from tandem.runtime.aws_over_http import AwsOverHttp, aws_over_http
from tandem.runtime.settings import setting
from tandem.store.api_keys import ApiKey, holder_of
from tandem.store.keys import Key


class KeyRows:
    """The table, for one row at a time. A key's row holds words and whole numbers."""

    def __init__(self, aws: AwsOverHttp, table: str) -> None:
        self._aws = aws
        self._table = table

    def get(self, key: Key) -> dict[str, Any] | None:
        item = self._aws.get_item(self._table, key.pk, key.sk)
        if item is None:
            return None
        return {
            name: int(value["N"]) if "N" in value else value.get("S")
            for name, value in item.items()
        }


def holder(key: str) -> ApiKey | None:
    """Whose key this is; None when nobody's or revoked."""
    return holder_of(key, _rows())


@cache
def _rows() -> KeyRows:
    return KeyRows(aws_over_http(), setting("TABLE_NAME"))
