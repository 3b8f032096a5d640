"""A moment of a row becomes a number on both databases, and not a microsecond is lost."""

import random
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from support.reports.micros import as_micros, micros
from support.reports.slots import QUARTER, slot
from support.sla.records import Promise
from tests.reports.history import History


def test_moments_are_exact_on_both_databases(session, cast):
    """Random ones of many years, and the last and first of a second, a day and a year."""
    chance, history = random.Random(4), History(session, cast)
    since, years = datetime(2007, 1, 1, tzinfo=UTC), 93 * 365 * 86_400_000_000
    moments = [since + timedelta(microseconds=chance.randrange(years)) for _ in range(300)]
    turns = [datetime(year, 1, 1, tzinfo=UTC) for year in (2008, 2024, 2027, 2069)]
    for turn in turns:
        moments += [turn + timedelta(microseconds=n) for n in (-1, 0, 1, 499_999, 500_000, 999_999)]
    ticket = history.ticket(since)
    promise = history.promise(ticket, since)
    read = select(micros(Promise.started_at), slot(Promise.started_at, QUARTER))
    for moment in moments:
        promise.started_at = moment
        session.flush()
        found = session.execute(read.where(Promise.id == promise.id)).one()
        exact = as_micros(moment)
        assert tuple(found) == (exact, exact // (QUARTER * 1_000_000)), moment
