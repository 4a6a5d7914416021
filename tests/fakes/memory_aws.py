"""AWS in memory, call by call: what boto3 answers, for everything that the workers ask of it.

Unlike `MemoryTable`, this stands below `Table`: each call that goes to AWS is one call here, so
that a worker can be killed between any two of them. `tests/unit/store/test_table.py` holds the
table to the real engine.
"""

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from tandem.store.attribute_values import unmarshalled
from tandem.store.keys import Key
from tests.fakes.crashing import Fuse

Item = dict[str, Any]

_NAME_OF_INSERTED = re.compile(r"'([^']+)': \?")
_CLAUSES = re.compile(r"(SET|REMOVE|ADD) ")
_REGISTER = re.compile(r"\(attribute_not_exists\((\S+)\) OR \S+ ([<>]) (\S+)\)")
_PRESENCE = re.compile(r"attribute_(not_exists|exists)\((\S+)\)")
_EQUAL = re.compile(r"(\S+) = (\S+)")
_AT_LEAST = re.compile(r"if_not_exists\(\S+ (\S+)\)")


class Wire:
    """Every call goes through here: it is counted, and may be the last one of its process."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.fuse: Fuse | None = None

    def call(self, name: str, effect: Callable[[], Any]) -> Any:
        self.calls[name] += 1
        return effect() if self.fuse is None else self.fuse.burn(effect)


class MemoryDynamoDB:
    """One table. Items are kept as attribute values, as they came."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.items: dict[Key, Item] = {}

    def rows(self) -> dict[Key, dict[str, Any]]:
        """Every row as Tandem has it, for comparing states."""
        return {key: unmarshalled(item) for key, item in self.items.items()}

    # ---- the calls, spelled as boto3 spells them

    def get_item(self, *, Key: Item, **_: Any) -> Any:  # noqa: N803
        item = self._wire.call("GetItem", lambda: self.items.get(_key(Key)))
        return {"Item": dict(item)} if item else {}

    def put_item(self, *, Item: Item, **_: Any) -> Any:  # noqa: N803
        """Always under the condition that nothing is there."""
        return self._wire.call("PutItem", lambda: self._put(Item))

    def update_item(self, **asked: Any) -> Any:
        return self._wire.call("UpdateItem", lambda: self._update(**asked))

    def delete_item(self, **asked: Any) -> Any:
        return self._wire.call("DeleteItem", lambda: self._delete(**asked))

    def batch_execute_statement(self, *, Statements: list[Any]) -> Any:  # noqa: N803
        """Inserts, each of them alone."""
        return self._wire.call(
            "BatchExecuteStatement",
            lambda: {"Responses": [self._insert(statement) for statement in Statements]},
        )

    def batch_get_item(self, *, RequestItems: Any) -> Any:  # noqa: N803
        ((table, wanted),) = RequestItems.items()
        keys = [_key(key) for key in wanted["Keys"]]
        found = self._wire.call(
            "BatchGetItem", lambda: [dict(self.items[key]) for key in keys if key in self.items]
        )
        return {"Responses": {table: found}}

    def query(self, **asked: Any) -> Any:
        return self._wire.call("Query", lambda: self._page(**asked))

    def get_paginator(self, _call: str) -> "MemoryDynamoDB":
        return self

    def paginate(self, *, ExpressionAttributeValues: Item, **_: Any) -> Iterator[Any]:  # noqa: N803
        """The rows of a partition, in one page."""
        pk = ExpressionAttributeValues[":pk"]["S"]
        prefix = ExpressionAttributeValues.get(":prefix", {"S": ""})["S"]
        yield self._wire.call(
            "Query",
            lambda: {
                "Items": [
                    dict(self.items[key])
                    for key in sorted(key for key in self.items if key.pk == pk)
                    if key.sk.startswith(prefix)
                ]
            },
        )

    # ---- what they do

    def _put(self, item: Item) -> Any:
        if _key(item) in self.items:
            raise _refused({})
        self.items[_key(item)] = dict(item)
        return {}

    def _insert(self, statement: Any) -> Any:
        names = _NAME_OF_INSERTED.findall(statement["Statement"])
        item = dict(zip(names, statement["Parameters"], strict=True))
        if _key(item) in self.items:
            return {"Error": {"Code": "DuplicateItem"}}
        self.items[_key(item)] = item
        return {}

    def _delete(self, *, Key: Item, **asked: Any) -> Any:  # noqa: N803
        if not self._holds(_key(Key), **asked):
            raise _refused(self.items.get(_key(Key), {}))
        self.items.pop(_key(Key), None)
        return {}

    def _update(
        self,
        *,
        Key: Item,  # noqa: N803
        UpdateExpression: str = "",  # noqa: N803
        ExpressionAttributeNames: Mapping[str, str] | None = None,  # noqa: N803
        ExpressionAttributeValues: Mapping[str, Any] | None = None,  # noqa: N803
        **asked: Any,
    ) -> Any:
        key, names = _key(Key), ExpressionAttributeNames or {}
        values = ExpressionAttributeValues or {}
        holds = self._holds(
            key, ExpressionAttributeNames=names, ExpressionAttributeValues=values, **asked
        )
        if not holds:
            raise _refused(self.items.get(key, {}))
        item = {**Key, **self.items.get(key, {})}
        parts = _CLAUSES.split(UpdateExpression)[1:]
        for word, told in zip(parts[::2], parts[1::2], strict=True):
            for part in _parts(told):
                _apply(word, part, item, names, values)
        self.items[key] = item
        return {}

    def _holds(
        self,
        key: Key,
        *,
        ConditionExpression: str = "",  # noqa: N803
        ExpressionAttributeNames: Mapping[str, str] | None = None,  # noqa: N803
        ExpressionAttributeValues: Mapping[str, Any] | None = None,  # noqa: N803
        **_: Any,
    ) -> bool:
        names, values = ExpressionAttributeNames or {}, ExpressionAttributeValues or {}
        item = self.items.get(key, {})
        conditions = ConditionExpression.split(" AND ") if ConditionExpression else []
        return all(_true(condition, item, names, values) for condition in conditions)

    def _page(
        self,
        *,
        ExpressionAttributeValues: Item,  # noqa: N803
        ScanIndexForward: bool,  # noqa: N803
        Limit: int,  # noqa: N803
        ExclusiveStartKey: Item | None = None,  # noqa: N803
        **_: Any,
    ) -> Any:
        """One page of a group of the index."""
        group, before = (
            ExpressionAttributeValues[":group"],
            ExpressionAttributeValues.get(":before"),
        )
        inside = sorted(
            (i for i in self.items.values() if i.get("group") == group and "moment" in i),
            key=_standing,
            reverse=not ScanIndexForward,
        )
        if before is not None:
            inside = [item for item in inside if item["moment"]["S"] < before["S"]]
        if ExclusiveStartKey is not None:
            last = _standing(ExclusiveStartKey)
            behind = [
                (_standing(i) > last) if ScanIndexForward else (_standing(i) < last) for i in inside
            ]
            inside = [item for item, left in zip(inside, behind, strict=True) if left]
        answer: Item = {"Items": [dict(item) for item in inside[:Limit]]}
        if len(inside) > Limit:
            last_item = inside[Limit - 1]
            answer["LastEvaluatedKey"] = {
                name: last_item[name] for name in ("pk", "sk", "group", "moment")
            }
        return answer


class MemoryBuckets:
    """S3: objects by bucket and key."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.objects: dict[tuple[str, str], tuple[bytes, dict[str, str]]] = {}

    def put_object(
        self,
        *,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        Body: bytes,  # noqa: N803
        Metadata: dict[str, str] | None = None,  # noqa: N803
        **_: Any,
    ) -> Any:
        kept = (Body, Metadata or {})
        return self._wire.call("PutObject", lambda: self.objects.__setitem__((Bucket, Key), kept))

    def get_object(self, *, Bucket: str, Key: str) -> Any:  # noqa: N803
        body, metadata = self._wire.call("GetObject", lambda: self.objects[Bucket, Key])
        return {"Body": io.BytesIO(body), "Metadata": metadata}

    def head_object(self, *, Bucket: str, Key: str) -> Any:  # noqa: N803
        there = self._wire.call("HeadObject", lambda: self.objects.get((Bucket, Key)))
        if there is None:
            raise ClientError({"Error": {"Code": "404"}}, "HeadObject")
        return {"ContentLength": len(there[0])}

    def delete_object(self, *, Bucket: str, Key: str) -> Any:  # noqa: N803
        return self._wire.call("DeleteObject", lambda: self.objects.pop((Bucket, Key), None))

    def get_paginator(self, call: str) -> Any:
        assert call == "list_objects_v2"
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> Any:  # noqa: N803
        """Two keys a page."""
        below = [
            {"Key": key}
            for bucket, key in sorted(self.objects)
            if bucket == Bucket and key.startswith(Prefix)
        ]
        pages = [below[first : first + 2] for first in range(0, len(below), 2)]
        # S3 leaves the contents of an empty page out.
        for page in [{"Contents": keys} for keys in pages] or [{}]:
            yield self._wire.call("ListObjectsV2", lambda page=page: page)

    def generate_presigned_url(self, call: str, *, Params: dict[str, Any], ExpiresIn: int) -> str:  # noqa: N803
        bound = f"content-length={Params['ContentLength']}&expires={ExpiresIn}"
        return f"https://{Params['Bucket']}.example/{Params['Key']}?{call}&{bound}"


class MemoryQueues:
    """SQS: letters by the queue's address, in the order in which they came."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.letters: dict[str, list[dict[str, Any]]] = {}
        self._number = 0

    def send_message(
        self,
        *,
        QueueUrl: str,  # noqa: N803
        MessageBody: str,  # noqa: N803
        MessageAttributes: Mapping[str, Any] | None = None,  # noqa: N803
        **_: Any,
    ) -> Any:
        letter = (MessageBody, MessageAttributes or {})
        return self._wire.call("SendMessage", lambda: self._put(QueueUrl, [letter]))

    def send_message_batch(self, *, QueueUrl: str, Entries: list[Any]) -> Any:  # noqa: N803
        letters = [(e["MessageBody"], e.get("MessageAttributes", {})) for e in Entries]
        self._wire.call("SendMessageBatch", lambda: self._put(QueueUrl, letters))
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def _put(self, queue: str, letters: list[tuple[str, Mapping[str, Any]]]) -> Any:
        for body, attributes in letters:
            self._number += 1
            told = {name: {"stringValue": v["StringValue"]} for name, v in attributes.items()}
            self.letters.setdefault(queue, []).append(
                {
                    "messageId": f"letter-{self._number}",
                    "body": body,
                    "messageAttributes": told,
                    "attributes": {"ApproximateReceiveCount": "0"},
                    "eventSource": "aws:sqs",
                }
            )
        return {}


def _key(item: Mapping[str, Any]) -> Key:
    return Key(item["pk"]["S"], item["sk"]["S"])


def _standing(item: Item) -> tuple[str, str, str]:
    return item["moment"]["S"], item["pk"]["S"], item["sk"]["S"]


def _parts(told: str) -> list[str]:
    """The parts of a clause; a comma inside of brackets parts nothing."""
    return re.split(r", (?![^(]*\))", told.strip())


def _apply(
    word: str, part: str, item: Item, names: Mapping[str, str], values: Mapping[str, Any]
) -> None:
    if word == "REMOVE":
        item.pop(names[part], None)
        return
    name, _, told = part.partition(" = " if word == "SET" else " ")
    attribute = names[name]
    if word == "ADD":
        members = set(item.get(attribute, {"SS": []})["SS"]) | set(values[told]["SS"])
        item[attribute] = {"SS": sorted(members)}
    elif first := _AT_LEAST.fullmatch(told):
        item.setdefault(attribute, values[first[1]])
    else:
        item[attribute] = values[told]


def _true(condition: str, item: Item, names: Mapping[str, str], values: Mapping[str, Any]) -> bool:
    if found := _REGISTER.fullmatch(condition):
        name, sign, value = found.groups()
        there = item.get(names[name])
        if there is None:
            return True
        here, new = _ordered(there), _ordered(values[value])
        return here < new if sign == "<" else here > new
    if found := _PRESENCE.fullmatch(condition):
        return (names.get(found[2], found[2]) in item) == (found[1] == "exists")
    if found := _EQUAL.fullmatch(condition):
        return bool(item.get(names[found[1]]) == values[found[2]])
    raise ValueError(f"nobody writes such a condition: {condition}")


def _ordered(value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    return int(content) if kind == "N" else content


def _refused(item: Item) -> ClientError:
    error: Any = {"Error": {"Code": "ConditionalCheckFailedException"}, "Item": item}
    return ClientError(error, "UpdateItem")
