"""Scenarios of the two syncs: chunks in disorder, chunks that never come, files and their texts."""

from typing import Any

from simulator.envelope import Update
from simulator.payloads import declined
from simulator.scenarios.registry import scenario
from simulator.scenarios.stage import Stage

HISTORY_PAGE = 'Meta, "history webhook reference"'
SEEN = "seen in real traffic"


def texts(stage: Stage, messages: int, chunk_messages: int, threads: int = 6) -> list[Update]:
    """A past of texts alone, so that each update is a chunk."""
    return stage.past(
        messages=messages, threads=min(threads, messages), chunk_messages=chunk_messages
    )


@scenario(
    "chunks-shuffled",
    shows="every message once; complete only when no chunk is missing between",
    stands_for=f"{HISTORY_PAGE}: chunks come in any order, and deliveries repeat",
)
def chunks_shuffled(stage: Stage, *, messages: int = 500, chunk_messages: int = 5) -> None:
    """A history comes in chunks in any order, each one to three times, the last one first.

    The chunk with progress 100 leads, so a receiver that believes in it alone is done far too soon.
    """
    chunks = texts(stage, messages, chunk_messages)
    dice, last = stage.rng, chunks.pop()
    rest = [chunk for chunk in chunks for _ in range(dice.randint(1, 3))]
    dice.shuffle(rest)
    stage.post_each([last, *rest])


@scenario(
    "chunk-missing",
    shows="all that came, and that phase 1 lacks chunk 2: never complete",
    stands_for=f"{HISTORY_PAGE}: chunk_order counts within a phase; nothing is sent again",
)
def chunk_missing(stage: Stage, *, messages: int = 200, chunk_messages: int = 10) -> None:
    """One chunk in the middle of a history never comes, and the one with progress 100 does."""
    stage.post_each(
        chunk for chunk in texts(stage, messages, chunk_messages) if place_of(chunk) != (1, 2)
    )


@scenario(
    "history-silent",
    shows="a sync that has brought nothing, told to the owner well before the 24 hours end",
    stands_for=f"{SEEN}: a request id, and no history webhook ever",
    waits_for="the history sync being requested",
)
def history_silent(stage: Stage) -> None:
    """The history is requested and accepted, contacts come, and the history never does."""
    if stage.served:
        with stage.bad_day(silence=["history"]):
            request_for_history(stage)
    card = stage.card(stage.somebody("Amara"), "Amara Costa")
    stage.post(card)
    stage.tell(stage.customer(stage.somebody("Emil"), "Anybody there?"))
    stage.expect(**{"import": {"chunks": 0, "missing": [], "complete": False}})


@scenario(
    "sync-times-out",
    shows="a sync whose outcome is unknown, never requested twice, with its deadline in sight",
    stands_for='Meta, "Onboard WhatsApp Business app users": each sync once, within 24 hours',
    waits_for="the history sync being requested",
)
def sync_times_out(stage: Stage, *, messages: int = 60, quiet_s: float = 3.0) -> None:
    """The request for the history is accepted, but its answer is lost; the history comes later.

    A second request is refused with 2593107, so to ask again is wrong and to give up is too.
    """
    chunks = texts(stage, messages, chunk_messages=20)
    if stage.served:
        with stage.bad_day(lose_answer=1, silence=["history"], endpoints=["smb_app_data"]):
            request_for_history(stage)
        stage.quiet("another request for the history", quiet_s, lambda: asked_again(stage))
    stage.pause(3_600)
    stage.post_each(chunks)


@scenario(
    "media-before-text",
    shows="each message with its file, and one placeholder for each file that is too old",
    stands_for=f"{SEEN}: the media of a history comes hours before or after its chunk",
)
def media_before_text(stage: Stage, *, messages: int = 60, early_s: float = 7_200) -> None:
    """The files of a history come two hours before the chunks that name their messages."""
    chunks, files = with_files(stage, messages)
    stage.post_each(files)
    stage.pause(early_s)
    stage.post_each(chunks)


@scenario(
    "media-without-text",
    shows="the file as waiting for its message, and an import that has not failed",
    stands_for=f"{SEEN}: a media follow-up whose placeholder never came",
)
def media_without_text(stage: Stage, *, messages: int = 60) -> None:
    """Files of a history come, and the chunks that name their messages never do."""
    chunks, files = with_files(stage, messages)
    wanted = {each for update in files for each in wamids(update)}
    silent = [chunk for chunk in chunks if not wanted & set(wamids(chunk))]
    stage.post_each([*silent, *files])
    stage.expect(waiting=len(wanted))


@scenario(
    "one-malformed-of-5000",
    shows="all but one message, and the one kept aside word for word",
    stands_for=f"{SEEN}: a row without its id and with a time that is none",
)
def one_malformed_of_5000(stage: Stage, *, messages: int = 5_000) -> None:
    """A history of 5,000 messages holds one that cannot be read."""
    chunks = texts(stage, messages, chunk_messages=1_000, threads=40)
    rows = rows_of(chunks[len(chunks) // 2])
    row = stage.rng.choice(rows)
    row.pop("id")
    row["timestamp"] = "yesterday"
    stage.post_each(chunks)
    stage.expect(kept=1)


@scenario(
    "import-under-load",
    shows="live messages as soon as without the import; every message of both",
    stands_for=f"{HISTORY_PAGE}: thousands of messages in a webhook, while customers write",
)
def import_under_load(
    stage: Stage, *, messages: int = 100_000, live: int = 100, chunk_messages: int = 2_000
) -> None:
    """A long history and live messages come at the same time, each in a row of its own.

    The result says for both rows how long the answers took.
    """
    chunks = texts(stage, messages, chunk_messages, threads=200)
    people = [stage.somebody() for _ in range(10)]
    told = [stage.customer(people[n % 10], f"Live {n}") for n in range(live)]
    stage.post_together(chunks, [update for one in told for update in one.updates])


@scenario(
    "mapper-fixed",
    shows="the same state after a replay as before, and nothing set off by it",
    stands_for="no page: what an archive holds is what Meta once sent",
)
def mapper_fixed(stage: Stage, *, messages: int = 60) -> None:
    """An import, live messages and statuses, and then the very same bytes all over again."""
    chunks = texts(stage, messages, chunk_messages=20)
    anna = stage.somebody("Amara")
    wrote = stage.customer(anna, "Do you have it in blue?")
    answered = stage.owner(anna, "We do", reply_to=wrote.wamid)
    for _ in range(2):
        stage.post_each([*chunks, *wrote.updates, *answered.updates])


@scenario(
    "declined",
    shows="an import that the owner declined, and no error",
    stands_for=f"{HISTORY_PAGE}: 2593109 in history[].errors",
)
def declined_in_an_item(stage: Stage) -> None:
    """The owner does not share the history, and the webhook says so in an item of it."""
    refuse(stage, "item")


@scenario(
    "declined-in-the-value",
    shows="the same as for `declined`",
    stands_for=f"{SEEN}: 2593109 in value.errors",
)
def declined_in_the_value(stage: Stage) -> None:
    """The owner does not share the history, and the error stands beside the metadata."""
    refuse(stage, "value")


@scenario(
    "declined-without-envelope",
    shows="the same as for `declined`",
    stands_for=f"{HISTORY_PAGE}: its sample is a bare value",
)
def declined_without_envelope(stage: Stage) -> None:
    """The owner does not share the history, and the body is a value with no entry around it."""
    refuse(stage, "bare")


@scenario(
    "provider-dialect",
    shows="the same threads, directions and texts as from Meta itself",
    stands_for=f"{SEEN}: through providers, statuses in lower case, newest first, odd numbers",
)
def provider_dialect(stage: Stage, *, messages: int = 60) -> None:
    """A history as some providers hand it on.

    Statuses in lower case, `from_me`, the newest message first, times as numbers, and numbers of
    people with a plus, spaces and dashes.
    """
    chunks = texts(stage, messages, chunk_messages=20)
    for chunk in chunks:
        for thread in threads_of(chunk):
            thread["messages"].reverse()
            for row in thread["messages"]:
                speak_otherwise(row, stage.line.phone)
    stage.post_each(chunks)


def refuse(stage: Stage, shape: str) -> None:
    update = stage.platform.outbox.line_update(
        stage.line, "history", declined(stage.line, shape), bare=shape == "bare"
    )
    stage.post(update)
    stage.expect(**{"import": {"chunks": 0, "missing": [], "complete": False, "declined": True}})


def speak_otherwise(row: dict[str, Any], our_number: str) -> None:
    mine = row.get("from") == our_number
    status = row["history_context"]["status"].lower()
    row["history_context"] = {"status": status, "from_me": mine}
    row["timestamp"] = int(row["timestamp"])
    for side in ("from", "to"):
        if len(row.get(side, "")) == 11:
            digits = row[side]
            row[side] = f"+{digits[0]} {digits[1:4]}-{digits[4:7]} {digits[7:]}"


def with_files(stage: Stage, messages: int) -> tuple[list[Update], list[Update]]:
    """Chunks, and the media that follows the youngest of their placeholders."""
    told = stage.past(
        messages=messages, threads=min(6, messages), chunk_messages=10, media_share=0.5
    )
    chunks = [update for update in told if "history" in update.value]
    return chunks, [update for update in told if "history" not in update.value]


def threads_of(chunk: Update) -> list[dict[str, Any]]:
    return [thread for item in chunk.value.get("history", []) for thread in item["threads"]]


def rows_of(chunk: Update) -> list[dict[str, Any]]:
    return [row for thread in threads_of(chunk) for row in thread["messages"]]


def wamids(update: Update) -> list[str]:
    """The ids of the messages in a chunk, or in a media follow-up."""
    files = [*update.value.get("messages", []), *update.value.get("message_echoes", [])]
    return [row["id"] for row in (*rows_of(update), *files)]


def place_of(chunk: Update) -> tuple[int, int]:
    place = chunk.value["history"][0]["metadata"]
    return place["phase"], place["chunk_order"]


def request_for_history(stage: Stage) -> None:
    """Wait for it. Raises ValueError when there was one before: it comes once."""
    if requested(stage, "history"):
        raise ValueError("the history of this line was requested already; play on a new one")
    stage.until("a request for the history", lambda: requested(stage, "history"))


def requested(stage: Stage, sync_type: str) -> bool:
    return stage.line.onboarding is not None and sync_type in stage.line.onboarding.requests


def asked_again(stage: Stage) -> bool:
    """Whether the history was requested more than once."""
    path = f"/{stage.line.phone_number_id}/smb_app_data"
    asked = [
        call
        for call in stage.platform.calls
        if call.path == path and call.params.get("sync_type") == "history"
    ]
    return len(asked) > 1
