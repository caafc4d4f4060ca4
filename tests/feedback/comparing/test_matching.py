"""Which touchpoint of A is which of B."""

import pytest

from feedback.comparing.matching import match
from tests.factories import (
    make_channel,
    make_journey,
    make_stage,
    make_step,
    make_touchpoint,
    make_workspace,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace():
    return make_workspace()


@pytest.fixture
def web(workspace):
    return make_channel(workspace)


def at(workspace, channel, title, step="Pay", **values):
    place = make_step(make_stage(make_journey(workspace)), title=step)
    return make_touchpoint(place, channel=channel, team=None, title=title, **values)


def test_the_same_touchpoint(workspace, web):
    one = at(workspace, web, "Form")
    found = match([one], [one])
    assert (found.pairs, found.only_a, found.only_b) == (((one, one),), (), ())


def test_copies_whatever_they_are_called_now(workspace, web):
    origin = at(workspace, web, "Form")
    copy = at(workspace, make_channel(workspace), "One-click", step="Buy", copy_of=origin)
    other = at(workspace, web, "Third", step="Buy", copy_of=origin)
    assert match([origin], [copy]).pairs == ((origin, copy),)
    assert match([copy], [other]).pairs == ((copy, other),)


def test_the_same_words_at_the_same_step_in_the_same_channel(workspace, web):
    a, b = at(workspace, web, "Form"), at(workspace, web, "FORM", step="pay")
    assert match([a], [b]).pairs == ((a, b),)


def test_only_the_step_or_only_the_words(workspace, web):
    a = [at(workspace, web, "Form"), at(workspace, web, "Chat", step="Ask")]
    b = [at(workspace, web, "Chat", step="Get help"), at(workspace, web, "Wizard", step="Pay")]
    assert set(match(a, b).pairs) == {(a[0], b[1]), (a[1], b[0])}


def test_another_channel_is_another_touchpoint(workspace, web):
    a, b = at(workspace, web, "Form"), at(workspace, make_channel(workspace), "Form")
    found = match([a], [b])
    assert (found.pairs, found.only_a, found.only_b) == ((), (a,), (b,))


def test_what_could_be_two_is_left_alone(workspace, web):
    a = [at(workspace, web, "Form", step="One"), at(workspace, web, "Form", step="Two")]
    b = [at(workspace, web, "Form", step="Three")]
    found = match(a, b)
    assert (found.pairs, found.only_b) == ((), tuple(b))
