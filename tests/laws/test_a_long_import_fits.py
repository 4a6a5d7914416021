"""An import of 5,000 messages through the handlers; `make prove SUITE=import` takes 100,000."""

from tests.laws.world.long_import import holds, imported


def test_a_long_import_is_whole_and_leaves_no_trace_in_memory() -> None:
    result = imported(5_000)

    assert holds(result, 5_000), result
