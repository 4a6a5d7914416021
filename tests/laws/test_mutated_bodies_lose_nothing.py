"""Law 3 on bodies that nobody promised: 1,500 mutations of the recorded webhooks.

`make prove SUITE=mutations` tries 10,000, of the collection beside the checkout too.
"""

from tests.laws.world.bad_input import open_house, what_is_lost
from tests.laws.world.mutation import mutated
from tests.recordings import RECORDED


def test_whatever_one_piece_is_its_neighbours_are_stored_and_it_is_kept() -> None:
    bodies = [mutated(number, RECORDED) for number in range(1_500)]

    with open_house() as cloud:
        lost = [each for body in bodies for each in what_is_lost(cloud, body)]

    assert lost == []
    assert len({body.source for body in bodies}) > 100
