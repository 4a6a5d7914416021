"""Invitations: only this stack's own open the door, and only for a while."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.lines.invitation import Invitation, current, invite, opened, sealed
from tandem.model.errors import Expired, NotAllowed

NOW = 1_790_000_000
INVITED = Invitation("abc", "acme", NOW + 60)


def test_an_invitation_opens_as_it_was_sealed() -> None:
    text = sealed(INVITED, "key")

    found = current(text, "key", now=NOW)

    assert found == INVITED


def test_two_invitations_are_never_the_same() -> None:
    first, second = (invite("acme", expires_at=NOW) for _ in range(2))

    assert first.id != second.id


def test_an_invitation_ends_with_its_second() -> None:
    text = sealed(INVITED, "key")

    with pytest.raises(Expired, match="ask for a new link"):
        current(text, "key", now=NOW + 60)

    assert opened(text, "key") == INVITED


def test_another_stacks_invitation_is_refused() -> None:
    text = sealed(INVITED, "another key")

    with pytest.raises(NotAllowed, match="not valid"):
        opened(text, "key")


def test_a_tenant_cannot_be_swapped_in_an_invitation() -> None:
    claims, _, _ = sealed(Invitation("abc", "rival", NOW + 60), "another key").partition(".")
    _, _, signature = sealed(INVITED, "key").partition(".")

    with pytest.raises(NotAllowed):
        opened(f"{claims}.{signature}", "key")


@given(place=st.integers(min_value=0), letter=st.characters())
def test_any_change_of_a_letter_is_noticed(place: int, letter: str) -> None:
    text = sealed(INVITED, "key")
    place %= len(text)
    changed = text[:place] + letter + text[place + 1 :]

    if changed != text:
        with pytest.raises(NotAllowed):
            opened(changed, "key")
    else:
        assert opened(changed, "key") == INVITED


@given(st.text(max_size=2000))
def test_any_text_at_all_is_refused_and_nothing_else(text: str) -> None:
    with pytest.raises(NotAllowed):
        opened(text, "key")
