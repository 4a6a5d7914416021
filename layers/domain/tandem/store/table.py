"""The one table. Conditional writes come back as plain answers; everything else is DynamoDB's."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import batched
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from tandem.model.errors import Invalid, TryAgain, Unstorable
from tandem.store.keys import Key
from tandem.store.registers import Merge, Row

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INDEX = "by_time"
STATEMENTS_PER_BATCH = 25
KEYS_PER_BATCH = 100

_ROW_IS_THERE = ("DuplicateItem", "ConditionalCheckFailed")
_ROW_IS_WRONG = ("ValidationError",)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows and the opaque cursor of the next; None at the end."""

    rows: tuple[dict[str, Any], ...]
    cursor: str | None


class Table:
    """Rows are dicts of str, int, bool, bytes, frozenset[str], list and dict; None is left out."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

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
        expression = _Expression()
        for register in merge.registers:
            name, value = expression.name(register.name), expression.value(register.value)
            sign = ">" if register.towards == "earliest" else "<"
            expression.conditions.append(f"(attribute_not_exists({name}) OR {name} {sign} {value})")
            expression.sets.append(f"{name} = {value}")
            for carried, content in register.carry.items():
                expression.put(carried, content)
        for first, content in merge.firsts.items():
            name = expression.name(first)
            expression.sets.append(f"{name} = if_not_exists({name}, {expression.value(content)})")
        for members, wanted in merge.members.items():
            expression.adds.append(f"{expression.name(members)} {expression.value(wanted)}")
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
        expression = _Expression()
        for name, content in (put or {}).items():
            expression.put(name, content)
        expression.removes.extend(expression.name(name) for name in remove)
        for name, content in (if_equal or {}).items():
            spelled = expression.name(name)
            expression.conditions.append(
                f"attribute_not_exists({spelled})"
                if content is None
                else f"{spelled} = {expression.value(content)}"
            )
        expression.conditions += [f"attribute_not_exists({expression.name(n)})" for n in if_absent]
        expression.conditions += [f"attribute_exists({expression.name(n)})" for n in if_present]
        return self._write(key, expression) is None

    def delete(self, key: Key) -> None:
        self._client.delete_item(TableName=self._name, Key=_key(key))

    def _write(self, key: Key, expression: "_Expression") -> dict[str, Any] | None:
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

    def insert_many(self, rows: Sequence[tuple[Key, Row]]) -> list[bool]:
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
        item = {**_key(key), **marshalled(row)}
        return {
            "Statement": _insert_text(self._name, tuple(item)),
            "Parameters": list(item.values()),
        }

    def get_many(self, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
        """The rows that exist among these keys."""
        found: dict[Key, dict[str, Any]] = {}
        for batch in batched(dict.fromkeys(keys), KEYS_PER_BATCH, strict=False):
            wanted: Any = {self._name: {"Keys": [_key(k) for k in batch], "ConsistentRead": True}}
            while wanted:
                answer = self._client.batch_get_item(RequestItems=wanted)
                for item in answer["Responses"].get(self._name, []):
                    row = unmarshalled(item)
                    found[Key(row["pk"], row["sk"])] = row
                wanted = answer.get("UnprocessedKeys")
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


class _Expression:
    """An update expression in the making: names and values are numbered as they come."""

    def __init__(self) -> None:
        self.sets: list[str] = []
        self.adds: list[str] = []
        self.removes: list[str] = []
        self.conditions: list[str] = []
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def name(self, attribute: str) -> str:
        return self._names.setdefault(attribute, f"#n{len(self._names)}")

    def value(self, content: Any) -> str:
        placeholder = f":v{len(self._values)}"
        self._values[placeholder] = _marshal(content)
        return placeholder

    def put(self, attribute: str, content: Any) -> None:
        """Set an attribute; None removes it: what a register carries replaces the old whole."""
        if content is None:
            self.removes.append(self.name(attribute))
        else:
            self.sets.append(f"{self.name(attribute)} = {self.value(content)}")

    def arguments(self) -> dict[str, Any]:
        clauses = (
            ("SET", self.sets),
            ("REMOVE", self.removes),
            ("ADD", self.adds),
        )
        arguments: dict[str, Any] = {
            "UpdateExpression": " ".join(
                f"{word} {', '.join(parts)}" for word, parts in clauses if parts
            )
        }
        if self.conditions:
            arguments["ConditionExpression"] = " AND ".join(self.conditions)
        if self._names:
            arguments["ExpressionAttributeNames"] = {v: k for k, v in self._names.items()}
        if self._values:
            arguments["ExpressionAttributeValues"] = self._values
        return arguments


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


# boto3's own serialiser refuses int-like floats, returns Decimal for every number and set for every
# set, and costs several times this; rows here hold only the types below.


def marshalled(row: Row) -> dict[str, Any]:
    """A row as DynamoDB's attribute values, without what is None or an empty set."""
    item = {}
    for name, value in row.items():
        if value.__class__ is str:
            item[name] = {"S": value}
        elif value is not None and value != _NO_MEMBERS:
            item[name] = _marshal(value)
    return item


_NO_MEMBERS: frozenset[str] = frozenset()


def _marshal(value: Any) -> dict[str, Any]:
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    raise TypeError(f"a row cannot hold {type(value).__name__}: {value!r}")


# bool before int, because every bool is an int.
_WRITERS: tuple[tuple[Any, Callable[[Any], dict[str, Any]]], ...] = (
    (str, lambda text: {"S": text}),
    (frozenset, lambda members: {"SS": sorted(members)}),
    (bool, lambda flag: {"BOOL": flag}),
    (int, lambda number: {"N": str(number)}),
    (bytes, lambda content: {"B": content}),
    (Mapping, lambda inner: {"M": marshalled(inner)}),
    ((list, tuple), lambda values: {"L": [_marshal(value) for value in values]}),
)

_READERS: dict[str, Any] = {
    "S": str,
    "N": int,
    "BOOL": bool,
    "B": bytes,
    "SS": frozenset,
    "L": lambda values: [_unmarshal(value) for value in values],
    "M": lambda values: {name: _unmarshal(value) for name, value in values.items()},
    "NULL": lambda _: None,
}


def unmarshalled(item: Mapping[str, Any]) -> dict[str, Any]:
    """A row from DynamoDB's attribute values."""
    return {name: _unmarshal(value) for name, value in item.items()}


def _unmarshal(value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    return _READERS[kind](content)


def closed_cursor(last: Mapping[str, Any]) -> str:
    """A cursor: the last key, without the group, which the caller must know to use it."""
    plain = [last[name]["S"] for name in ("pk", "sk", "moment")]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def opened_cursor(cursor: str, group: str) -> dict[str, Any]:
    """The last key in a cursor. What a key cannot hold is Invalid here, not a fault in DynamoDB."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        plain = json.loads(base64.urlsafe_b64decode(padded))
        fits = isinstance(plain, list) and all(0 < len(text.encode()) <= 1024 for text in plain)
    except (ValueError, AttributeError, RecursionError):
        fits, plain = False, []
    if not fits or len(plain) != 3:
        raise Invalid("this cursor is not one of ours: start again without it")
    key = {"group": group, **dict(zip(("pk", "sk", "moment"), plain, strict=True))}
    return {name: {"S": text} for name, text in key.items()}
