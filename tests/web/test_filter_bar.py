"""Filters of the queue: each narrows, all go together, what is set is seen and can be taken off."""

import re
from datetime import timedelta

import pytest

from support.conversations.records import Message
from support.terms import placing
from support.tickets import handling, marking
from support.tickets.records import Team
from support.x.posts import Person
from tests.cast import HANAKO, customer_says, post
from tests.web.test_queue import rows

pytestmark = pytest.mark.both_databases


@pytest.fixture
def two(session, cast, clock):
    """One ticket that is all that can be asked for, and one that is nothing of it."""
    at = clock() - timedelta(minutes=5)
    rare = customer_says(session, cast, post("I need help", at=at, by=HANAKO, private=True))
    someone = Person("9100000001", "someone", "架空の人")
    plain = customer_says(session, cast, post(at=at, number=1, by=someone))
    marking.tag(session, rare, "請求", by=cast.ken, now=clock())
    placing.set_priority(session, rare, "urgent", by=cast.ryo, now=clock())
    placing.set_segment(session, rare.conversation.customer, "法人", by=cast.ryo, now=clock())
    team = Team(name="夜間", made_at=clock())
    session.add(team)
    session.flush()
    placing.set_team(session, rare, team, by=cast.ryo, now=clock())
    handling.assign(session, rare, cast.ken, by=cast.ryo, now=clock())
    session.get_one(Message, rare.latest_message_id).language = "en"
    session.get_one(Message, plain.latest_message_id).language = "ja"
    session.commit()
    return rare, plain, {"assignee": cast.ken.id, "team": team.id, "account": cast.account.id}


RARE = {
    "channel": "dm",
    "tag": "請求",
    "priority": "urgent",
    "language": "en",
    "segment": "法人",
    "assignee": "",
    "team": "",
}
PLAIN = {
    "channel": "public",
    "priority": "normal",
    "language": "ja",
    "assignee": "none",
    "team": "none",
}


@pytest.mark.parametrize("name", RARE)
def test_each_filter_narrows(two, misaki, name):
    rare, _, ids = two
    word = RARE[name] or ids[name]
    assert rows(misaki.get("/tickets", query_string={name: word}).text) == [rare.id]


@pytest.mark.parametrize("name", PLAIN)
def test_each_filter_narrows_to_the_other(two, misaki, name):
    _, plain, _ = two
    assert rows(misaki.get("/tickets", query_string={name: PLAIN[name]}).text) == [plain.id]


def test_all_of_them_go_together_and_each_can_be_taken_off(two, misaki):
    rare, _, ids = two
    everything = {**RARE, **ids, "view": "due"}
    del everything["view"]
    page = misaki.get("/tickets", query_string=everything).text
    assert rows(page) == [rare.id]
    off = re.findall(r'href="([^"]+)" aria-label="([^"]+)の絞り込みを外す"', page)
    assert len(off) == 8
    assert "tag=" not in {label: href for href, label in off}["タグ「請求」"]
    assert "担当「田中 健」" in page
    assert "チーム「夜間」" in page
    assert "言語「英語」" in page
    assert rows(misaki.get("/tickets", query_string={**everything, "channel": "public"}).text) == []


def test_two_accounts_are_told_apart(two, misaki):
    rare, plain, ids = two
    assert set(rows(misaki.get(f"/tickets?account={ids['account']}").text)) == {rare.id, plain.id}
    assert rows(misaki.get(f"/tickets?account={ids['account'] + 1}").text) == []


def test_the_address_of_a_form_is_cleared_of_what_is_empty(two, misaki):
    answer = misaki.get("/tickets?view=due&account=&tag=%E8%AB%8B%E6%B1%82&team=&priority=")
    assert (answer.status_code, answer.location) == (
        303,
        "/tickets?view=due&tag=%E8%AB%8B%E6%B1%82",
    )


def test_odd_words_ask_for_nothing(two, misaki):
    rare, plain, _ = two
    page = misaki.get("/tickets?account=x&channel=mail&team=-1&assignee=²&language=日本&view=?")
    assert set(rows(page.text)) == {rare.id, plain.id}


def test_the_filter_stays_beside_an_open_ticket_and_in_its_links(two, misaki):
    rare, _, _ = two
    page = misaki.get("/tickets?priority=urgent").text
    assert f'href="/tickets/{rare.id}?priority=urgent"' in page
    beside = misaki.get(f"/tickets/{rare.id}?priority=urgent").text
    assert rows(beside) == [rare.id]
    assert 'data-list="/tickets?priority=urgent"' in beside


def test_the_heading_counts_what_the_filter_leaves(two, misaki):
    assert re.search(r'<span class="count" data-own>1</span>', misaki.get("/?channel=dm").text)


def test_news_is_of_the_same_filter(two, session, cast, clock, misaki):
    since = clock().timestamp()
    clock.forward(minutes=1)
    someone = Person("9100000002", "other", "別の人")
    customer_says(session, cast, post(at=clock(), number=3, by=someone))
    words = {"shown": "", "ids": "", "since": since}
    assert (
        "新しい投稿"
        not in misaki.get("/tickets/changes", query_string={**words, "channel": "dm"}).text
    )
    assert (
        "新しい投稿が1件"
        in misaki.get("/tickets/changes", query_string={**words, "channel": "public"}).text
    )
