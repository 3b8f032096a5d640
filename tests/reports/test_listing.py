"""The promises behind a figure are as many as the figure says."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from support.reports.figures import summarise
from support.reports.gathering import gather
from support.reports.listing import PER_PAGE, Choice, Owner, listed
from support.reports.periods import Period
from support.sla.records import Calendar
from tests.cast import make_cast
from tests.fakes import THURSDAY
from tests.reports.history import History

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TOKYO = ZoneInfo("Asia/Tokyo")
NOW = THURSDAY + 3 * HOUR


@pytest.fixture
def period():
    today = THURSDAY.astimezone(TOKYO).date()
    return Period(today, today, TOKYO)


@pytest.fixture
def history(session):
    """Kept by two colleagues, late by one, broken with nobody, late intake, withdrawn, running."""
    history = History(session, make_cast(session))
    cast = history.cast
    for by, took, received in (
        (cast.misaki, 10, 0),
        (cast.misaki, 20, 0),
        (cast.misaki, 90, 0),
        (cast.ken, 30, 0),
        (cast.ken, 130, 120),
        (None, 15, 0),
    ):
        ticket = history.ticket(THURSDAY)
        history.promise(
            ticket,
            THURSDAY,
            kept_at=THURSDAY + took * MINUTE,
            by=by,
            received_at=THURSDAY + received * MINUTE,
        )
    history.promise(history.ticket(THURSDAY), THURSDAY)
    history.promise(history.ticket(THURSDAY, assignee=cast.ken), THURSDAY, minutes=480)
    history.promise(history.ticket(THURSDAY), THURSDAY, withdrawn_at=THURSDAY + HOUR)
    session.commit()
    return history


def test_the_lists_are_as_long_as_the_figures(session, history, period):
    totals = summarise(gather(session, period, NOW), period).totals
    figures = {
        Choice.JUDGED: totals.attainment.judged,
        Choice.KEPT: totals.attainment.kept,
        Choice.BROKEN: totals.attainment.broken,
        Choice.LATE: totals.late_intake,
        Choice.FIRST: totals.times.count,
    }
    found = {choice: listed(session, period, NOW, choice) for choice in Choice}
    assert {choice: it.total for choice, it in found.items()} == figures
    assert {choice: len(it.lines) for choice, it in found.items()} == figures
    assert figures[Choice.LATE] == 1


def test_so_are_those_of_every_row_of_the_table(session, history, period):
    report = summarise(gather(session, period, NOW), period)
    assert len(report.agents) == 3
    for row in report.agents:
        whose = Owner(row.person.id if row.person else None)
        judged = listed(session, period, NOW, Choice.JUDGED, whose)
        first = listed(session, period, NOW, Choice.FIRST, whose)
        assert (judged.total, first.total) == (row.attainment.judged, row.times.count)


def test_a_long_list_has_pages(session, history, period):
    for _ in range(PER_PAGE):
        ticket = history.ticket(THURSDAY)
        history.promise(ticket, THURSDAY, kept_at=THURSDAY + MINUTE, by=history.cast.ken)
    session.commit()
    first = listed(session, period, NOW, Choice.KEPT)
    second = listed(session, period, NOW, Choice.KEPT, page=2)
    assert (first.more, second.more) == (True, False)
    assert len(first.lines) + len(second.lines) == first.total


def test_what_the_desk_sent_by_itself_is_no_reply(session, history, period):
    before = gather(session, period, NOW).counted.sent
    ticket = history.ticket(THURSDAY)
    history.reply(ticket, None, THURSDAY + MINUTE).automatic = True
    session.commit()
    assert gather(session, period, NOW).counted.sent == before


def test_a_first_reply_is_timed_by_the_hours_that_counted_then(session, history, period):
    """Closed until eleven by the hours before, open from nine by those after."""
    old = Calendar(
        name="旧", zone="Asia/Tokyo", weekly={"3": [["12:00", "18:00"]]}, made_at=THURSDAY
    )
    session.add(old)
    session.flush()
    ticket = history.ticket(THURSDAY)
    promise = history.promise(ticket, THURSDAY, kept_at=THURSDAY + 40 * MINUTE)
    change = THURSDAY + 30 * MINUTE
    promise.earlier_hours = [[old.id, change.isoformat()]]
    session.commit()
    took = [it.took for it in gather(session, period, NOW).counted.first_replies]
    assert 10 * MINUTE in took
    assert 40 * MINUTE not in took
