"""What a draft promises: shown while one types, taken off or moved, kept when it is sent."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from support.replies.records import Reply
from support.sla.records import Promise
from tests.fakes import THURSDAY
from tests.web.forms import PART, Browser
from tests.web.talk import Talk, hidden, path, send

TODAY = THURSDAY + timedelta(hours=8)
BODY = "確認し、本日中にご連絡いたします。"


@pytest.fixture
def talk(session, cast, clock, x):
    talk = Talk(session, cast, clock, x)
    talk.says()
    return talk


def preview(client, ticket, **fields):
    form = {**hidden(client.get(path(ticket)).text), "body": BODY, **fields}
    return client.post(path(ticket, "preview"), data=form, headers=PART).text


def pressed(session):
    session.rollback()
    return session.scalars(select(Reply).order_by(Reply.id.desc())).first()


def test_a_line_says_what_the_words_promise_and_the_box_is_ticked(talk, misaki):
    page = preview(misaki, talk.ticket)
    assert "「本日中に」→ 10月1日（木） 18:00 までの約束として期限を付けます" in page
    assert 'name="promise" value="1" autocomplete="off" checked' in page
    assert 'name="promise_at"' in page
    assert 'value="2026-10-01T18:00"' in page
    assert "promise_at" not in preview(misaki, talk.ticket, body="本日中にお申し込みください。")


def test_what_the_agent_did_with_the_line_stays_while_they_type(talk, misaki):
    seen = "2026-10-01T18:00"
    off = preview(misaki, talk.ticket, promise_seen=seen, promise_at=seen)
    assert 'name="promise" value="1" autocomplete="off">' in off
    moved = {"promise": "1", "promise_seen": seen, "promise_at": "2026-10-01T16:00"}
    assert 'value="2026-10-01T16:00"' in preview(misaki, talk.ticket, **moved)
    other = {"promise": "1", "promise_seen": seen, "promise_at": seen}
    body = "明日までにご連絡いたします。"
    assert 'value="2026-10-02T18:00"' in preview(misaki, talk.ticket, body=body, **other)


@pytest.mark.parametrize(
    ("fields", "until"),
    [
        ({}, TODAY),
        ({"promise_seen": "2026-10-01T18:00", "promise_at": "2026-10-01T18:00"}, None),
        (
            {
                "promise": "1",
                "promise_seen": "2026-10-01T18:00",
                "promise_at": "2026-10-01T16:00",
            },
            TODAY - timedelta(hours=2),
        ),
    ],
    ids=["no script, no line", "taken off", "another time"],
)
def test_the_reply_keeps_what_was_let_stand(session, talk, misaki, fields, until):
    assert send(misaki, talk.ticket, BODY, **fields).status_code == 303
    assert pressed(session).promised_until == until


@pytest.mark.parametrize(
    "at", ["2026-10-01T20:00", "2026-09-30T12:00", "2099-10-01T12:00", "2500-10-01T12:00", "いつか"]
)
def test_a_time_nobody_could_keep_is_refused_and_nothing_typed_is_lost(session, talk, misaki, at):
    fields = {"promise": "1", "promise_seen": "2026-10-01T18:00", "promise_at": at}
    answer = send(misaki, talk.ticket, BODY, **fields)
    assert answer.status_code == 422
    assert "約束の期限" in answer.text
    assert BODY in answer.text
    assert f'value="{at}"' in answer.text
    assert pressed(session) is None


@pytest.mark.parametrize("at", ["2500-10-02T10:00", "9999-12-31T23:59", "0001-01-02T00:00"])
def test_a_time_to_send_that_never_comes_costs_no_page(talk, misaki, at):
    assert "「本日中に」" in preview(misaki, talk.ticket, when="at", at=at)


def test_a_scheduled_reply_promises_from_the_time_it_goes_out(session, talk, misaki):
    when = {"when": "at", "at": "2026-10-02T10:00"}
    assert send(misaki, talk.ticket, "1時間以内にご連絡いたします。", **when).status_code == 303
    assert pressed(session).promised_until == THURSDAY + timedelta(days=1, hours=1)


def test_the_ticket_shows_it_and_the_sum_explains_it(session, talk, misaki, clock):
    browser = Browser(misaki)
    send(misaki, talk.ticket, BODY)
    talk.delivers(pressed(session))
    page = browser.get(path(talk.ticket))
    assert "お客様への約束" in page
    assert "「本日中に」から・期限 18:00" in page
    assert "佐藤が「本日中に」と約束" in page
    owed = session.scalars(select(Promise).where(Promise.told_words != "")).one()
    told = browser.get(f"/promises/{owed.id}")
    assert "「本日中に」と約束" in told
    assert "営業時間やサービスレベルを変えても動きません" in told
    assert "約束を果たしたと記録しました" in browser.post(f"/promises/{owed.id}/given")
    session.rollback()
    assert owed.kept_at == clock()
    browser.post(f"/promises/{owed.id}/unsaid", status=400)


def test_only_an_update_can_be_given_or_unsaid_by_hand(session, talk, misaki):
    first = session.scalars(select(Promise).where(Promise.kind == "first_reply")).one()
    Browser(misaki).post(f"/promises/{first.id}/given", status=404)
