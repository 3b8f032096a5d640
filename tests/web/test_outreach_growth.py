"""Pages of outreach on a desk that has found thousands: none reads them all, or asks for each."""

from datetime import timedelta

import pytest
from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from support.db import db
from support.inbox.records import PassedPost
from support.outreach.following import follow
from support.outreach.records import Prospect
from tests.fakes import snowflake
from tests.outreach import prospecting

MANY, MONTH = 3_000, 240
GROWING = ("prospects", "passed_posts")
PAGES = {
    "/outreach": 32,  # half of them what the manners have to know of those on the page
    "/outreach/board": 14,
    "/outreach/table": 8,
    "/outreach/results": 8,
}
"""Addresses, each with the questions it may ask."""


@pytest.fixture
def many(app, cast, clock):
    """A year of finding; whom nobody looked at for a month is no candidate any more."""
    with app.app_context():
        engine = db.engine
    now = clock()
    with Session(engine) as session:
        lists = prospecting.lists(
            session, session.merge(cast.account), session.merge(cast.hikaru), now
        )
        account_id, listening_id = cast.account.id, lists.listening.id
        rows = [_prospect(n, account_id, listening_id, now) for n in range(MANY)]
        session.execute(insert(Prospect), rows)
        session.execute(insert(PassedPost), [_passed(n, account_id, now) for n in range(MANY)])
        session.commit()
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    return engine


def _prospect(n, account_id, listening_id, now):
    found_at = now - timedelta(hours=3 * n)
    state = "seen" if n % 3 == 0 else "skipped" if n % 3 == 1 or n > MONTH else "found"
    sent = {"sent_x_id": str(n + 1), "sent_at": found_at} if state == "seen" else {}
    return {
        "listening_id": listening_id,
        "account_id": account_id,
        "post_x_id": snowflake(found_at, n),
        "author_x_id": str(9_600_000_000 + n),
        "text": "ひかり回線が遅い",
        "thread_x_id": snowflake(found_at, n),
        "posted_at": found_at,
        "found_at": found_at,
        "raw": {},
        "state": state,
        "score": n % 100,
        "sent_x_id": None,
        "sent_at": None,
        **sent,
    }


def _passed(n, account_id, now):
    at = now - timedelta(hours=3 * n, minutes=1)
    return {
        "x_id": snowflake(at, n),
        "account_id": account_id,
        "author_x_id": str(9_700_000_000 + n),
        "reason": "nobody",
        "in_reply_to_x_id": str(n + 1),
        "thread_x_id": str(n + 1),
        "posted_at": at,
        "decided_at": at,
        "raw": {},
    }


def _asked(engine, deed):
    asked = []

    def note(_connection, _cursor, statement, parameters, *_others):
        if statement.startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        deed()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return asked


def test_a_page_asks_a_fixed_number_of_questions(many, ryo):
    for path, most in PAGES.items():
        ryo.get(path)
        assert 0 < len(_asked(many, lambda path=path: ryo.get(path))) <= most, path


def test_what_was_found_of_late_is_not_looked_for_among_all(many, ryo):
    asked = _asked(many, lambda: [ryo.get(f"/outreach/{it}") for it in ("table", "results")])
    assert not _read_whole(many, asked)


def test_looking_for_our_own_posts_reads_no_table_whole(many, clock):
    """It runs after every read."""
    with Session(many) as session:
        asked = _asked(many, lambda: follow(session, clock()))
        session.rollback()
    assert 0 < len(asked) <= 7  # one is the lock PostgreSQL is asked for
    assert not _read_whole(many, [it for it in asked if "WHERE" in it[0]])


def _read_whole(engine, asked):
    """What is read without an index, of what grows with every read."""
    plan = "EXPLAIN" if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    found = []
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        for statement, given in asked:
            steps = cursor.execute(f"{plan} {statement}", given)
            rows = (steps or cursor).fetchall()
            found += [
                line
                for row in rows
                for line in [str(row[-1]).strip()]
                if ("Seq Scan" in line or line.startswith("SCAN"))
                and any(name in line.split() for name in GROWING)
                and "INDEX" not in line
            ]
    return found
