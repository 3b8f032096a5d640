"""What stands around every page, and what it costs."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from support.db import db
from support.inbox.records import Cursor
from support.sla.records import Calendar


@pytest.fixture
def hours(session, cast):
    """Gives the account other hours."""

    def change(weekly):
        session.get_one(Calendar, cast.account.calendar_id).weekly = weekly
        session.commit()

    return change


def test_open_hours_say_how_long_there_is_still_time(misaki):
    page = misaki.get("/me").text
    assert "営業中" in page
    assert "受付終了まで 8:00" in page  # it is 10:00 on a Thursday


def test_closed_hours_say_when_they_open_again(cast, clock, signed_in):
    clock.now = datetime(2026, 10, 2, 10, 0, tzinfo=UTC)  # Friday 19:00 in Tokyo
    assert "次の営業 月 9:00" in signed_in(cast.misaki).get("/me").text


def test_hours_that_never_open_are_named_as_a_fault(misaki, hours):
    hours({})
    assert "営業日が設定されていません" in misaki.get("/me").text


def test_a_closing_that_is_days_away_is_not_counted_down_to(misaki, hours):
    hours({str(day): [["00:00", "24:00"]] for day in range(7)})
    page = misaki.get("/me").text
    assert "営業中" in page
    assert "受付終了まで" not in page


def test_a_stopped_account_says_so_and_why(session, cast, misaki, clock):
    cast.account.stopped_at = clock()
    cast.account.stopped_reason = "トークンが取り消されました。"
    session.commit()
    page = misaki.get("/me").text
    assert "停止中" in page
    assert "トークンが取り消されました。" in page


def test_the_last_look_at_x_is_told(session, cast, misaki, clock):
    read_at = clock() - timedelta(minutes=3)
    session.add(Cursor(account_id=cast.account.id, stream="mentions", read_at=read_at))
    session.commit()
    assert "3分前" in misaki.get("/me").text


def test_a_desk_without_an_account_works_and_says_so(session, cast, misaki):
    session.delete(cast.account)
    session.commit()
    assert "未接続" in misaki.get("/me").text


def test_a_name_is_shown_as_text(session, cast, misaki):
    cast.misaki.family_name = "<b>佐藤</b>"
    session.commit()
    page = misaki.get("/me").text
    assert "<b>佐藤" not in page
    assert "&lt;b&gt;佐藤" in page


@pytest.mark.parametrize(("who", "seen"), [("misaki", False), ("ryo", True)])
def test_reports_are_offered_to_those_who_may_see_them(cast, signed_in, who, seen):
    page = signed_in(getattr(cast, who)).get("/me").text
    assert ('href="/reports"' in page) is seen


@pytest.fixture
def selects(app, misaki):
    """What is asked of the database from here on."""
    misaki.get("/canned")
    asked = []
    with app.app_context():
        engine = db.engine

    def note(*told):
        asked.append(told[2])

    event.listen(engine, "before_cursor_execute", note)
    yield lambda: [each for each in asked if each.lstrip().startswith("SELECT")]
    event.remove(engine, "before_cursor_execute", note)


def test_the_frame_costs_two_queries_and_the_sign_in_one(misaki, selects):
    misaki.get("/canned")
    assert len(selects()) == 3, selects()


def test_the_rail_alone_costs_one_query_and_the_sign_in_one(misaki, selects):
    assert 'aria-current="page"' in misaki.get("/rail?view=mine").text
    assert len(selects()) == 2, selects()
