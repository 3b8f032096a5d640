"""Pills, timers and the sums behind them."""

from datetime import UTC, datetime, timedelta

import pytest

from support.sla.hours import BusinessHours
from support.sla.judgement import Obligation
from support.sla.levels import PromiseKind
from support.web.promises.standing import MOST_ROWS, row_pill, telling, timer

HOURS = BusinessHours("Asia/Tokyo", {day: [("09:00", "18:00")] for day in range(5)})
NEVER = BusinessHours("Asia/Tokyo", {})
TEN = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)  # Thursday 10:00 in Tokyo
HOUR = timedelta(hours=1)


def owed(kind=PromiseKind.FIRST_REPLY, **facts):
    return Obligation(kind=kind, started_at=TEN, target=HOUR, **facts)


@pytest.mark.parametrize(
    ("facts", "minutes", "state", "word", "figure"),
    [
        pytest.param({}, 10, "safe", "残り", "0:50", id="time enough"),
        pytest.param({}, 50, "due", "残り", "0:10", id="past the warning share"),
        pytest.param({}, 90, "breached", "超過", "0:30", id="over, and still owed"),
        pytest.param({"kept_at": TEN + HOUR / 2}, 90, "met", "達成", "0:30", id="kept"),
        pytest.param(
            {"kept_at": TEN + 2 * HOUR}, 180, "met", "遅れて対応", "+1:00", id="kept, but late"
        ),
        pytest.param({"withdrawn_at": TEN + HOUR}, 90, "met", "返信不要", "", id="withdrawn"),
    ],
)
def test_a_pill_says_how_a_promise_stands(app, facts, minutes, state, word, figure):
    with app.test_request_context(headers={"Accept-Language": "ja"}):
        pill = timer(owed(**facts), HOURS, TEN + timedelta(minutes=minutes)).pill
        assert (pill.state, str(pill.word), pill.figure) == (state, word, figure)


def test_a_paused_resolution_shows_what_is_left():
    waiting = owed(PromiseKind.RESOLUTION, paused=((TEN + HOUR / 4, None),))
    shown = timer(waiting, HOURS, TEN + 5 * HOUR)
    assert (shown.pill.state, shown.pill.figure) == ("paused", "0:45")


def test_hours_that_never_open_give_no_deadline_and_no_figure():
    shown = timer(owed(), NEVER, TEN + HOUR)
    assert (shown.pill.state, shown.pill.figure, shown.due_at) == ("paused", "", None)


def test_the_pill_of_a_row_counts_open_time_only():
    evening = TEN + timedelta(hours=7, minutes=30)  # 17:30
    due = HOURS.add(evening, HOUR)
    pill = row_pill(
        "first_reply", HOUR, due, overdue=False, soon=False, hours=HOURS, now=evening + 5 * HOUR
    )
    assert pill.figure == "0:30"  # closed at 18:00: the night takes nothing away


def test_a_sum_counts_its_rows_up_to_what_was_spent():
    shown = timer(owed(), HOURS, TEN + timedelta(days=1))
    assert [row.kind for row in shown.rows] == ["counted", "closed", "counted"]
    assert [row.figure for row in shown.rows] == ["8:00", "0:00", "1:00"]
    assert shown.spent == "9:00"


def test_a_long_sum_adds_up_what_lies_far_back():
    shown = timer(owed(), HOURS, TEN + timedelta(days=60))
    assert len(shown.rows) == MOST_ROWS
    assert shown.rows[0].kind == "earlier"
    assert shown.rows[0].start == TEN


def test_running_promises_come_first_and_one_ended_of_each_kind():
    now = TEN + HOUR / 2
    kept = [
        timer(owed(PromiseKind.NEXT_REPLY, kept_at=TEN + n * HOUR / 9), HOURS, now) for n in (1, 2)
    ]
    running = timer(owed(PromiseKind.RESOLUTION), HOURS, now)
    assert telling([*kept, running]) == [running, kept[1]]
