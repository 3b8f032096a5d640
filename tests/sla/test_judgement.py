"""How a promise stands, from its facts alone."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from support.sla.explanation import RowKind, explain
from support.sla.hours import BusinessHours
from support.sla.judgement import (
    Obligation,
    Standing,
    breach_at,
    due_at,
    elapsed,
    late_intake,
    left,
    standing,
    state_closed,
    warn_at,
)
from support.sla.levels import LevelError, PromiseKind

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
ZERO = timedelta(0)


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Tokyo"))


def oct_(text: str) -> datetime:
    """A moment of October 2026, like "1 09:00"; the 1st is a Thursday."""
    day, clock = text.split()
    return jst(f"2026-10-{int(day):02} {clock}")


FULL_DAY = Obligation(PromiseKind.FIRST_REPLY, oct_("1 09:00"), 8 * HOUR)
FOUR_HOURS = Obligation(PromiseKind.RESOLUTION, oct_("1 10:00"), 4 * HOUR)
PAUSED = replace(FOUR_HOURS, paused=((oct_("1 11:00"), oct_("2 10:00")),))
WAITING = replace(FOUR_HOURS, paused=((oct_("1 11:00"), None),))

STANDINGS = {
    "before it starts": (FULL_DAY, "1 08:00", Standing.RUNNING),
    "a moment before the warning": (FULL_DAY, "1 15:59:59", Standing.RUNNING),
    "at the warning": (FULL_DAY, "1 16:00", Standing.DUE_SOON),
    "at due": (FULL_DAY, "1 18:00", Standing.DUE_SOON),
    "in the night after due": (FULL_DAY, "2 08:59", Standing.DUE_SOON),
    "at the breach": (FULL_DAY, "2 09:00", Standing.DUE_SOON),
    "a moment after the breach": (FULL_DAY, "2 09:00:00.000001", Standing.BROKEN),
    "while the customer is waited for": (WAITING, "2 17:00", Standing.PAUSED),
    "after the pause": (PAUSED, "2 10:30", Standing.RUNNING),
    "paused only after it broke": (
        replace(FOUR_HOURS, paused=((oct_("2 09:00"), None),), target=HOUR),
        "2 10:00",
        Standing.BROKEN,
    ),
}


@pytest.mark.parametrize(("o", "now", "expected"), STANDINGS.values(), ids=STANDINGS)
def test_standing_of_an_open_promise(
    reference: BusinessHours, o: Obligation, now: str, expected: Standing
) -> None:
    assert standing(o, reference, oct_(now)) is expected


VERDICTS = {
    "reply exactly at due": ("1 18:00", Standing.KEPT),
    "reply after closing on an exact fit": ("1 20:00", Standing.KEPT),
    "reply as the desk opens again": ("2 09:00", Standing.KEPT),
    "reply a moment too late": ("2 09:00:00.000001", Standing.BROKEN),
    "reply before the message, by a wrong clock": ("1 08:59", Standing.KEPT),
}


@pytest.mark.parametrize(("kept_at", "verdict"), VERDICTS.values(), ids=VERDICTS)
def test_verdict_of_a_finished_promise(
    reference: BusinessHours, kept_at: str, verdict: Standing
) -> None:
    finished = replace(FULL_DAY, kept_at=oct_(kept_at))
    assert standing(finished, reference, oct_("30 12:00")) is verdict


def test_late_reply_and_resolution_between_two_sweeps_is_broken(reference: BusinessHours) -> None:
    late = replace(FULL_DAY, kept_at=oct_("2 09:01"), withdrawn_at=oct_("2 09:02"))
    assert standing(late, reference, oct_("2 12:00")) is Standing.BROKEN


def test_withdrawn_promise_is_not_judged_by_a_later_reply(reference: BusinessHours) -> None:
    gone = replace(FULL_DAY, withdrawn_at=oct_("1 10:00"), kept_at=oct_("5 10:00"))
    assert standing(gone, reference, oct_("6 12:00")) is Standing.WITHDRAWN
    assert left(gone, reference, oct_("6 12:00")) == 7 * HOUR


def test_reply_at_the_moment_of_withdrawal_counts(reference: BusinessHours) -> None:
    both = replace(FULL_DAY, withdrawn_at=oct_("1 10:00"), kept_at=oct_("1 10:00"))
    assert standing(both, reference, oct_("1 10:00")) is Standing.KEPT


def test_only_kept_and_withdrawn_close_the_matter() -> None:
    closed = {state for state in Standing if state_closed(state)}
    assert closed == {Standing.KEPT, Standing.WITHDRAWN}


DEADLINES = {
    "no pause": (FULL_DAY, "1 18:00", "2 09:00"),
    "a pause overnight": (PAUSED, "2 14:00", "2 14:00"),
    "a pause that has not ended": (WAITING, None, None),
    "due before the pause": (
        replace(WAITING, target=30 * MINUTE),
        "1 10:30",
        "1 10:30",
    ),
    "used up as the pause begins": (
        replace(PAUSED, target=HOUR),
        "1 11:00",
        "2 10:00",
    ),
    "used up as a pause begins that ends at night": (
        replace(FOUR_HOURS, target=HOUR, paused=((oct_("1 11:00"), oct_("1 20:00")),)),
        "1 11:00",
        "2 09:00",
    ),
    "used up before a pause without an end": (replace(WAITING, target=HOUR), "1 11:00", None),
    "pauses that touch the used-up moment twice": (
        replace(
            FOUR_HOURS,
            target=HOUR,
            paused=((oct_("1 11:00"), oct_("1 12:10")), (oct_("1 12:20"), oct_("1 14:00"))),
        ),
        "1 11:00",
        "1 14:00",
    ),
    "nested and overlapping pauses count once": (
        replace(
            FOUR_HOURS,
            paused=(
                (oct_("1 14:00"), oct_("1 16:00")),
                (oct_("1 11:00"), oct_("1 15:00")),
                (oct_("1 13:00"), oct_("1 13:10")),
            ),
        ),
        "2 10:00",
        "2 10:00",
    ),
    "a pause before the start": (
        replace(FOUR_HOURS, paused=((oct_("1 09:00"), oct_("1 11:00")),)),
        "1 16:00",
        "1 16:00",
    ),
    "a pause that ends before it begins": (
        replace(FOUR_HOURS, paused=((oct_("1 15:00"), oct_("1 11:00")),)),
        "1 15:00",
        "1 15:00",
    ),
    "a pause outside hours": (
        replace(FOUR_HOURS, paused=((oct_("1 12:00"), oct_("1 13:00")),)),
        "1 15:00",
        "1 15:00",
    ),
}


@pytest.mark.parametrize(("o", "due", "breach"), DEADLINES.values(), ids=DEADLINES)
def test_deadline_leaves_pauses_out(
    reference: BusinessHours, o: Obligation, due: str | None, breach: str | None
) -> None:
    assert due_at(o, reference) == (due and oct_(due))
    assert breach_at(o, reference) == (breach and oct_(breach))


def test_warning_leaves_pauses_out(reference: BusinessHours) -> None:
    assert warn_at(PAUSED, reference) == oct_("2 12:00")


def test_twenty_short_pauses_are_not_lost(reference: BusinessHours) -> None:
    starts = [oct_("1 10:00") + n * MINUTE for n in range(20)]
    paused = tuple((start, start + 40 * SECOND) for start in starts)
    o = replace(FOUR_HOURS, paused=paused)
    assert elapsed(o, reference, oct_("1 10:20")) == 20 * 20 * SECOND
    assert due_at(o, reference) == oct_("1 15:13:20")


UNPAUSED = [kind for kind in PromiseKind if kind is not PromiseKind.RESOLUTION]


@pytest.mark.parametrize("kind", UNPAUSED)
def test_only_a_resolution_is_paused(reference: BusinessHours, kind: PromiseKind) -> None:
    o = replace(WAITING, kind=kind)
    assert due_at(o, reference) == oct_("1 15:00")
    assert standing(o, reference, oct_("1 15:01")) is Standing.BROKEN


def test_hours_that_never_open_leave_no_deadline() -> None:
    hours = BusinessHours("Asia/Tokyo", {})
    assert standing(FULL_DAY, hours, oct_("9 12:00")) is Standing.NO_DEADLINE
    assert due_at(FULL_DAY, hours) is breach_at(FULL_DAY, hours) is warn_at(FULL_DAY, hours) is None


def test_too_few_openings_left_leave_no_deadline() -> None:
    hours = BusinessHours("Asia/Tokyo", {}, special={date(2026, 10, 1): [("09:00", "16:30")]})
    assert standing(FULL_DAY, hours, oct_("1 16:20")) is Standing.NO_DEADLINE


def test_time_left_turns_negative_once_exceeded(reference: BusinessHours) -> None:
    assert left(FULL_DAY, reference, oct_("1 17:00")) == HOUR
    assert left(FULL_DAY, reference, oct_("2 09:30")) == -30 * MINUTE


def test_time_left_stands_still_once_finished(reference: BusinessHours) -> None:
    kept = replace(FULL_DAY, kept_at=oct_("1 11:00"))
    assert left(kept, reference, oct_("20 11:00")) == 6 * HOUR


def test_clock_skew_takes_no_time_and_is_flagged(reference: BusinessHours) -> None:
    early = replace(FULL_DAY, kept_at=oct_("1 08:00"))
    found = explain(early, reference, oct_("1 12:00"))
    assert found.elapsed == ZERO
    assert found.skewed
    assert found.rows == ()


RECEIVED = {
    "at once": ("1 09:00:02", False),
    "just in time": ("2 09:00", False),
    "when it was late already": ("2 09:00:01", True),
}


@pytest.mark.parametrize(("received_at", "late"), RECEIVED.values(), ids=RECEIVED)
def test_late_intake(reference: BusinessHours, received_at: str, late: bool) -> None:
    assert late_intake(replace(FULL_DAY, received_at=oct_(received_at)), reference) is late


def test_unknown_time_of_receipt_is_not_late(reference: BusinessHours) -> None:
    assert not late_intake(FULL_DAY, reference)


@pytest.mark.parametrize("target", [ZERO, -HOUR])
def test_obligation_without_a_target_is_refused(target: timedelta) -> None:
    with pytest.raises(LevelError, match="0より長く"):
        replace(FULL_DAY, target=target)


def test_explanation_shows_what_counted_when(reference: BusinessHours) -> None:
    found = explain(replace(PAUSED, kept_at=oct_("2 10:30")), reference, oct_("9 12:00"))
    rows = [(row.kind, row.start, row.end, row.open_time) for row in found.rows]
    assert rows == [
        (RowKind.COUNTED, oct_("1 10:00"), oct_("1 11:00"), HOUR),
        (RowKind.PAUSED, oct_("1 11:00"), oct_("2 10:00"), 7 * HOUR),
        (RowKind.COUNTED, oct_("2 10:00"), oct_("2 10:30"), 30 * MINUTE),
    ]
    assert (found.elapsed, found.target) == (90 * MINUTE, 4 * HOUR)
    assert (found.until, found.standing) == (oct_("2 10:30"), Standing.KEPT)


def test_explanation_shows_closed_spans(reference: BusinessHours) -> None:
    evening = Obligation(PromiseKind.FIRST_REPLY, oct_("1 17:10"), 2 * HOUR)
    found = explain(replace(evening, kept_at=oct_("2 09:41")), reference, oct_("2 12:00"))
    rows = [(row.kind, row.start, row.end, row.open_time) for row in found.rows]
    assert rows == [
        (RowKind.COUNTED, oct_("1 17:10"), oct_("1 18:00"), 50 * MINUTE),
        (RowKind.CLOSED, oct_("1 18:00"), oct_("2 09:00"), ZERO),
        (RowKind.COUNTED, oct_("2 09:00"), oct_("2 09:41"), 41 * MINUTE),
    ]
    assert found.elapsed == 91 * MINUTE
