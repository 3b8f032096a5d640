"""Which streams are due is worked out from facts, whoever asks and however often."""

import time
from datetime import UTC, datetime, timedelta

import pytest
import redis
from sqlalchemy import select

from support.inbox.records import Cursor
from support.inbox.scheduling import Rhythm, due
from support.x.budgets import Budgets
from support.x.ledger import charge
from support.x.records import Charge, Subscription, XApp
from tests.machinery.valkey import valkey_server

NOW = datetime.fromtimestamp(int(time.time()), UTC)
"""Valkey's clock is the machine's."""
RHYTHM = Rhythm(
    {
        "mentions": timedelta(seconds=30),
        "dms": timedelta(seconds=90),
        "own": timedelta(seconds=120),
    },
    timedelta(seconds=300),
)


@pytest.fixture
def budgets():
    url = valkey_server().url
    redis.Redis.from_url(url).flushall()
    return Budgets(url)


@pytest.fixture
def was_read(session, cast):
    def at(seconds, **not_before):
        for stream in ("mentions", "dms", "own"):
            read_at = NOW - timedelta(seconds=seconds)
            session.merge(
                Cursor(
                    account_id=cast.account.id,
                    stream=stream,
                    since_id="",
                    read_at=read_at,
                    not_before=not_before.get(stream),
                )
            )
        session.flush()

    return at


def streams(session, budgets):
    return {stream for _, stream in due(session, RHYTHM, budgets, NOW)}


def spend(session, cast, percent):
    cast.account.monthly_cap_micros = 1_000_000
    charge(session, cast.account.id, "post_read", percent * 2, now=NOW)
    session.flush()


def test_what_was_never_read_is_due(session, cast, budgets):
    assert streams(session, budgets) == {"mentions", "dms", "own"}


def test_each_stream_has_its_own_interval_and_asking_again_changes_nothing(
    session, budgets, was_read
):
    was_read(100)
    assert streams(session, budgets) == {"mentions", "dms"}
    assert streams(session, budgets) == {"mentions", "dms"}


def test_a_stopped_account_and_a_stream_x_wants_left_alone_are_not_due(
    session, cast, budgets, was_read
):
    was_read(1000, dms=NOW + timedelta(minutes=1))
    assert streams(session, budgets) == {"mentions", "own"}
    cast.account.stopped_at = NOW
    assert streams(session, budgets) == set()


def test_a_budget_that_is_nearly_used_up_stretches_the_interval(session, cast, budgets, was_read):
    was_read(100)
    headers = {
        "x-rate-limit-limit": "300",
        "x-rate-limit-remaining": "2",
        "x-rate-limit-reset": str(int(time.time()) + 600),  # a long run may leave NOW far behind
    }
    budgets.of(cast.account.id, None).note("GET", "/2/users/7/mentions", 200, headers)
    assert streams(session, budgets) == {"dms"}


def test_near_the_cap_less_is_read_and_at_its_reserve_nothing(session, cast, budgets, was_read):
    was_read(100)
    spend(session, cast, 70)
    assert streams(session, budgets) == {"mentions"}, "a factor of two"
    was_read(5_000)
    spend(session, cast, 15)
    assert streams(session, budgets) == {"mentions", "dms"}
    spend(session, cast, 10)
    assert streams(session, budgets) == set()


def test_last_month_does_not_count(session, cast, budgets, was_read):
    was_read(5_000)
    spend(session, cast, 100)
    (entry,) = session.scalars(select(Charge))
    entry.day = NOW.date().replace(day=1) - timedelta(days=1)
    session.flush()
    assert streams(session, budgets) == {"mentions", "dms", "own"}


def test_what_x_pushes_is_polled_as_a_backstop_only(session, cast, budgets, was_read):
    app = XApp(name="desk", webhook_valid=True, pushed_at=NOW - timedelta(hours=2), made_at=NOW)
    session.add(app)
    session.flush()
    cast.account.app_id = app.id
    for event in ("post.mention.create", "dm.received"):
        session.add(
            Subscription(
                app_id=app.id,
                account_id=cast.account.id,
                event_type=event,
                subject_x_id=cast.account.x_id,
                x_id="1" if event == "dm.received" else "",
            )
        )
    session.flush()
    was_read(200)
    assert streams(session, budgets) == {"mentions", "own"}, "mentions are not subscribed yet"
    was_read(300)
    assert streams(session, budgets) == {"mentions", "dms", "own"}
    app.webhook_valid = False
    was_read(200)
    session.flush()
    assert "dms" in streams(session, budgets)
