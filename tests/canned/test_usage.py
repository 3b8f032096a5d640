"""Figures of the prepared answers, from what was counted."""

from datetime import UTC, date, datetime, timedelta

import pytest

from support.canned.replies import CannedReply
from support.canned.usage import Counted, Tally, Totals, figures

NOW = datetime(2026, 11, 5, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 5)
SLOW = CannedReply("slow", "遅い")


def days(number):
    return NOW - timedelta(days=number)


def usage(answer=SLOW, tally=None, **counted):
    tallies = {answer.id: tally} if tally else {}
    return figures(Counted(tallies=tallies, **counted), [answer], NOW, TODAY).answers[0]


def test_shares_are_of_what_is_known():
    row = usage(tally=Tally(sent=10, known=8, whole=2, edited=1, kept=7.2, shown=9))
    assert (row.sent, row.whole, row.kept, row.hit_at_3) == (10, 0.25, 0.9, 0.9)


def test_an_answer_nobody_used_has_no_shares():
    row = usage()
    assert (row.sent, row.whole, row.kept, row.hit_at_3) == (0, None, None, None)


@pytest.mark.parametrize(
    ("known", "edited", "says"),
    [(5, 3, True), (4, 4, False), (5, 2, False), (10, 6, True), (10, 5, False)],
)
def test_words_that_are_edited_nearly_always_want_a_change(known, edited, says):
    assert usage(tally=Tally(sent=known, known=known, edited=edited)).edited is says


@pytest.mark.parametrize(
    ("counted", "stale"),
    [
        ({"last_used": {"slow": days(179)}}, False),
        ({"last_used": {"slow": days(180)}}, True),
        ({}, False),
        ({"noted_since": days(200)}, True),
        ({"noted_since": days(100)}, False),
        ({"noted_since": days(200), "made_at": {"slow": days(10)}}, False),
        ({"noted_since": days(900), "made_at": {"slow": days(300)}}, True),
    ],
    ids=[
        "used lately",
        "used long ago",
        "nothing is known",
        "never used",
        "a young desk",
        "a young answer",
        "an old answer",
    ],
)
def test_what_lies_unused_for_half_a_year_is_stale(counted, stale):
    assert usage(**counted).stale is stale


@pytest.mark.parametrize(
    ("day", "due"), [(date(2026, 11, 4), True), (date(2026, 11, 5), False), (None, False)]
)
def test_a_day_to_look_again_passes(day, due):
    assert usage(CannedReply("slow", "遅い", review_by=day)).review is due


def test_an_answer_that_left_the_shelf_keeps_its_figures():
    counted = Counted(tallies={"old": Tally(sent=3)}, last_used={"old": days(300)})
    rows = figures(counted, [SLOW], NOW, TODAY).answers
    assert [(row.id, row.sent, row.on_shelf) for row in rows] == [
        ("old", 3, False),
        ("slow", 0, True),
    ]
    assert not rows[0].stale


def test_the_whole_is_measured_by_what_was_answered_from_the_shelf():
    totals = Totals(replies=20, answered=10, shown=8, first=6, silent=5, none_fits=2)
    found = figures(Counted(totals=totals), [], NOW, TODAY)
    assert (found.taken, found.hit_at_1, found.hit_at_3, found.silence) == (0.4, 0.6, 0.8, 0.25)
    nothing = figures(Counted(), [], NOW, TODAY)
    assert (nothing.taken, nothing.hit_at_1, nothing.silence) == (None, None, None)
