"""Laws 2, 3 and 6 on whole businesses: however Meta tells them, the table is the same and right.

`make prove SUITE=webhooks N=10000` runs as many as one likes.
"""

from hypothesis import HealthCheck, given, settings

from tests.laws.world.generation import Story, stories
from tests.laws.world.webhooks import told_wrongly


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=stories())
def test_a_business_is_the_same_however_it_is_told(story: Story) -> None:
    wrong = told_wrongly(story)

    assert wrong == [], "\n".join([*wrong, str(story)])
