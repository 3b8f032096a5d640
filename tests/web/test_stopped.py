"""Accounts that stand still: every page says so, and what waits for them is kept."""

from datetime import timedelta

import pytest

from support.replies import sending
from support.x.connecting import resume, stop
from support.x.errors import RECONNECT, Meaning, XError
from support.x.records import Account
from tests.cast import customer_says, hands, post, press
from tests.replies.watching import waiting
from tests.web.counting import FRAME, queries


@pytest.fixture
def stopped(session, cast, clock):
    """The cast's account has stood still for an hour, and two replies wait for it."""
    for number in range(2):
        said = post(at=clock() - timedelta(hours=2), number=number)
        ticket = customer_says(session, cast, said)
        press(session, ticket, cast.misaki, now=clock() - timedelta(hours=1))
    stop(cast.account, RECONNECT, clock() - timedelta(hours=1))
    session.commit()


def second_account(session, cast):
    session.rollback()
    first = cast.account
    session.add(
        Account(
            x_id="7000000002",
            handle="hikari_shop",
            name="ひかり商店",
            calendar_id=first.calendar_id,
        )
    )
    session.commit()


@pytest.mark.parametrize("path", ["/tickets", "/tickets/1", "/canned", "/me"])
def test_every_page_says_what_stopped_since_when_why_and_what_waits(stopped, cast, signed_in, path):
    page = signed_in(cast.misaki).get(path).text
    assert "@hikari_care の受信と送信が止まっています" in page
    assert "9:00" in page
    assert RECONNECT in page
    assert "送信待ちの返信 2件" in page


@pytest.mark.parametrize(("who", "led"), [("misaki", False), ("hikaru", True)])
def test_only_who_can_mend_it_is_led_to_the_settings(stopped, cast, signed_in, who, led):
    page = signed_in(getattr(cast, who)).get("/me").text
    assert ("設定を開く" in page) is led
    assert ("管理者に知らせてください" in page) is not led


def test_a_page_that_is_open_hears_of_it_within_a_minute(session, cast, signed_in, clock):
    browser = signed_in(cast.misaki)
    assert 'id="stopped"' in browser.get("/me").text
    before = browser.get("/standing?at=agents.profile").text
    assert "hidden" in before[: before.index(">")]
    session.rollback()
    stop(cast.account, RECONNECT, clock())
    session.commit()
    after = browser.get("/standing?at=agents.profile").text
    assert "@hikari_care の受信と送信が止まっています" in after
    assert "hidden" not in after[: after.index(">")]
    assert "/standing?at=agents.profile" in after


def test_there_is_no_banner_while_everything_works(cast, signed_in):
    assert "止まっています" not in signed_in(cast.misaki).get("/me").text


def test_of_several_accounts_the_one_that_stopped_is_named(session, stopped, cast, signed_in):
    second_account(session, cast)
    page = signed_in(cast.misaki).get("/me").text
    assert "@hikari_care の受信と送信が止まっています" in page
    assert "@hikari_shop の受信と送信が止まっています" not in page
    assert "停止中 1/2" in page


def test_a_banner_and_a_second_account_cost_no_query_more(session, app, stopped, cast, signed_in):
    second_account(session, cast)
    browser = signed_in(cast.misaki)
    assert queries(app, lambda: browser.get("/canned")) == FRAME


def test_counts_are_those_of_the_desk_with_one_account_or_more(session, stopped, cast, signed_in):
    browser = signed_in(cast.misaki)
    before = browser.get("/rail").text
    second_account(session, cast)
    assert browser.get("/rail").text == before


def test_an_account_that_x_refuses_keeps_its_queue_and_sends_it_after_it_goes_on(
    session, cast, x, clock
):
    ticket = customer_says(session, cast, post(at=clock()))
    reply = press(session, ticket, cast.misaki, now=clock())
    clock.forward(seconds=11)
    x.answers = [XError(Meaning.ACCOUNT, 401, "Unauthorized")]
    sending.deliver(session, reply.id, hands(x, clock))
    session.expire_all()
    assert cast.account.stopped_reason == RECONNECT
    assert [part.state for part in reply.parts] == ["queued"]
    assert waiting(session, clock) == []
    resume(cast.account)
    session.commit()
    assert waiting(session, clock) == [reply.id]
    sending.deliver(session, reply.id, hands(x, clock))
    session.expire_all()
    assert [part.state for part in reply.parts] == ["posted"]
    assert len(x.ours) == 1
