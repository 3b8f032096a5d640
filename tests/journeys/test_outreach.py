"""Two hundred found, twelve approved, nine posted by hand and recognised, five answer, one refuses.

Real web server, real Valkey, real RQ workers, the sandbox X over HTTP. No post leaves the desk.
"""

import html
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import func, select

from support.conversations.records import Customer
from support.outreach import listening, looking, offering, switching
from support.outreach.policy import Policy
from support.outreach.records import Listening, Prospect
from support.tickets.records import Ticket
from support.x.records import Account
from support.x.tokens import seal
from tests.cast import PASSWORD, SECRET
from tests.machinery.running import PATIENCE, Visitor, forms, running_desk, until
from tests.outreach import prospecting

FOUND, APPROVED, POSTED, ANSWERED = 200, 12, 9, 5
REFUSAL = "今後連絡しないでください"
ALL_DAY = {day: [("00:00", "24:00")] for day in range(7)}
"""The journey goes at whatever hour it is run."""


@pytest.mark.one_database
def test_people_in_trouble_are_offered_help_by_hand(database_url, tmp_path):
    with running_desk(database_url, tmp_path, undo_seconds=0) as desk:
        _strangers_post(desk)
        _listens(desk, "つながらない・遅い", "ひかり回線 遅い")
        until(lambda: _count(desk, Prospect.state == "found") == FOUND, "all that were found")
        numbers = _most_troubled(desk)
        visitor = Visitor(desk.url)
        visitor.sign_in(desk.cast.misaki.email, PASSWORD)
        page = visitor.get("/outreach")
        assert page.count('<li class="candidate"') == looking.A_PAGE
        token = forms(page.split("<main")[1])[0].values["csrf_token"]

        for number in numbers[:APPROVED]:
            text = prospecting.saying(number)
            answer = visitor.press(
                f"/outreach/{number}/approve", follow=False, csrf_token=token, text=text
            )
            assert answer.status_code == 303, answer.text[:300]
        for number in numbers[:POSTED]:
            _post_by_hand(desk, visitor, number, token)
        assert _count(desk, Prospect.state == "approved") == APPROVED - POSTED
        until(lambda: _count(desk, Prospect.state == "seen") == POSTED, "our posts, seen")

        for place, number in enumerate(numbers[:ANSWERED]):
            words = REFUSAL if place == 0 else f"お願いします{place}"
            _answer(desk, number, words)
        until(lambda: _count(desk, Prospect.answered_at.is_not(None)) == ANSWERED, "answers")
        with desk.session() as session:
            assert session.scalar(select(func.count(Ticket.id))) == ANSWERED
            unwilling = select(func.count(Customer.id)).where(Customer.unwanted_at.is_not(None))
            assert session.scalar(unwilling) == 1
        _history_stands_on_the_ticket(desk, visitor, numbers[1])
        _is_never_proposed_again(desk, visitor, numbers[0], token)


def _strangers_post(desk):
    names = [f"kakuu_n{number}" for number in range(FOUND)]
    story = [{"kind": "user", "username": it, "name": it} for it in names]
    story += [
        {"kind": "post", "author": {"username": it}, "text": f"ひかり回線が遅い {number}"}
        for number, it in enumerate(names)
    ]
    answer = httpx.post(f"{desk.sandbox.url}/sandbox/api/story", json=story, timeout=60)
    assert answer.status_code == 201, answer.text[:300]


def _listens(desk, name, query):
    """Outreach is on and a search is saved; the desk itself asks X from now on."""
    now = datetime.now(UTC)
    with desk.session() as session:
        by = session.merge(desk.cast.ryo)
        switching.switch_on(session, typed="読みました", by=by, now=now)
        switching.save(session, Policy(own_hours=ALL_DAY), by=by, now=now)
        if not offering.offers(session, desk.cast.account.id):
            offering.make(session, name, prospecting.WORDING, None, by=by, now=now)
        wanted = listening.Wanted(desk.cast.account.id, name, query, {}, None, 15, 400)
        number = listening.add(session, wanted, by=by, now=now).id
        session.commit()
    return number


def _most_troubled(desk):
    with desk.session() as session:
        return [it.id for it in looking.by_score(session, None).prospects]


def _post_by_hand(desk, visitor, number, token):
    """The desk opens X's composer; a person looks it over there and sends it."""
    answer = visitor.press(f"/outreach/{number}/hand", csrf_token=token)
    composer = answer.headers["Refresh"].removeprefix("0; url=")
    (form,) = forms(httpx.get(html.unescape(composer), timeout=PATIENCE).text)
    values = {**form.values, "who": "hikari_care", "text": prospecting.saying(number)}
    x = f"{desk.sandbox.url}{form.action}"
    assert httpx.post(x, data=values, timeout=PATIENCE).status_code == 303


def _answer(desk, number, words):
    with desk.session() as session:
        it = session.get_one(Prospect, number)
        desk.sandbox.post(f"@hikari_care {words}", by=it.username, answers=it.sent_x_id)


def _history_stands_on_the_ticket(desk, visitor, number):
    with desk.session() as session:
        ticket_id = session.get_one(Prospect, number).ticket_id
    thread = visitor.get(f"/tickets/{ticket_id}").split('id="thread"')[1]
    places = [
        thread.index(words)
        for words in ("ひかり回線が遅い", prospecting.saying(number)[:12], "お願いします1")
    ]
    assert places == sorted(places)


def _is_never_proposed_again(desk, visitor, number, token):
    """Neither by another list nor for another account, however often they write."""
    with desk.session() as session:
        gone = session.get_one(Prospect, number)
        username, x_id = gone.username, gone.author_x_id
    desk.sandbox.post("また固まった。ひかり回線は毎晩こう", by=username)
    desk.sandbox.post("また固まった。こちらも", by="kakuu_n150")
    _listens(desk, "別の条件", "また固まった")
    again = Prospect.text.startswith("また固まった")
    until(lambda: _count(desk, again), "what the other search finds")
    assert _count(desk, again) == 1
    assert _count(desk, again, Prospect.author_x_id == x_id) == 0
    other = _found_for_another_account(desk, x_id)
    assert "kakuu_again" not in visitor.get("/outreach")
    text = prospecting.saying(other)
    answer = visitor.press(f"/outreach/{other}/approve", csrf_token=token, text=text)
    assert answer.status_code == 409
    assert "「今後連絡しない」をご希望です" in answer.text


def _found_for_another_account(desk, x_id):
    """As if it had been found in the moment they refused."""
    now = datetime.now(UTC)
    with desk.session() as session:
        calendar_id = session.get_one(Account, desk.cast.account.id).calendar_id
        other = Account(
            x_id="7000000099",
            handle="hikari_labo",
            name="ひかりラボ",
            calendar_id=calendar_id,
            token_sealed=seal("sandbox-hikari_labo", SECRET),
            stopped_at=now,
        )
        session.add(other)
        session.flush()
        theirs = Listening(account_id=other.id, name="他", query="遅い", built={}, made_at=now)
        session.add(theirs)
        session.flush()
        again = Prospect(
            listening_id=theirs.id,
            account_id=other.id,
            post_x_id="1",
            author_x_id=x_id,
            username="kakuu_again",
            text="やっぱり遅い",
            posted_at=now,
            found_at=now,
            score=100,
            raw={},
        )
        session.add(again)
        session.commit()
        return again.id


def _count(desk, *conditions):
    with desk.session() as session:
        return session.scalar(select(func.count(Prospect.id)).where(*conditions))
