"""The seventeen bad days that must pass, by number, and the tests that show each of them.

A test with a scenario of the simulator in brackets plays it through the handlers.
"""

import ast
from pathlib import Path
from typing import NamedTuple

import pytest

from simulator.scenarios import SCENARIOS

ROOT = Path(__file__).parents[2]
COME_TRUE = "laws/test_scenarios_come_true.py"


class BadDay(NamedTuple):
    """What happens and what must be true then, and where that is shown."""

    what: str
    shown_by: dict[str, tuple[str, ...]]


BAD_DAYS = {
    1: BadDay(
        "The worker is killed anywhere: each message is there once, nothing is lost.",
        {
            "laws/test_a_worker_may_die_anywhere.py": (
                "test_whichever_call_is_its_last_the_retry_ends_in_the_same_state",
            ),
            "laws/test_a_file_worker_may_die_anywhere.py": (
                "test_whichever_call_is_its_last_the_retry_ends_in_the_same_state",
            ),
        },
    ),
    2: BadDay(
        "100 chunks shuffled and repeated, the 100 % first: complete only without a gap.",
        {
            COME_TRUE: ("test_the_certificate_says_what_came[chunks-shuffled]",),
            "laws/test_a_business_told_in_any_order.py": (
                "test_a_business_is_the_same_however_it_is_told",
            ),
        },
    ),
    3: BadDay(
        "A chunk never comes: it is named. None ever comes: noticed, and the owner told.",
        {
            COME_TRUE: ("test_the_certificate_says_what_came[chunk-missing]",),
            "unit/lines/test_keeper.py": (
                "test_a_missing_chunk_is_waited_for_then_named_and_let_go",
                "test_a_sync_that_stays_silent_is_noticed_and_the_owner_told",
                "test_the_owner_is_warned_well_before_the_deadline",
            ),
        },
    ),
    4: BadDay(
        "A file two hours before its text is attached; without its text it waits.",
        {
            COME_TRUE: (
                "test_each_message_is_as_it_was_written[media-before-text]",
                "test_what_nobody_can_read_is_kept_and_what_has_no_text_waits[media-without-text]",
            ),
            "laws/test_history_is_past.py": (
                "test_a_file_without_its_message_waits_and_makes_no_conversation",
            ),
        },
    ),
    5: BadDay(
        "One POST with entries, changes, messages and statuses of unknown ids: all are kept.",
        {
            COME_TRUE: (
                "test_each_message_is_as_it_was_written[one-post-many]",
                "test_each_message_is_as_it_was_written[statuses-before-messages]",
            ),
        },
    ),
    6: BadDay(
        "A missing, wrong or retired signature is refused, counted, and tells nothing.",
        {
            COME_TRUE: ("test_what_is_genuine_is_taken_and_nothing_else[bad-signatures]",),
            "unit/runtime/test_webhook.py": (
                "test_without_a_signature_nothing_is_kept",
                "test_during_a_rotation_both_secrets_are_good_and_the_retired_one_is_not",
            ),
        },
    ),
    7: BadDay(
        "The sender dies after Meta accepted: no second send, and the status tells it was sent.",
        {
            "laws/test_broadcast_workers_may_die_anywhere.py": (
                "test_the_status_of_a_message_settles_what_its_sender_could_not",
            ),
        },
    ),
    8: BadDay(
        "A broadcast dies in the middle: resuming sends exactly the rest.",
        {
            "laws/test_broadcast_workers_may_die_anywhere.py": (
                "test_nobody_is_written_to_twice_and_nobody_is_forgotten",
            ),
        },
    ),
    9: BadDay(
        "An opt-out between planning and sending: not sent, and counted with its reason.",
        {
            "unit/broadcasts/test_sending.py": (
                "test_an_opt_out_between_planning_and_sending_is_honoured_and_counted",
            ),
            COME_TRUE: ("test_the_address_book_and_the_wishes_are_the_last_ones[optout-between]",),
        },
    ),
    10: BadDay(
        "130429 for half a minute fails nobody; each other error gets its own treatment.",
        {
            "unit/broadcasts/test_sending.py": (
                "test_throttling_for_half_a_minute_fails_nobody",
                "test_what_must_be_fixed_first_pauses_the_line_and_fails_nobody",
                "test_what_is_wrong_with_the_template_pauses_the_broadcast_alone",
            ),
            "unit/broadcasts/test_pace.py": (
                "test_when_meta_throttles_everybody_waits_and_people_go_first",
            ),
        },
    ),
    11: BadDay(
        "Whoever is named by a user id, by a context or by nothing but a thread is one person.",
        {
            COME_TRUE: (
                "test_each_thread_is_one_conversation_and_shows_each_message_once[identities]",
            ),
        },
    ),
    12: BadDay(
        "A contact is removed, then an older add comes: it stays removed.",
        {
            COME_TRUE: (
                "test_the_address_book_and_the_wishes_are_the_last_ones[contact-removed-then-added]",
            ),
        },
    ),
    13: BadDay(
        "One malformed message among 5,000: all others are stored, and it is kept and shown.",
        {
            COME_TRUE: (
                "test_what_nobody_can_read_is_kept_and_what_has_no_text_waits[one-malformed-of-5000]",
                "test_each_message_is_as_it_was_written[one-malformed-of-5000]",
            ),
        },
    ),
    14: BadDay(
        "100,000 messages are imported beside live traffic, which waits no longer (`make bench`).",
        {
            "unit/runtime/test_webhook.py": (
                "test_what_comes_by_the_thousand_and_live_traffic_take_different_queues",
            ),
            COME_TRUE: ("test_each_message_is_as_it_was_written[import-under-load]",),
            "laws/test_a_long_import_fits.py": (
                "test_a_long_import_is_whole_and_leaves_no_trace_in_memory",
            ),
        },
    ),
    15: BadDay(
        "The request for the sync times out: unknown, never repeated, the countdown in sight.",
        {
            "unit/lines/test_steps.py": (
                "test_a_request_without_an_answer_is_unknown_and_never_made_again",
            ),
            "unit/lines/test_watching.py": (
                "test_a_request_without_an_answer_counts_down_and_is_not_made_twice",
            ),
        },
    ),
    16: BadDay(
        "A mapper is mended after an import: a replay repairs, shows what, and sets off nothing.",
        {
            "functions/test_replay.py": (
                "test_what_was_lost_mixed_up_or_made_up_is_put_right",
                "test_nothing_of_a_replay_is_on_a_queue",
            ),
        },
    ),
    17: BadDay(
        "The line is offboarded in the middle: import and broadcast wait, and go on after it.",
        {
            COME_TRUE: ("test_each_message_is_as_it_was_written[offboarded-midway]",),
            "unit/lines/test_keeper.py": ("test_a_line_that_is_gone_is_offboarded_and_comes_back",),
            "unit/broadcasts/test_sending.py": (
                "test_a_line_that_left_holds_its_broadcast_until_it_is_back",
            ),
        },
    ),
}


def test_every_bad_day_has_its_number() -> None:
    assert list(BAD_DAYS) == list(range(1, 18))


@pytest.mark.parametrize("number", BAD_DAYS)
def test_every_test_that_is_named_is_there_and_is_run(number: int) -> None:
    for path, named in BAD_DAYS[number].shown_by.items():
        written = ast.parse((ROOT / "tests" / path).read_text()).body
        tests = {node.name for node in written if isinstance(node, ast.FunctionDef)}

        for name in named:
            test, _, scenario = name.removesuffix("]").partition("[")
            assert test in tests, name
            assert not scenario or scenario in SCENARIOS, name
