"""A desk that was down for a week: what X still shows is taken, the rest is named."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from support.conversations.records import Message
from support.inbox import reading
from support.inbox.reading import DMS, MENTIONS, OWN, read_stream
from support.inbox.records import Cursor, Hole, IntakeRefusal
from support.settings import load_settings
from support.x.door import XDoor
from support.x.snowflakes import first_id_at
from tests.cast import SECRET
from tests.fakes import THURSDAY, StandingClock
from tests.machinery.sandbox import running_sandbox

AWAY = timedelta(days=7)


@pytest.fixture
def x_clock():
    return StandingClock(THURSDAY)


@pytest.fixture
def sandbox(tmp_path, x_clock):
    with running_sandbox(tmp_path, clock=x_clock) as running:
        yield running


@pytest.fixture
def client(app, cast, session, sandbox):
    door = XDoor(load_settings({"DESK_X_BASE_URL": sandbox.url, "DESK_SECRET_KEY": SECRET}))
    cast.account.x_id = door.for_account(cast.account).me().x_id
    reading.begin(session, cast.account, after_id=first_id_at(THURSDAY - timedelta(minutes=1)))
    session.commit()
    return door.for_account(cast.account)


def read_everything(session, cast, client, at):
    return [read_stream(session, cast.account, s, client, at) for s in (MENTIONS, DMS, OWN)]


def spread_over_the_week(sandbox, x_clock, count):
    """So many mentions and ten direct messages while nobody reads."""
    for n in range(count):
        x_clock.now = THURSDAY + AWAY * (n + 1) / (count + 1)
        sandbox.post(f"@hikari_care {n}件目", by=f"sample_{n % 50}")
        if n % max(count // 10, 1) == 0:
            sandbox.message(f"DM {n}", by=f"sample_{n % 50}")
    x_clock.now = THURSDAY + AWAY


@pytest.mark.one_database
def test_a_week_away_loses_nothing_x_still_shows(session, cast, client, sandbox, x_clock):
    read_everything(session, cast, client, THURSDAY)
    spread_over_the_week(sandbox, x_clock, 230)
    mentions, dms, _ = read_everything(session, cast, client, THURSDAY + AWAY)
    assert (mentions.messages, dms.messages) == (230, 10)
    assert session.scalars(select(Hole)).all() == []
    again = read_everything(session, cast, client, THURSDAY + AWAY)
    assert [it.messages for it in again] == [0, 0, 0]


@pytest.mark.one_database
def test_what_x_no_longer_shows_after_a_week_is_named_once(session, cast, client, sandbox, x_clock):
    sandbox.post("@hikari_care 最後に読んだもの", by="sample_0")
    read_everything(session, cast, client, THURSDAY)
    spread_over_the_week(sandbox, x_clock, 830)
    mentions, _, _ = read_everything(session, cast, client, THURSDAY + AWAY)
    assert mentions.messages == 800
    (hole,) = session.scalars(select(Hole))
    assert (hole.reason, hole.from_at) == ("mentions_window", THURSDAY)
    oldest = select(func.min(Message.posted_at)).where(Message.posted_at > THURSDAY)
    first_recovered = session.scalar(oldest.where(Message.channel == "public"))
    assert hole.until_at == first_recovered
    read_everything(session, cast, client, THURSDAY + AWAY)
    assert session.scalars(select(func.count()).select_from(Hole)).one() == 1
    assert session.scalars(select(IntakeRefusal)).all() == []


def test_more_than_thirty_days_without_direct_messages_is_named(session, cast, client):
    read_everything(session, cast, client, THURSDAY)
    late = THURSDAY + timedelta(days=45)
    read_stream(session, cast.account, DMS, client, late)
    (hole,) = session.scalars(select(Hole))
    assert (hole.stream, hole.reason) == (DMS, "dms_window")
    assert (hole.from_at, hole.until_at) == (THURSDAY, late - timedelta(days=30))
    read_stream(session, cast.account, DMS, client, late)
    assert session.scalars(select(func.count()).select_from(Hole)).one() == 1


def test_a_direct_message_that_shows_late_is_not_skipped(session, cast, client, sandbox, x_clock):
    """The newer one was seen first and moved the cursor; the older one is found all the same."""
    x_clock.forward(minutes=40)
    sandbox.message("先に見えた", by="sample_1")
    read_stream(session, cast.account, DMS, client, x_clock())
    x_clock.now = THURSDAY + timedelta(minutes=10)
    sandbox.message("遅れて見えた", by="sample_2")
    x_clock.now = THURSDAY + timedelta(minutes=41)
    taken = read_stream(session, cast.account, DMS, client, x_clock())
    assert (taken.messages, taken.known) == (1, 1)
    cursor = session.get(Cursor, (cast.account.id, DMS))
    assert cursor.since_id == str(max(int(m) for m in session.scalars(select(Message.x_id))))
