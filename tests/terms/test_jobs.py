"""What an edit leaves for the background is done once, wherever a worker died; feeds are read."""

import threading
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest
from sqlalchemy import select

from support import outside
from support.jobs import terms as jobs
from support.jobs import upkeep
from support.sla.levels import Carry
from support.sla.records import Calendar, CalendarFeed, promises_of
from support.terms import editing, subscribing
from support.terms.editing import Draft
from support.terms.records import TermsEdit
from support.terms.rejudging import go_on
from tests.cast import customer_says, post
from tests.fakes import THURSDAY
from tests.sla.test_ics import SUMMER, calendar

NAME = "ひかりケア"
AFTERNOONS = Draft("Asia/Tokyo", {str(day): [["14:00", "20:00"]] for day in range(5)})


@pytest.fixture
def at_work(app, session):
    """Runs a job as a worker does; the test's own look at the database ends before it."""

    def run(job, *args):
        session.commit()
        with app.app_context():
            return job(*args)

    return run


@pytest.fixture
def edit(session, cast):
    """Of the hours, while three tickets wait."""
    for n in range(3):
        customer_says(session, cast, post(at=THURSDAY, number=n))
    made = editing.edit_hours(session, NAME, AFTERNOONS, Carry.WHOLE, by=cast.hikaru, now=THURSDAY)
    session.commit()
    return made


def versions(session):
    session.expire_all()
    return [p.calendar_id for n in (1, 2, 3) for p in promises_of(session, n)]


def test_the_sweep_rings_for_an_edit_until_it_is_done(session, at_work, later, edit):
    at_work(upkeep.sweep)
    at_work(upkeep.sweep)
    assert later.rung == 2 * [("rejudge", str(edit.id))]
    at_work(jobs.rejudge, edit.id)
    at_work(upkeep.sweep)
    assert len(later.rung) == 2
    session.expire_all()
    assert (edit.done, edit.total) == (3, 3)
    assert set(versions(session)) == {2}


def test_a_worker_that_died_midway_leaves_the_rest_to_the_next(session, at_work, clock, edit):
    go_on(session, edit, THURSDAY, most=1)
    edit.leased_until = THURSDAY + timedelta(seconds=60)
    session.commit()
    assert versions(session) == [2, 2, 1, 1, 1, 1]
    at_work(jobs.rejudge, edit.id)
    assert versions(session) == [2, 2, 1, 1, 1, 1], "its lease is believed for a minute"
    clock.forward(seconds=61)
    at_work(jobs.rejudge, edit.id)
    assert versions(session) == [2, 2, 2, 2, 2, 2]
    at_work(jobs.rejudge, edit.id)
    session.expire_all()
    assert edit.done == 3, "a ring too many does nothing"


def test_what_was_taken_from_a_calendar_makes_a_version_only_where_it_changes(
    session, cast, at_work, clock
):
    feed = CalendarFeed(
        calendar_name=NAME, url="https://calendar.invalid/", carry="new", next_at=THURSDAY
    )
    session.add(feed)
    session.commit()
    assert subscribing.due(session, THURSDAY) == [feed.id]
    edit = subscribing.take(session, feed, calendar(SUMMER), THURSDAY)
    assert (edit.agent_id, edit.carry) == (None, "new")
    session.commit()
    assert subscribing.take(session, feed, calendar(SUMMER), THURSDAY) is None
    assert subscribing.due(session, THURSDAY + timedelta(hours=23)) == []
    newest = editing.calendar_in_force(session, NAME)
    assert (newest.version, newest.feed_days["2026-08-14"]) == (2, "夏季休業")
    assert subscribing.take(session, feed, b"<html>", THURSDAY) is None
    session.commit()
    assert "読み取れません" in feed.problem
    assert subscribing.due(session, THURSDAY + timedelta(hours=1)) == [feed.id]
    assert editing.calendar_in_force(session, NAME).version == 2
    assert session.scalars(select(TermsEdit.kind)).all() == ["hours"]


class Server(BaseHTTPRequestHandler):
    content: ClassVar[bytes] = b""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(Server.content)

    def log_message(self, *_):
        pass


@pytest.fixture
def address():
    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/off.ics"
    server.shutdown()
    server.server_close()


def test_a_subscribed_address_is_read_by_a_worker(session, cast, app, at_work, address, clock):
    Server.content = calendar(SUMMER)
    desk = app.extensions["desk"]
    open_desk = replace(desk, settings=desk.settings.model_copy(update={"private_addresses": True}))
    app.extensions["desk"] = open_desk
    feed = CalendarFeed(calendar_name=NAME, url=address, carry="whole", next_at=clock())
    session.add(feed)
    session.commit()
    at_work(jobs.read_feed, feed.id)
    session.expire_all()
    newest = session.scalars(select(Calendar).order_by(Calendar.id.desc())).first()
    assert list(newest.feed_days) == ["2026-08-13", "2026-08-14", "2026-08-15"]
    assert (feed.problem, feed.read_at) == ("", clock())
    app.extensions["desk"] = desk


def test_more_than_is_asked_for_is_not_taken(address):
    Server.content = b"x" * 2000
    assert len(outside.fetch(address, 2000, private=True)) == 2000
    with pytest.raises(outside.OutsideError) as refusal:
        outside.fetch(address, 1999, private=True)
    assert refusal.value.sentence == outside.TOO_LARGE
