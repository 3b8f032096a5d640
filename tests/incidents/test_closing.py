"""The closing report: its figures from facts, and in which order things happened."""

from datetime import timedelta

import pytest

from support.incidents import closing
from support.incidents.closing import Figures, Owed, Times, Word
from tests.fakes import THURSDAY

MINUTE = timedelta(minutes=1)


def at(minutes):
    return THURSDAY + minutes * MINUTE


@pytest.mark.parametrize(
    ("breach", "kept", "word"),
    [
        (60, 59, Word.KEPT),
        (60, 60, Word.LATE),
        (60, None, Word.OPEN),
        (30, None, Word.BROKEN),
        (45, None, Word.BROKEN),
        (None, None, Word.OPEN),
        (None, 90, Word.KEPT),
    ],
)
def test_how_a_promise_stands(breach, kept, word):
    owed = Owed("update", *(None if it is None else at(it) for it in (breach, kept)))
    assert closing.word(owed, at(45)) is word


def test_promises_are_counted_by_kind():
    owed = [Owed("first_reply", at(60), at(5)), Owed("first_reply", at(10), None)]
    owed.append(Owed("update", at(90), None))
    assert closing.count(owed, at(45)) == {
        "first_reply": {Word.KEPT: 1, Word.LATE: 0, Word.BROKEN: 1, Word.OPEN: 0},
        "update": {Word.KEPT: 0, Word.LATE: 0, Word.BROKEN: 0, Word.OPEN: 1},
    }


def test_moments_stand_in_the_order_in_which_they_happened():
    times = Times(begun_at=at(0), opened_at=at(8), first_post_at=at(-2), first_answer_at=at(8))
    found = Figures(times, 3, 3, 0, 3, 3, 30_000).moments
    assert [(it.name, closing.minutes(it.after)) for it in found] == [
        ("first_post_at", -2),
        ("begun_at", 0),
        ("opened_at", 8),
        ("first_answer_at", 8),
    ]
