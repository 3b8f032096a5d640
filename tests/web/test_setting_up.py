"""The first run: real steps, each can be left and gone on with, none opens to a stranger."""

import re
from dataclasses import replace

import pytest

from support.agents.access import Role
from support.agents.records import Agent
from support.audit.deeds import Deed
from support.audit.records import AuditEntry
from support.sla.records import Calendar, ServiceLevel
from support.x.errors import Meaning, XError
from support.x.records import Account
from tests.cast import PASSWORD, customer_says, post
from tests.web.forms import post as send
from tests.web.forms import try_to_sign_in

ADMIN = {
    "family_name": "佐藤",
    "given_name": "美咲",
    "email": "sato@desk.example",
    "password": PASSWORD,
}
HOURS = {"hours": "weekdays", "first_reply": "30"}
TOKEN = {"token": "sandbox-hikari_care"}
STEPS = ["hours", "x", "answers", "ticket"]


@pytest.fixture
def admin(client):
    """Somebody who has just made themselves the administrator of an unset desk."""
    send(client, "/set-up", ADMIN, on="/set-up")
    return client


def current(page):
    return re.search(r'data-state="current">.*?<h2>(?:<a[^>]*>)?([^<]+)', page, re.DOTALL)[1]


def test_the_first_step_makes_the_administrator_and_goes_on(session, client):
    answer = send(client, "/set-up", ADMIN, on="/set-up", follow_redirects=True)
    assert current(answer.text) == "営業時間と返信の目標を決める"
    assert session.query(Agent).one().role == Role.ADMIN
    assert session.query(Calendar).count() == 0, "nothing is decided for them"


def test_the_log_begins_with_the_administrator(session, admin):
    assert [row.deed for row in session.query(AuditEntry).order_by(AuditEntry.id)] == [
        Deed.ENROLLED,
        Deed.SIGNED_IN,
    ]


def test_hours_and_promises_are_made_as_chosen(session, admin):
    answer = send(admin, "/set-up/hours", HOURS)
    assert answer.location == "/set-up/x"
    hours = session.query(Calendar).one()
    assert hours.weekly == {str(day): [["09:45", "18:00"]] for day in range(5)}
    assert (hours.country, hours.year_end) == ("JP", True)
    assert session.query(ServiceLevel).one().first_reply_seconds == 30 * 60


def test_going_back_and_pressing_twice_makes_nothing_twice(session, admin):
    for _ in range(2):
        assert send(admin, "/set-up/hours", HOURS).location == "/set-up/x"
    assert session.query(Calendar).count() == 1
    assert "決まっています" in admin.get("/set-up/hours").text


def test_a_token_connects_the_account(session, admin, later):
    send(admin, "/set-up/hours", HOURS)
    assert send(admin, "/set-up/x", TOKEN).location == "/set-up/answers"
    account = session.query(Account).one()
    assert account.handle == "hikari_care"
    assert "sandbox-hikari_care" not in account.token_sealed, "the token is kept sealed"


def test_each_step_that_changes_something_is_in_the_log(session, admin, later):
    send(admin, "/set-up/hours", HOURS)
    send(admin, "/set-up/x", TOKEN)
    changes = session.query(AuditEntry).filter_by(deed=Deed.SETTINGS_CHANGED)
    pages = [entry.data for entry in changes.order_by(AuditEntry.id)]
    assert pages == [{"page": "setting_up.hours"}, {"page": "setting_up.x"}]


def test_a_token_x_does_not_take_is_said_and_nothing_is_lost(session, admin, x):
    send(admin, "/set-up/hours", HOURS)

    def refuse():
        raise XError(Meaning.ACCOUNT, 401, "Unauthorized")

    x.me = refuse
    answer = send(admin, "/set-up/x", {"token": "wrong"})
    assert answer.status_code == 422
    assert "受け付けられませんでした" in answer.text
    assert session.query(Account).count() == 0
    assert session.query(Calendar).count() == 1


def test_x_waits_for_the_hours(session, admin):
    """What arrives before has no promise to be judged by."""
    assert "先に営業時間を" in admin.get("/set-up/x").text
    assert send(admin, "/set-up/x", TOKEN, on="/set-up/hours").status_code == 422
    assert session.query(Account).count() == 0


def test_whoever_left_goes_on_where_they_stood(app, session, admin):
    later_on = app.test_client()
    assert try_to_sign_in(later_on, ADMIN["email"]).location == "/set-up/next"
    assert later_on.get("/set-up/next").location == "/set-up/hours"
    send(later_on, "/set-up/hours", HOURS)
    assert later_on.get("/set-up/next").location == "/set-up/x"
    send(later_on, "/set-up/x", TOKEN)
    assert later_on.get("/set-up/next").location == "/set-up/ticket", "answers come with the desk"


@pytest.mark.parametrize("step", STEPS)
def test_every_step_but_the_first_can_be_put_off_and_gone_back_from(admin, step):
    send(admin, "/set-up/hours", HOURS)
    page = admin.get(f"/set-up/{step}").text
    place = STEPS.index(step)
    for other in STEPS[max(place - 1, 0) : place] + STEPS[place + 1 : place + 2]:
        assert f'href="/set-up/{other}"' in page
    assert "ここまでにして受信箱を開く" in page


def test_a_finished_desk_leads_to_the_inbox(session, cast, clock, signed_in):
    customer_says(session, cast, post(at=clock()))
    assert signed_in(cast.hikaru).get("/set-up/next").location == "/tickets"
    assert signed_in(cast.hikaru).get("/set-up").location == "/set-up/next"


@pytest.mark.parametrize("path", [*STEPS])
def test_only_who_manages_the_desk_may_set_it_up(cast, client, ryo, path):
    assert ryo.get(f"/set-up/{path}").status_code == 403
    assert send(ryo, f"/set-up/{path}", HOURS | TOKEN).status_code in (403, 405)
    assert client.get(f"/set-up/{path}").status_code == 303, "and a stranger signs in first"
    assert ryo.get("/set-up/next").location == "/tickets"


def test_a_sandbox_that_does_not_answer_is_said_so(admin):
    send(admin, "/set-up/hours", HOURS)
    send(admin, "/set-up/x", TOKEN)
    answer = send(admin, "/set-up/ticket")
    assert answer.status_code == 422
    assert "練習用のXが応答しません" in answer.text
    assert "練習の投稿を届ける" in answer.text, "and it can be tried again"


def test_no_practice_post_is_written_to_the_real_x(app, admin):
    desk = app.extensions["desk"]
    real = desk.settings.model_copy(update={"x_base_url": "https://api.x.com"})
    app.extensions["desk"] = replace(desk, settings=real)
    assert "実際のXに" in admin.get("/set-up/ticket").text
    assert send(admin, "/set-up/ticket").status_code == 422
    app.extensions["desk"] = desk
