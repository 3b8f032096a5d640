"""A report reads its period by index: no table that grows is read from end to end."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, text

from support.reports import gathering
from support.reports.periods import Period
from tests.fakes import THURSDAY
from tests.reports.history import History

PERIOD = Period(date(2026, 9, 18), date(2026, 10, 1), ZoneInfo("Asia/Tokyo"))
GROWING = (
    "promises",
    "tickets",
    "messages",
    "conversations",
    "replies",
    "reply_parts",
    "picks",
    "pauses",
    "ticket_tags",
    "charges",
)

OF_THE_OPEN = ("ix_tickets_due", "ix_tickets_counts")
"""Indexes that hold unresolved tickets only."""


@pytest.mark.one_database
def test_nothing_that_grows_is_read_from_end_to_end(session, cast):
    history = History(session, cast)
    for n in range(300):
        at = THURSDAY - timedelta(days=n)
        ticket = history.ticket(at, resolved_at=at if n > 5 else None, assignee=cast.ken)
        history.promise(ticket, at, kept_at=at, by=cast.ken)
        history.reply(ticket, cast.ken, at)
    session.flush()
    session.execute(text("PRAGMA optimize=0x10002"))
    asked = []
    engine = session.get_bind()

    def note(_connection, _cursor, statement, parameters, *_others):
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    gathering.gather(session, PERIOD, THURSDAY)
    event.remove(engine, "before_cursor_execute", note)
    driver = session.connection().connection.driver_connection
    scans = []
    for statement, parameters in asked:
        plan = driver.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
        scans += [
            (step[3], statement)
            for step in plan
            if step[3].startswith("SCAN") and step[3].split()[1] in GROWING
        ]
    assert len(asked) > 20
    assert not [scan for scan in scans if not any(name in scan[0] for name in OF_THE_OPEN)]
