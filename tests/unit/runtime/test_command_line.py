"""The command line against a stack on the local engine: what it says to people and to machines."""

import json
import os
import time
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import boto3
import pytest

from tandem.lines.invitation import opened
from tandem.model.events import Kept
from tandem.model.line import Line, LineState, Mode
from tandem.model.onboarding import Onboarding, OnboardingState, StepName
from tandem.runtime import clients
from tandem.runtime.command_line import main
from tandem.store import keys
from tandem.store.api_keys import ApiKeys
from tandem.store.archive import Archive
from tandem.store.envelope import Delivery, archived_as
from tandem.store.kept import KeptThings
from tandem.store.lines import Lines
from tandem.store.onboardings import Onboardings
from tandem.store.table import Table
from tandem.store.troubles import Trouble
from tests.unit.conftest import create_table

CONNECT = "https://example.test/connect"
LINE = Line(
    tenant="acme",
    line="101",
    waba="901",
    display_number="15550100001",
    mode=Mode.COEXISTENCE,
    state=LineState.ACTIVE,
    onboarded_at=1,
    sync="s",
)


CLIENTS = (clients.dynamodb, clients.sqs, clients.s3, clients.secrets)


@pytest.fixture
def table(engine_url: str, engine_table: Table, monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    """A deployed stack on the local engine: its table, its invitation key, queues, outputs."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", engine_url)
    stack = f"tandem-{uuid4().hex[:8]}"
    monkeypatch.setenv("TANDEM_STACK", stack)
    for client in CLIENTS:
        client.cache_clear()
    clients.secrets().create_secret(Name=f"{stack}-key", SecretString="the key")
    outputs = {
        "TableName": engine_table._name,
        "MetaAppId": "4001",
        "ConnectUrl": CONNECT,
        "InvitationKeySecretName": f"{stack}-key",
        "ArchiveBucketName": f"{stack}-archive",
        **{output: _queue(stack, name) for output, name in QUEUES.items()},
    }
    clients.s3().create_bucket(Bucket=outputs["ArchiveBucketName"])
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }
    cloudformation = boto3.client("cloudformation")
    cloudformation.create_stack(StackName=stack, TemplateBody=json.dumps(template))
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=stack, WaiterConfig={"Delay": 1}
    )
    yield engine_table
    for client in CLIENTS:
        client.cache_clear()


QUEUES = {
    "LiveQueueUrl": "live",
    "LiveDeadLettersUrl": "live-dead",
    "HistoryQueueUrl": "history",
    "StepsQueueUrl": "steps",
    "StepsDeadLettersUrl": "steps-dead",
    "SendQueueUrl": "send.fifo",
    "SendDeadLettersUrl": "send-dead.fifo",
}


def _queue(stack: str, name: str) -> str:
    fifo: dict[Any, str] = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
    made = clients.sqs().create_queue(QueueName=f"{stack}-{name}", Attributes=fifo)
    return made["QueueUrl"]


def url_of(name: str) -> str:
    found = clients.sqs().get_queue_url(QueueName=f"{os.environ['TANDEM_STACK']}-{name}")
    return found["QueueUrl"]


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """What a command answers to a machine."""
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_an_invitation_is_a_link_for_one_tenant(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    made = said(capsys, "invite", "--tenant", "acme", "--days", "3")

    invited = opened(parse_qs(urlsplit(made["url"]).query)["invite"][0], "the key")
    assert made["url"].startswith(CONNECT)
    assert made["invitation"] in made["url"]
    assert (invited.tenant, invited.expires_at) == ("acme", made["expires_at"])


def test_a_person_reads_the_link_first(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["invite", "--tenant", "acme"]) == 0

    first, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith(CONNECT)


def test_whoever_invites_is_told_which_numbers_of_the_tenant_still_have_to_wait(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = Lines(table)
    lines.save_connected(LINE)
    before = said(capsys, "invite", "--tenant", "acme")
    removed_at = int(time.time())
    lines.note_announcement("acme", "101", at=removed_at, removal=True)

    after = said(capsys, "invite", "--tenant", "acme")
    other = said(capsys, "invite", "--tenant", "rival")
    main(["invite", "--tenant", "acme"])

    assert (before["good_from"], other["good_from"]) == (None, None)
    assert after["good_from"] == removed_at + 900
    assert "+15550100001 was disconnected. Meta takes it again" in capsys.readouterr().out


def test_a_key_opens_until_it_is_revoked(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    made = said(capsys, "key", "create", "--tenant", "acme", "--name", "crm")
    holder = ApiKeys(table).holder(made["key"])

    ended = said(capsys, "key", "revoke", "--tenant", "acme", "--name", "crm")

    assert holder is not None
    assert holder.tenant == "acme"
    assert ended["revoked"] == 1
    assert ApiKeys(table).holder(made["key"]) is None


@pytest.mark.parametrize("tenant", ["Acme", "a/b", "", "~"])
@pytest.mark.parametrize("command", [["invite"], ["key", "create", "--name", "x"]])
def test_a_name_that_no_tenant_can_have_is_refused(
    table: Table, capsys: pytest.CaptureFixture[str], tenant: str, command: list[str]
) -> None:
    status = main([*command, "--tenant", tenant])

    assert status == 1
    assert "cannot name a tenant" in capsys.readouterr().err


def test_lines_are_listed_with_what_ails_them(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = Lines(table)
    lines.save_connected(LINE)
    lines.note_trouble("acme", "101", "Keep the app open.", kind=Trouble.SYNC)

    assert main(["lines"]) == 0

    out = capsys.readouterr().out
    assert "acme  +15550100001  active  coexistence  101" in out
    assert "Keep the app open." in out
    assert said(capsys, "lines", "--tenant", "rival") == {"lines": []}


def onboarded(table: Table, *, at: int) -> None:
    """The line, connected at `at`, with its onboarding."""
    onboardings = Onboardings(table)
    onboarding = Onboarding("acme", LINE.sync, "i", OnboardingState.EXCHANGING, at)
    onboardings.start(onboarding)
    onboardings.keep_token("acme", LINE.sync, b"sealed")
    onboardings.connect(
        onboarding,
        waba=LINE.waba,
        line=LINE.line,
        display_number=LINE.display_number,
        at=at,
        deadline_at=at + 24 * 3600,
        steps=StepName,
    )
    Lines(table).save_connected(LINE)


def test_lines_are_listed_with_where_their_import_stands(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    connected_at = int(time.time()) - 7230
    onboarded(table, at=connected_at)

    assert main(["lines"]) == 0
    out = capsys.readouterr().out
    (line,) = said(capsys, "lines")["lines"]

    assert "import not_requested since" in out
    assert ", 21 h 59 min left" in out
    assert (line["import"]["state"], line["import"]["since"]) == ("not_requested", connected_at)


def test_what_support_needs_of_a_line_is_gathered(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    onboarded(table, at=int(time.time()))

    told = said(capsys, "support", "--tenant", "acme", "--line", LINE.line)

    assert (told["app_id"], told["waba_id"], told["phone_number_id"]) == ("4001", "901", "101")
    assert main(["support", "--tenant", "rival", "--line", LINE.line]) == 1
    assert "rival has no line 101" in capsys.readouterr().err


def test_kept_things_are_counted_and_shown(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        KeptThings(table).keep("acme", Kept("unknown_field", "calls", "{}", at=number), 5)
    KeptThings(table).keep("acme", Kept("malformed", "messages", "7", detail="no id"), 5)
    KeptThings(table).keep(keys.SYSTEM, Kept("not_json", "body", "x"), 5)

    mine = said(capsys, "inspect", "--tenant", "acme", "--limit", "1")
    malformed = said(capsys, "inspect", "--tenant", "acme", "--reason", "malformed")
    nobodys = said(capsys, "inspect", "--reason", "not_json")

    assert mine["counts"] == [
        {"reason": "unknown_field", "what": "calls", "count": 3},
        {"reason": "malformed", "what": "messages", "count": 1},
    ]
    assert [kept["at"] for kept in mine["kept"]] == [2]
    assert [kept["detail"] for kept in malformed["kept"]] == ["no id"]
    assert [kept["what"] for kept in nobodys["kept"]] == ["body"]


def test_one_kept_thing_is_shown_whole(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    kept = Kept("unknown_field", "calls", '{"word": "for word"}')
    KeptThings(table).keep("acme", kept, 5, archived="archive/2026/01/01/101/ab.json.gz")

    assert main(["inspect", "--tenant", "acme", "--id", kept.id]) == 0

    out = capsys.readouterr().out
    assert '{"word": "for word"}' in out
    assert "archive/2026/01/01/101/ab.json.gz" in out
    assert main(["inspect", "--tenant", "acme", "--id", "none"]) == 1


def test_a_kept_thing_goes_back_by_the_body_it_came_in(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = Archive(clients.s3(), f"{os.environ['TANDEM_STACK']}-archive")
    key = archive.keep(Delivery(b'{"entry": []}', 1_790_000_000), "101")
    KeptThings(table).keep("acme", Kept("unknown_field", "calls", "{}"), 5, archived=key)

    done = said(capsys, "inspect", "--tenant", "acme", "--return")

    # Nobody understands it less than before: the body says nothing of it any more.
    delayed = clients.sqs().get_queue_attributes(
        QueueUrl=url_of("history"), AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )
    assert done["kept"] == {"returned": 1, "not_understood": 0, "cannot": 0}
    assert delayed["Attributes"]["ApproximateNumberOfMessagesDelayed"] == "1"
    assert said(capsys, "inspect", "--tenant", "acme")["kept"] == []


def test_dead_letters_are_looked_at_where_they_lie(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    dead = url_of("live-dead")
    body = json.dumps({"entry": [{"id": "901", "changes": [CHANGE]}]})
    told = {
        "encoding": {"DataType": "String", "StringValue": "text"},
        "received_at": {"DataType": "Number", "StringValue": "1790000000"},
    }
    clients.sqs().send_message(QueueUrl=dead, MessageBody=body, MessageAttributes=told)
    job = {"tenant": "acme", "onboarding": "o1"}
    clients.sqs().send_message(QueueUrl=url_of("steps-dead"), MessageBody=json.dumps(job))

    live = said(capsys, "inspect", "--queue", "live")["dead_letters"]["live"]
    again = said(capsys, "inspect", "--queue", "live")["dead_letters"]["live"]
    steps = said(capsys, "inspect", "--queue", "steps")["dead_letters"]["steps"]

    (letter,) = live["letters"]
    assert (live["count"], again["count"]) == (1, 1)
    assert letter["about"] == {"body": sha256(body.encode()).hexdigest(), "line": "101"}
    assert letter["sent_at"] > 1_700_000_000
    assert letter["tries"] >= 1
    assert [one["id"] for one in again["letters"]] == [letter["id"]]
    assert [one["about"] for one in steps["letters"]] == [job]


CHANGE = {
    "field": "messages",
    "value": {"metadata": {"phone_number_id": "101"}, "messages": [{"id": "w"}]},
}


def test_dead_letters_go_back_as_they_were(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    sqs = clients.sqs()
    dead, queue = url_of("steps-dead"), url_of("steps")
    for number in range(12):
        sqs.send_message(
            QueueUrl=dead,
            MessageBody=f"letter {number}",
            MessageAttributes={"a": {"DataType": "String", "StringValue": "b"}},
        )

    answer = said(capsys, "inspect", "--queue", "steps", "--return")

    assert answer == {"moved": {"steps": 12}}
    received = _all(queue)
    assert {letter["Body"] for letter in received} == {f"letter {n}" for n in range(12)}
    assert all(letter["MessageAttributes"]["a"]["StringValue"] == "b" for letter in received)
    assert _all(dead) == []


def test_dead_letters_of_a_line_keep_their_order(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    sqs = clients.sqs()
    dead, queue = url_of("send-dead.fifo"), url_of("send.fifo")
    for number in range(3):
        sqs.send_message(
            QueueUrl=dead,
            MessageBody=str(number),
            MessageGroupId="101",
            MessageDeduplicationId=f"b1:{number}",
        )

    answer = said(capsys, "inspect", "--queue", "send", "--return")

    assert answer == {"moved": {"send": 3}}
    assert [letter["Body"] for letter in _all(queue)] == ["0", "1", "2"]


WRITTEN = {
    "field": "messages",
    "value": {
        "metadata": {"display_phone_number": "15550100001", "phone_number_id": "101"},
        "messages": [
            {
                "id": "wamid.1",
                "from": "15550100042",
                "timestamp": "1790000000",
                "type": "text",
                "text": {"body": "a secret"},
            }
        ],
    },
}


@pytest.fixture
def forgotten(table: Table) -> Table:
    """A connected line whose one message is in the archive, and not in the table."""
    Lines(table).save_connected(LINE)
    body = json.dumps({"entry": [{"id": "901", "changes": [WRITTEN]}]}).encode()
    archive = Archive(clients.s3(), f"{os.environ['TANDEM_STACK']}-archive")
    archive.keep(Delivery(body, 1_790_000_000), "101")
    return table


MISSING = {
    "conversation": {"missing": 1},
    "message": {"missing": 1},
    "person": {"missing": 1},
}


def test_a_line_is_compared_repaired_and_right(
    forgotten: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    found = said(capsys, "replay", "--line", "101")
    assert forgotten.get(keys.message("acme", "101", "wamid.1")) is None
    done = said(capsys, "replay", "--line", "101", "--apply")
    again = said(capsys, "replay", "--tenant", "acme")

    assert (found["applied"], found["differences"]) == (False, MISSING)
    assert (done["applied"], done["differences"]) == (True, MISSING)
    assert again["differences"] == {}
    assert (forgotten.get(keys.message("acme", "101", "wamid.1")) or {})["text"] == "a secret"


def test_a_person_reads_what_differs_and_nobody_s_words_unless_they_ask(
    forgotten: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", "--line", "101"]) == 0
    masked = capsys.readouterr().out
    assert main(["replay", "--line", "101", "--show"]) == 0
    shown = capsys.readouterr().out

    assert "missing  message  wamid.1" in masked
    assert "a secret" not in masked
    assert "text: None → a secret" in shown


def test_what_was_rebuilt_can_be_written_elsewhere(
    forgotten: Table, engine_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    other = create_table(clients.dynamodb(), f"other-{uuid4().hex[:8]}")

    done = said(capsys, "replay", "--line", "101", "--into", other._name)

    assert done == {"rows": 3, "table": other._name}
    assert (other.get(keys.message("acme", "101", "wamid.1")) or {})["text"] == "a secret"
    assert forgotten.get(keys.message("acme", "101", "wamid.1")) is None


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--line", "999"], "no line 999"),
        (["--line", "101", "--tenant", "rival"], "no line 101"),
        ([], "which line"),
        (["--tenant", "rival"], "nothing of rival"),
        (["--line", "101", "--take-away"], "--take-away goes with"),
        (["--line", "101", "--apply", "--take-away", "--day", "2026-11-22"], "--take-away goes"),
    ],
)
def test_a_replay_that_cannot_be_meant_is_refused(
    forgotten: Table, capsys: pytest.CaptureFixture[str], arguments: list[str], why: str
) -> None:
    status = main(["replay", *arguments])

    assert status == 1
    assert why in capsys.readouterr().err


DAY = 24 * 3600
BODIES = (
    (b'{"of": "a line"}', 1_790_000_000, "101"),
    (b'{"of": "two lines"}', 1_790_000_000, None),
    (b'{"of": "another"}', 1_790_000_000, "102"),
    (b'{"of": "the next day"}', 1_790_000_000 + DAY, "101"),
)


def archived() -> Archive:
    """The stack's archive with four bodies in it."""
    archive = Archive(clients.s3(), f"{os.environ['TANDEM_STACK']}-archive")
    for body, received_at, line in BODIES:
        archive.keep(Delivery(body, received_at), line)
    return archive


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], {0, 1, 2, 3}),
        (["--day", "2026-09-21"], {0, 1, 2}),
        (["--line", "101"], {0, 1, 3}),
        (["--since", "2026-09-22"], {3}),
        (["--until", "2026-09-21", "--line", "102"], {1, 2}),
        (["--line", "102", "--day", "2026-09-22"], set()),
    ],
    ids=["everything", "a day", "a line, and what may speak of it", "since", "until", "nothing"],
)
def test_archived_webhooks_go_the_way_of_the_import_again(
    table: Table, capsys: pytest.CaptureFixture[str], arguments: list[str], expected: set[int]
) -> None:
    archive = archived()

    answer = said(capsys, "resend", *arguments)

    letters = _all(url_of("history"))
    assert all(_record(letter)["messageAttributes"]["encoding"] for letter in letters)
    restored = {archive.restored(archived_as(_record(letter)) or "") for letter in letters}
    assert restored == {Delivery(*BODIES[number][:2]) for number in expected}
    assert (answer["found"], answer["sent"]) == (len(expected), len(expected))


def test_a_rehearsal_counts_and_sends_nothing(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    archived()

    answer = said(capsys, "resend", "--dry-run")

    assert answer == {"found": 4, "sent": 0, "lines": {"101": 2, "102": 1, "no-line": 1}}
    assert _all(url_of("history")) == []


def _record(letter: Any) -> dict[str, Any]:
    """A letter as Lambda gives it to a handler."""
    told = {
        name: {"stringValue": value["StringValue"]}
        for name, value in letter["MessageAttributes"].items()
    }
    return {"body": letter["Body"], "messageAttributes": told}


def _all(url: str) -> list[Any]:
    found: list[Any] = []
    while (
        batch := clients.sqs()
        .receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        .get("Messages")
    ):
        found += batch
        for letter in batch:
            clients.sqs().delete_message(QueueUrl=url, ReceiptHandle=letter["ReceiptHandle"])
    return found


def test_a_stack_that_is_not_there_is_said_in_a_line(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["lines", "--stack", "nowhere"])

    assert status == 1
    assert "nowhere" in capsys.readouterr().err


def test_a_stack_of_another_version_says_what_it_lacks(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["inspect", "--queue", "plan"])

    assert status == 1
    assert "PlanDeadLettersUrl" in capsys.readouterr().err


@pytest.mark.parametrize("days", ["0", "-1", "91", "soon"])
def test_an_invitation_is_good_for_a_sensible_time(days: str) -> None:
    with pytest.raises(SystemExit):
        main(["invite", "--tenant", "acme", "--days", days])


def test_a_number_is_released_only_once_it_is_removed(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = Lines(table)
    lines.save_connected(LINE)

    assert main(["release", "--line", "101"]) == 1
    assert "is not removed" in capsys.readouterr().err
    lines.set_state("acme", "101", LineState.REMOVED, since=LINE.state)

    assert said(capsys, "release", "--line", "101") == {"line": "101", "tenant": "acme"}
    assert lines.route_of_phone("101") is None
    assert main(["release", "--line", "101"]) == 1
    assert "nobody has" in capsys.readouterr().err
