"""The one table. Conditional writes come back as plain answers; everything else is DynamoDB's."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import batched
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from tandem.model.errors import TryAgain, Unstorable
from tandem.store.attribute_values import marshalled, unmarshalled
from tandem.store.cursor import closed_cursor, opened_cursor
from tandem.store.expression import Expression
from tandem.store.keys import Key
from tandem.store.registers import Merge, Row

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INDEX = "by_time"
STATEMENTS_PER_BATCH = 25
KEYS_PER_BATCH = 100
PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds before what a batch left unread is asked for once more."""

_ROW_IS_THERE = ("DuplicateItem", "ConditionalCheckFailed")
_ROW_IS_WRONG = ("ValidationError",)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows and the opaque cursor of the next; None at the end."""

    rows: tuple[dict[str, Any], ...]
    cursor: str | None


class Table:
    """Rows are dicts of str, int, bool, bytes, frozenset[str], list and dict; None is left out."""

    def __init__(
        self, client: "DynamoDBClient", name: str, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._name = name
        self._sleep = sleep

    # ---- one row

    def get(self, key: Key) -> dict[str, Any] | None:
        """The row, read consistently; None if there is none."""
        answer = self._client.get_item(TableName=self._name, Key=_key(key), ConsistentRead=True)
        item = answer.get("Item")
        return unmarshalled(item) if item else None

    def insert(self, key: Key, row: Row) -> bool:
        """Write the row if there is none under this key; False if there is one."""
        try:
            self._client.put_item(
                TableName=self._name,
                Item={**_key(key), **marshalled(row)},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError as error:
            if _refused(error):
                return False
            raise _translated(error) from error
        return True

    def merge(self, key: Key, merge: Merge) -> bool:
        """Merge a fact into a row, whatever is there already; True if that changed the row.

        One conditional write when every register moves; when one does not, the refusal brings the
        row along, and only what still moves is written. Registers move one way: this ends.
        """
        known: Row | None = None
        while True:
            if known is not None:
                if not merge.changes(known):
                    return False
                merge = merge.narrowed(known)
            refused_by = self._try_merge(key, merge)
            if refused_by is None:
                return True
            known = refused_by

    def _try_merge(self, key: Key, merge: Merge) -> dict[str, Any] | None:
        expression = Expression()
        expression.merge(merge)
        return self._write(key, expression)

    def update(
        self,
        key: Key,
        *,
        put: Row | None = None,
        remove: Iterable[str] = (),
        if_equal: Row | None = None,
        if_absent: Iterable[str] = (),
        if_present: Iterable[str] = (),
    ) -> bool:
        """Set and remove attributes if every condition holds; False, and nothing done, if not.

        `if_equal` with None as a value means the attribute must be absent.
        """
        expression = Expression()
        for name, content in (put or {}).items():
            expression.put(name, content)
        expression.removes.extend(expression.name(name) for name in remove)
        expression.hold(if_equal or {})
        expression.conditions += [f"attribute_not_exists({expression.name(n)})" for n in if_absent]
        expression.conditions += [f"attribute_exists({expression.name(n)})" for n in if_present]
        return self._write(key, expression) is None

    def delete(self, key: Key, *, if_equal: Row | None = None) -> bool:
        """Delete the row if every condition holds, as those of `update`; False if one does not."""
        expression = Expression()
        expression.hold(if_equal or {})
        try:
            self._client.delete_item(TableName=self._name, Key=_key(key), **expression.arguments())
        except ClientError as error:
            if not _refused(error):
                raise
            return False
        return True

    def _write(self, key: Key, expression: "Expression") -> dict[str, Any] | None:
        try:
            self._client.update_item(
                TableName=self._name,
                Key=_key(key),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **expression.arguments(),
            )
        except ClientError as error:
            if not _refused(error):
                raise _translated(error) from error
            return unmarshalled(cast("dict[str, Any]", error.response).get("Item", {}))
        return None

    # ---- many rows

    def merge_many(self, facts: Sequence[tuple[Key, Merge]]) -> dict[int, Unstorable]:
        """Merge each fact into its row, at one write where there is no row yet, and at none where
        the row says it already; which of them no table would take, by their place.
        """
        # The last of several facts for one row is inserted; the others are merged into it.
        place_of = {key: place for place, (key, _) in enumerate(facts)}
        inserted = self.insert_many(
            (key, facts[place][1].fresh_row()) for key, place in place_of.items()
        )
        new = {place for place, was_new in zip(place_of.values(), inserted, strict=True) if was_new}
        if len(new) == len(facts):
            return {}
        left = [place for place in range(len(facts)) if place not in new]
        there = self.get_many(facts[place][0] for place in left)
        refused: dict[int, Unstorable] = {}
        for place in left:
            key, merge = facts[place]
            if key in there and not merge.changes(there[key]):
                continue
            try:
                self.merge(key, merge)
            except Unstorable as reason:
                refused[place] = reason
        return refused

    def insert_many(self, rows: Iterable[tuple[Key, Row]]) -> list[bool]:
        """Insert each row that is absent, 25 a call; False where a row was not inserted: it was
        there, or it can never be stored (merging it tells which).

        Raises TryAgain when the table refuses for a passing reason: call again with all of them.
        """
        answers: list[bool] = []
        for batch in batched(rows, STATEMENTS_PER_BATCH, strict=False):
            answer = self._client.batch_execute_statement(
                Statements=[self._insert_statement(key, row) for key, row in batch]
            )
            for response in answer["Responses"]:
                code = response.get("Error", {}).get("Code")
                if code not in (None, *_ROW_IS_THERE, *_ROW_IS_WRONG):
                    raise TryAgain(f"the table refused a batch of inserts for now: {code}")
                answers.append(code is None)
        return answers

    def _insert_statement(self, key: Key, row: Row) -> Any:
        item = marshalled(row)
        item["pk"], item["sk"] = {"S": key.pk}, {"S": key.sk}
        return {
            "Statement": _insert_text(self._name, tuple(item)),
            "Parameters": list(item.values()),
        }

    def get_many(self, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
        """The rows that exist among these keys, read consistently.

        Raises TryAgain when the table leaves some of them unread, however often it is asked.
        """
        found: dict[Key, dict[str, Any]] = {}
        for batch in batched(dict.fromkeys(keys), KEYS_PER_BATCH, strict=False):
            wanted: Any = {self._name: {"Keys": [_key(k) for k in batch], "ConsistentRead": True}}
            for pause in PAUSES:
                answer = self._client.batch_get_item(RequestItems=wanted)
                for item in answer["Responses"].get(self._name, []):
                    row = unmarshalled(item)
                    found[Key(row["pk"], row["sk"])] = row
                wanted = answer.get("UnprocessedKeys")
                if not wanted:
                    break
                self._sleep(pause)
            else:
                raise TryAgain("the table does not give all rows that were asked for now")
        return found

    def rows(self, pk: str, *, prefix: str = "") -> Iterator[dict[str, Any]]:
        """Every row of a partition in key order, read consistently."""
        condition, values = "pk = :pk", {":pk": {"S": pk}}
        if prefix:
            condition += " AND begins_with(sk, :prefix)"
            values[":prefix"] = {"S": prefix}
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ConsistentRead=True,
        )
        for page in pages:
            for item in page["Items"]:
                yield unmarshalled(item)

    def page(
        self,
        group: str,
        *,
        limit: int,
        cursor: str | None = None,
        newest_first: bool = True,
        before: str | None = None,
    ) -> Page:
        """One page of a group of the index, in order of time. `before` bounds `moment` from above.

        Raises Invalid for a cursor that this group did not give.
        """
        arguments: dict[str, Any] = {}
        condition, values = "#group = :group", {":group": {"S": group}}
        names = {"#group": "group"}
        if before is not None:
            condition += " AND #moment < :before"
            names["#moment"] = "moment"
            values[":before"] = {"S": before}
        if cursor is not None:
            arguments["ExclusiveStartKey"] = opened_cursor(cursor, group)
        answer = self._client.query(
            TableName=self._name,
            IndexName=INDEX,
            KeyConditionExpression=condition,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
            ScanIndexForward=not newest_first,
            Limit=limit,
            **arguments,
        )
        last = answer.get("LastEvaluatedKey")
        return Page(
            tuple(unmarshalled(item) for item in answer["Items"]),
            closed_cursor(last) if last else None,
        )


@lru_cache
def _insert_text(table: str, names: tuple[str, ...]) -> str:
    fields = ", ".join(f"'{name}': ?" for name in names)
    return f'INSERT INTO "{table}" VALUE {{{fields}}}'


def _key(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def _refused(error: ClientError) -> bool:
    return error.response["Error"]["Code"] == "ConditionalCheckFailedException"


def _translated(error: ClientError) -> Exception:
    """A row that DynamoDB will never take is the row's fault; everything else may pass."""
    if error.response["Error"]["Code"] == "ValidationException":
        return Unstorable(f"this cannot be stored: {error.response['Error'].get('Message')}")
    return error
