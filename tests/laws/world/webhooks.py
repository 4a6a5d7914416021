"""The law of the webhooks: a business, told in two ways, is the same in the table, and is right."""

from tests.laws.world.contents import contents, differences
from tests.laws.world.delivery import one_by_one
from tests.laws.world.generation import Story
from tests.laws.world.house import told
from tests.laws.world.truth import untrue


def told_wrongly(story: Story) -> list[str]:
    """What depends on how the story is told, and what is not true of it: nothing, if all is well.

    One table was told piece by piece, as things happened, and the other as the story tells it.
    """
    business = story.business
    _, plain = told(one_by_one(business.pieces))

    bench, table = told(story.delivery(business))

    unshared = differences(contents(plain.contents()), contents(table.contents()))
    return [
        *(f"told otherwise, {row} differs: {how}" for row, how in unshared.items()),
        *untrue(business, bench, table),
    ]
