"""An answer is offered only on its days, in its channel, in its language."""

from datetime import date

import pytest

from support.canned import lifecycle
from support.canned.replies import CannedReply

WINTER = CannedReply(
    id="winter", valid_from=date(2026, 12, 1), valid_until=date(2027, 2, 28), channel="dm"
)
ALWAYS = CannedReply(id="always")


@pytest.mark.parametrize(
    ("reply", "on", "channel", "why"),
    [
        pytest.param(WINTER, date(2026, 11, 30), "dm", "not_yet", id="the day before"),
        pytest.param(WINTER, date(2026, 12, 1), "dm", None, id="its first day"),
        pytest.param(WINTER, date(2027, 2, 28), "dm", None, id="its last day"),
        pytest.param(WINTER, date(2027, 3, 1), "dm", "expired", id="the day after"),
        pytest.param(
            WINTER, date(2027, 1, 1), "public", "other_channel", id="a DM answer in public"
        ),
        pytest.param(WINTER, date(2027, 1, 1), "both", None, id="no channel in particular"),
        pytest.param(WINTER, None, "dm", None, id="no day asked"),
        pytest.param(ALWAYS, date(1999, 1, 1), "public", None, id="without days, for both"),
    ],
)
def test_what_keeps_an_answer_back(reply, on, channel, why):
    assert lifecycle.why_not(reply, on, channel) == why


def test_another_language_is_kept_back_only_when_one_is_asked_for():
    assert lifecycle.why_not(ALWAYS, None, "both", "en") == "other_language"
    assert lifecycle.why_not(ALWAYS, None, "both", "ja") is None


def test_offered_keeps_the_order():
    first, second = CannedReply(id="b"), CannedReply(id="a")
    assert lifecycle.offered([first, WINTER, second], date(2026, 7, 1)) == [first, second]


def test_review_is_due_from_the_day_after():
    reply = CannedReply(id="r", review_by=date(2026, 6, 30))
    assert not lifecycle.due_for_review(reply, date(2026, 6, 30))
    assert lifecycle.due_for_review(reply, date(2026, 7, 1))
    assert not lifecycle.due_for_review(ALWAYS, date(2099, 1, 1))
