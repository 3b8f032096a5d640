"""The page of business hours: looked at before it is kept, refused beside the field, followed."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from support.jobs import terms as jobs
from support.sla.records import Calendar, CalendarFeed, promises_of
from support.terms.records import TermsEdit
from support.terms.subscribing import take
from support.web.promises.hours_form import read_hours
from tests.cast import customer_says, post
from tests.fakes import THURSDAY
from tests.sla.test_ics import SUMMER, calendar
from tests.web.forms import Browser

NAME = "ひかりケア"


@pytest.fixture
def admin(cast, signed_in, session):
    browser = Browser(signed_in(cast.hikaru))
    session.rollback()
    return browser


def form(**changes):
    week = {f"day-{day}": "9:00–18:00" if day < 5 else "" for day in range(7)}
    fields = {"name": NAME, "version": "1", "zone": "Asia/Tokyo", "country": "JP", "year_end": "1"}
    return {**fields, **week, **changes}


@pytest.mark.parametrize(
    ("text", "spans"),
    {
        "9:00–12:00、13:00–18:00": [["09:00", "12:00"], ["13:00", "18:00"]],
        "９：００〜１８：００": [["09:00", "18:00"]],
        "22:00 - 26:00": [["22:00", "26:00"]],
        "9:00ー18:00": [["09:00", "18:00"]],
        "": [],
        "朝から": None,
        "9-18": None,
    }.items(),
)
def test_hours_are_read_as_people_write_them(text, spans):
    assert read_hours(text) == spans


def test_a_look_before_saving_names_what_would_flip_and_keeps_nothing(admin, session, cast, clock):
    ticket = customer_says(session, cast, post(at=THURSDAY))
    clock.forward(minutes=90)
    afternoons = {f"day-{day}": "14:00–20:00" for day in range(5)}
    page = admin.post("/settings/hours/preview", **form(**afternoons, carry="whole"))
    assert "期限超過が変わる 1件" in page
    assert f"#{ticket.id}</a>" in page
    assert "まだ保存していません" in page
    session.rollback()
    assert session.scalars(select(Calendar.version)).all() == [1]


def test_saving_adds_a_version_and_a_worker_judges_what_is_open(
    admin, app, session, cast, clock, later
):
    ticket = customer_says(session, cast, post(at=THURSDAY))
    clock.forward(minutes=10)
    afternoons = {f"day-{day}": "14:00–20:00" for day in range(5)}
    page = admin.post("/settings/hours", **form(**afternoons, carry="whole"))
    session.rollback()
    edit = session.scalars(select(TermsEdit)).one()
    assert later.rung == [("rejudge", str(edit.id))]
    assert "判定し直しています" in page
    session.commit()
    with app.app_context():
        jobs.rejudge(edit.id)
    session.rollback()
    due = {p.kind: p.due_at for p in promises_of(session, ticket.id)}
    assert due["first_reply"] == THURSDAY + timedelta(hours=5)
    assert "期限超過の変化なし" in admin.get("/settings/hours")
    assert "伊藤" in admin.get("/settings/hours"), "who changed it is on record"


REFUSED = {
    "open is close": ({"day-2": "9:00–9:00"}, "weekly-2-error", "同じ時刻"),
    "opening tomorrow": ({"day-2": "25:00–26:00"}, "weekly-2-error", "24:00より前"),
    "past midnight without 24": ({"day-2": "22:00–2:00"}, "weekly-2-error", "26:00"),
    "no hours": ({"day-2": "朝から"}, "weekly-2-error", "のように入力"),
    "an unknown zone": ({"zone": "Asia/Nagoya"}, "zone-error", "タイムゾーン"),
    "a closure backwards": (
        {"closed-from": "2026-08-15", "closed-to": "2026-08-13", "closed-name": "夏"},
        "closures-0-error",
        "後にして",
    ),
    "a special day that is none": (
        {"special-day": "2026-13-01", "special-hours": "10:00–12:00"},
        "special-0-error",
        "日付を選んで",
    ),
    "special hours backwards": (
        {"special-day": "2026-12-28", "special-hours": "15:00–10:00"},
        "special-0-error",
        "26:00",
    ),
    "a partial closure without hours": (
        {"partial-day": "2026-12-28", "partial-hours": ""},
        "partial-0-error",
        "閉める時間",
    ),
}


@pytest.mark.parametrize(("changes", "place", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_meant_is_refused_beside_its_field_and_stays_written(
    admin, session, changes, place, words
):
    page = admin.post("/settings/hours", status=422, **form(**changes))
    (said,) = re.findall(rf'id="{place}"[^>]*>(.*?)</p>', page, re.S)
    assert words in said
    assert all(str(value) in page for value in changes.values())
    session.rollback()
    assert session.scalars(select(Calendar.version)).all() == [1]


def test_who_was_second_sees_that_somebody_was_first(admin, session):
    admin.post("/settings/hours", **form(carry="new"))
    page = admin.post("/settings/hours", status=422, **form(carry="new"))
    assert "ほかの人が先に変更しました" in page


def test_a_calendar_that_never_opens_is_a_visible_fault(admin, session):
    closed = {f"day-{day}": "" for day in range(7)}
    page = admin.post("/settings/hours", **form(**closed, carry="new"))
    assert "一度も開きません" in page
    assert "期限なし" in page


def test_closed_special_and_partial_days_show_in_the_year(admin):
    admin.post(
        "/settings/hours",
        **form(
            carry="new",
            **{
                "closed-from": "2026-08-13", "closed-to": "2026-08-15", "closed-name": "夏季休業",
                "special-day": "2026-12-28", "special-hours": "10:00–15:00",
                "partial-day": "2026-10-15", "partial-hours": "13:00–15:00",
            },
        ),
    )  # fmt: skip
    page = admin.get("/settings/hours?year=2026")
    assert "8/13–8/15" in page
    assert page.count('data-day="holiday" title="海の日"') == 1
    assert 'data-day="short" title="10:00–15:00"' in page
    assert "− 13:00–15:00" in page


def test_a_file_of_days_off_is_put_into_the_form_and_kept_on_saving_only(admin, client, session):
    page = admin.post(
        "/settings/hours/import", name=NAME, calendar=(io.BytesIO(calendar(SUMMER)), "off.ics")
    )
    assert "ファイルから3日を加えました" in page
    assert 'value="2026-08-14"' in page
    session.rollback()
    assert session.scalars(select(Calendar.version)).all() == [1]
    wrong = admin.post(
        "/settings/hours/import", status=422, name=NAME, calendar=(io.BytesIO(b"x"), "off.ics")
    )
    assert "読み取れません" in wrong


def test_a_subscribed_calendar_that_cannot_be_read_keeps_the_last_good_days(
    admin, app, session, clock, cast, signed_in
):
    admin.post("/settings/hours/feed", name=NAME, url="https://calendar.invalid/off.ics")
    session.rollback()
    feed = session.scalars(select(CalendarFeed)).one()
    take(session, feed, calendar(SUMMER), clock())
    session.commit()
    feed_id = feed.id
    clock.forward(days=2)
    with app.app_context():
        jobs.read_feed(feed_id)
    session.rollback()
    newest = session.scalars(select(Calendar).order_by(Calendar.id.desc())).first()
    assert newest.feed_days["2026-08-14"] == "夏季休業"
    page = Browser(signed_in(cast.hikaru)).get("/settings/hours")
    assert "接続できませんでした" in page
    assert "使い続けています" in page


def test_a_further_calendar_and_an_account_that_keeps_it(admin, session, cast):
    admin.post("/settings/hours/new", name=NAME, new_name="夜間窓口")
    assert "すでにあります" in admin.post(
        "/settings/hours/new", status=422, name=NAME, new_name="夜間窓口"
    )
    wish = {"name": "夜間窓口", "account": cast.account.id, "carry": "new"}
    assert "を「夜間窓口」にします" in admin.post("/settings/hours/account", **wish)
    session.rollback()
    assert session.get_one(Calendar, cast.account.calendar_id).name == NAME, "looked at only"
    session.rollback()
    admin.post("/settings/hours/account", **wish, do="save")
    session.rollback()
    kept = session.get_one(Calendar, cast.account.calendar_id)
    assert kept.name == "夜間窓口"


def test_a_moment_can_be_tried(admin):
    page = admin.get("/settings/hours?moment=2026-10-02T17:00")
    assert "営業中です" in page
    assert "10月5日" in page, "an hour on Friday, three on Monday"


def test_a_lead_looks_and_an_agent_does_not(ryo, cast, signed_in):
    lead = Browser(ryo)
    assert "管理者です" in lead.get("/settings/hours")
    lead.post("/settings/hours", status=403, **form())
    agent = Browser(signed_in(cast.misaki))
    agent.get("/settings/hours", status=403)


def test_who_leaves_a_subscribed_calendar_is_open_again_on_its_days(admin, session, clock):
    admin.post("/settings/hours/feed", name=NAME, url="https://calendar.invalid/off.ics")
    session.rollback()
    take(session, session.scalars(select(CalendarFeed)).one(), calendar(SUMMER), clock())
    session.commit()
    admin.post("/settings/hours/feed", name=NAME, url="", carry="new")
    session.rollback()
    newest = session.scalars(select(Calendar).order_by(Calendar.id.desc())).first()
    assert newest.feed_days == {}
    assert session.scalars(select(CalendarFeed)).all() == []


def test_a_moment_out_of_reach_is_no_fault(admin):
    admin.get("/settings/hours?moment=0001-01-01T00:00")
    admin.get("/settings/hours?moment=9999-12-31T23:59")
    admin.get("/settings/levels?moment=0001-01-01T00:00")
    admin.get("/settings/levels?moment=9999-12-31T23:59")
