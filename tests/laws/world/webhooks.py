"""The law of the webhooks: a business, told in two ways, is the same in the table, and is right."""

from pprint import pformat

from tests.laws.world.contents import contents, differences
from tests.laws.world.delivery import one_by_one
from tests.laws.world.generation import Story
from tests.laws.world.house import told
from tests.laws.world.truth import hold


def any_telling_is_as_good_as_another(story: Story) -> None:
    """Fails with what the two tables do not share, or with what is not true of the business."""
    business = story.business
    _, plain = told(one_by_one(business.pieces))

    bench, table = told(story.delivery(business))

    unshared = differences(contents(plain.contents()), contents(table.contents()))
    assert not unshared, f"told otherwise, the table differs:\n{pformat(unshared)}\n{story}"
    try:
        hold(business, bench, table)
    except AssertionError as untrue:
        untrue.add_note(str(story))
        raise
    except Exception as unreadable:
        raise AssertionError(f"what was stored cannot be read:\n{story}") from unreadable
