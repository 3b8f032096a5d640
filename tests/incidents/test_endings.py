"""Whose ticket may be resolved once all works again."""

from datetime import timedelta

import pytest

from support.incidents.endings import SENTENCES, Case, Why, why_not
from tests.fakes import THURSDAY

LATER = THURSDAY + timedelta(minutes=5)


def case(**more):
    return Case(**{"asked_at": THURSDAY, "answered_at": LATER, **more})


@pytest.mark.parametrize(
    ("it", "why"),
    [
        pytest.param(case(), None, id="answered, and silent since"),
        pytest.param(case(asked_at=LATER), None, id="answered in the same moment"),
        pytest.param(case(answered_at=None), Why.UNANSWERED, id="never answered"),
        pytest.param(case(asked_at=LATER, answered_at=THURSDAY), Why.WROTE_SINCE, id="wrote since"),
        pytest.param(case(in_line=True, answered_at=None), Why.IN_LINE, id="a wave will answer"),
        pytest.param(case(in_line=True), Why.IN_LINE, id="resolved, the wave would pass them"),
        pytest.param(case(on_its_way=True), Why.ON_ITS_WAY, id="an answer is under way"),
        pytest.param(case(promised=True), Why.PROMISED, id="a colleague gave their word"),
        pytest.param(case(held=True), Why.HELD, id="somebody put it aside"),
        pytest.param(case(asked_at=None), None, id="what they said is gone"),
    ],
)
def test_who_is_left_alone_and_why(it, why):
    assert why_not(it) is why


def test_each_reason_has_its_sentence():
    assert set(SENTENCES) == set(Why)
