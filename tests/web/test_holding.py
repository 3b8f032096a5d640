"""The menu of holds: a time of one's own, an event, and what each refusal says."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from support.sla.records import Calendar
from support.tickets.records import Ticket
from tests.fakes import THURSDAY
from tests.web.forms import Browser
from tests.web.talk import Talk, path


@pytest.fixture
def ticket(session, cast, clock, x):
    return Talk(session, cast, clock, x).says()


@pytest.fixture
def other(session, cast, clock, x, ticket):
    return Talk(session, cast, clock, x).says("別の件です", number=9)


@pytest.fixture
def misaki(misaki):
    return Browser(misaki)


def now_is(session, ticket):
    session.rollback()
    return session.get_one(Ticket, ticket.id)


@pytest.mark.parametrize("at", ["2026-10-05T15:30", "2026/10/05 15:30", "２０２６-10-05 15:30"])
def test_a_time_of_ones_own_is_the_clock_on_the_wall(session, ticket, misaki, at):
    page = misaki.post(path(ticket, "hold"), until="at", at=at)
    held = now_is(session, ticket)
    assert (held.state, held.snoozed_until) == ("held", THURSDAY + timedelta(days=4, hours=5.5))
    assert "10月5日" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"until": "at", "at": "2026-10-01T09:00"}, "10月1日（木） 9:00 はもう過ぎています"),
        ({"until": "at", "at": ""}, "日時を入力してください"),
        ({"until": "at", "at": "あした"}, "日時を入力してください"),
        ({"until": "at", "at": "9999-12-31T23:59"}, "1年以内"),
        ({"until": "ticket", "other": "999"}, "その番号のチケットはありません"),
        ({"until": "ticket", "other": "x"}, "その番号のチケットはありません"),
        ({"until": "moon"}, "保留の期間を選んでください"),
    ],
)
def test_what_cannot_be_waited_for_is_said_beside_the_field(session, ticket, misaki, fields, said):
    assert said in misaki.post(path(ticket, "hold"), status=422, **fields)
    assert now_is(session, ticket).state == "open"


def test_until_another_ticket_is_resolved(session, ticket, other, misaki, news):
    page = misaki.post(path(ticket, "hold"), until="ticket", other=f"＃{other.id}")
    assert f"#{other.id} の解決まで" in page
    page = misaki.post(path(other, "resolution"))
    assert f"#{ticket.id} の保留を解除しました" in page
    assert ("ticket", ticket.id) in news.told
    assert f"#{other.id} が解決したため保留を解除" in misaki.get(path(ticket))
    assert now_is(session, ticket).state == "open"


def test_until_a_colleague_writes_a_note(session, cast, ticket, misaki, signed_in):
    page = misaki.post(path(ticket, "hold"), until="note")
    assert "担当者のメモまで" in page
    misaki.post(path(ticket, "notes"), body="待っています")
    assert now_is(session, ticket).state == "held"
    page = Browser(signed_in(cast.ken)).post(path(ticket, "notes"), body="見ました")
    assert "メモが書かれたため保留を解除" in page
    assert now_is(session, ticket).state == "open"


def test_until_the_promise_warns(session, ticket, misaki):
    assert "期限が近づくまで" in misaki.get(path(ticket))
    misaki.post(path(ticket, "hold"), until="promise")
    held = now_is(session, ticket)
    assert (held.state, held.held_for, held.snoozed_until) == ("held", "promise", None)


def test_where_no_opening_comes_it_is_said_and_not_waited_for(session, cast, ticket, misaki):
    session.rollback()
    with Session(session.get_bind().engine.execution_options(readonly=False)) as writing:
        writing.get_one(Calendar, cast.account.calendar_id).weekly = {}
        writing.commit()
    assert "次の営業開始がわかりません" in misaki.post(
        path(ticket, "hold"), status=422, until="opening"
    )
    assert now_is(session, ticket).state == "open"
