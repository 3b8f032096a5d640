"""Two hundred found, twelve approved, nine posted by hand and recognised, five answer, one refuses.

Real web server, real Valkey, real RQ workers, the sandbox X over HTTP. No post leaves the desk.
"""

import html
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import func, select

from support.conversations.records import NoContact
from support.outreach import looking
from support.outreach.records import Listening, Prospect
from support.tickets.records import Ticket
from support.x.records import Account
from support.x.tokens import seal
from tests.cast import PASSWORD, SECRET
from tests.machinery.running import Visitor, forms, running_desk, until
from tests.outreach import prospecting

FOUND, APPROVED, POSTED, ANSWERED = 200, 12, 9, 5
TEXT = "ご不便をおかけしております。ひかりケアの佐藤と申します。お調べします。 ^佐藤"
REFUSAL = "今後連絡しないでください"


@pytest.mark.one_database
def test_people_in_trouble_are_offered_help_by_hand(database_url, tmp_path):
    with running_desk(database_url, tmp_path, undo_seconds=0) as desk:
        numbers = _search(desk)
        visitor = Visitor(desk.url)
        visitor.sign_in(desk.cast.misaki.email, PASSWORD)
        assert visitor.get("/outreach").count('<li class="candidate"') == looking.A_PAGE

        for number in numbers[:APPROVED]:
            answer = visitor.send(
                f"/outreach?open={number}", f"/outreach/{number}/approve", text=TEXT
            )
            assert answer.status_code == 200, answer.text[:300]
        for number in numbers[:POSTED]:
            _post_by_hand(desk, visitor, number)
        assert _count(desk, Prospect.state == "approved") == APPROVED - POSTED
        until(lambda: _count(desk, Prospect.state == "seen") == POSTED, "our posts, seen")

        for place, number in enumerate(numbers[:ANSWERED]):
            words = REFUSAL if place == 0 else f"お願いします{place}"
            _answer(desk, number, words)
        until(lambda: _count(desk, Prospect.answered_at.is_not(None)) == ANSWERED, "answers")
        with desk.session() as session:
            assert session.scalar(select(func.count(Ticket.id))) == ANSWERED
            assert session.scalar(select(func.count(NoContact.x_id))) == 1
        _history_stands_on_the_ticket(desk, visitor, numbers[1])
        _is_never_proposed_again(desk, visitor, numbers[0])


def _search(desk):
    """Strangers post on X; a listening has found them, the most troubled first."""
    now = datetime.now(UTC)
    names = [f"kakuu_n{number}" for number in range(FOUND)]
    story = [{"kind": "user", "username": it, "name": it} for it in names]
    story += [
        {"kind": "post", "author": {"username": it}, "text": f"ひかり回線が遅い {number}"}
        for number, it in enumerate(names)
    ]
    answer = httpx.post(f"{desk.sandbox.url}/sandbox/api/story", json=story, timeout=60)
    assert answer.status_code == 201, answer.text[:300]
    people, posts = answer.json()[:FOUND], answer.json()[FOUND:]
    with desk.session() as session:
        account = session.get_one(Account, desk.cast.account.id)
        lists = prospecting.lists(session, account, desk.cast.hikaru, now)
        made = [
            Prospect(
                listening_id=lists.listening.id,
                account_id=account.id,
                post_x_id=post["id"],
                author_x_id=person["id"],
                username=person["username"],
                name=person["username"],
                text=f"ひかり回線が遅い {number}",
                thread_x_id=post["id"],
                posted_at=now,
                found_at=now,
                score=99 - number // 3,
                raw={},
            )
            for number, (person, post) in enumerate(zip(people, posts, strict=True))
        ]
        session.add_all(made)
        session.commit()
        return [it.id for it in made]


def _post_by_hand(desk, visitor, number):
    """The desk opens X's composer; a person looks it over there and sends it."""
    page = visitor.get("/outreach")
    (waiting,) = re.findall(rf'id="waiting-{number}".*?</li>', page, re.S)
    token = forms(waiting)[0].values["csrf_token"]
    answer = visitor.press(f"/outreach/{number}/hand", csrf_token=token)
    composer = answer.headers["Refresh"].removeprefix("0; url=")
    (form,) = forms(httpx.get(html.unescape(composer)).text)
    values = {**form.values, "who": "hikari_care", "text": TEXT}
    assert httpx.post(f"{desk.sandbox.url}{form.action}", data=values).status_code == 303


def _answer(desk, number, words):
    with desk.session() as session:
        it = session.get_one(Prospect, number)
        desk.sandbox.post(f"@hikari_care {words}", by=it.username, answers=it.sent_x_id)


def _history_stands_on_the_ticket(desk, visitor, number):
    with desk.session() as session:
        ticket_id = session.get_one(Prospect, number).ticket_id
    thread = visitor.get(f"/tickets/{ticket_id}").split('id="thread"')[1]
    places = [thread.index(words) for words in ("ひかり回線が遅い", TEXT[:12], "お願いします1")]
    assert places == sorted(places)


def _is_never_proposed_again(desk, visitor, number):
    """Neither by another list nor for another account, however often they are found."""
    now = datetime.now(UTC) + timedelta(days=400)
    with desk.session() as session:
        gone = session.get_one(Prospect, number)
        calendar_id = session.get_one(Account, desk.cast.account.id).calendar_id
        token = seal("sandbox-hikari_labo", SECRET)
        other = Account(
            x_id="7000000099",
            handle="hikari_labo",
            name="ひかりラボ",
            calendar_id=calendar_id,
            token_sealed=token,
            stopped_at=now,
        )
        session.add(other)
        session.flush()
        listening = Listening(
            account_id=other.id, name="別の条件", query="遅い", built={}, made_at=now
        )
        session.add(listening)
        session.flush()
        again = Prospect(
            listening_id=listening.id,
            account_id=other.id,
            post_x_id="1",
            author_x_id=gone.author_x_id,
            username="kakuu_again",
            text="やっぱり遅い",
            posted_at=now,
            found_at=now,
            score=100,
            raw={},
        )
        session.add(again)
        session.commit()
        again_id = again.id
    page = visitor.get("/outreach")
    assert "kakuu_again" not in page
    token = forms(page.split("<main")[1])[0].values["csrf_token"]
    answer = visitor.press(f"/outreach/{again_id}/approve", csrf_token=token, text=TEXT)
    assert answer.status_code == 409
    assert "「今後連絡しない」をご希望です" in answer.text


def _count(desk, condition):
    with desk.session() as session:
        return session.scalar(select(func.count(Prospect.id)).where(condition))
