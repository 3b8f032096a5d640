"""What agents make of the suggestions: noted once for a reply, or said of all of them."""

import pytest

from support.canned.records import Pick
from support.conversations.records import Message
from support.replies.records import Reply
from tests.cast import HANAKO
from tests.web import forms
from tests.web.talk import Talk, hidden, path, send

SLOW = """---
id: slow-evening
title: 夜になると遅い
asked_as: [夜だけ遅い, 夜になると通信が遅い, 20時を過ぎると動画が止まる]
---
{customer_name}様、夜間の速度についてご不便をおかけしております。ルーターの再起動をお試しください。
"""
SECOND = """---
id: slow-always
title: いつも遅い
asked_as: [通信がいつも遅い, 一日中通信が遅い]
---
回線の状況をお調べします。ご契約番号をDMでお知らせください。
"""
POST = "@hikari_care 夜になると通信が遅いです"


@pytest.fixture
def talk(session, cast, clock, x):
    return Talk(session, cast, clock, x)


@pytest.fixture
def shelf(shelf_dir):
    (shelf_dir / "slow.md").write_text(SLOW, encoding="utf-8")
    (shelf_dir / "second.md").write_text(SECOND, encoding="utf-8")


@pytest.fixture
def asked(talk, shelf):
    """A ticket with a question the shelf has two answers for."""
    talk.says(POST)
    return talk


def picks(session):
    session.rollback()
    return session.query(Pick).order_by(Pick.id).all()


def insert(browser, ticket, answer="slow-evening"):
    """The form with an answer put in, and its words."""
    page = browser.get(path(ticket) + f"?insert={answer}").text
    words = page.split('name="body"')[1].split(">\n", 1)[1].split("</textarea>")[0]
    return hidden(page), words


def test_a_reply_notes_what_was_shown_chosen_and_kept(session, asked, misaki, cast):
    fields, words = insert(misaki, asked.ticket)
    assert words.startswith("ゆうき＠在宅勤務様")
    misaki.post(path(asked.ticket, "replies"), data={**fields, "body": words})
    [pick] = picks(session)
    assert (pick.answer_id, pick.place, pick.kept) == ("slow-evening", 1, 1.0)
    assert pick.shown == ["slow-evening", "slow-always"]
    assert pick.message_id == asked.ticket.latest_message_id
    assert pick.agent_id == cast.misaki.id
    assert pick.reply_id == asked.replies()[0].id


def test_an_edited_answer_notes_how_much_of_it_was_kept(session, asked, misaki):
    fields, words = insert(misaki, asked.ticket)
    misaki.post(path(asked.ticket, "replies"), data={**fields, "body": words + "失礼します。"})
    [pick] = picks(session)
    assert 0.8 < pick.kept < 1


def test_a_form_sent_twice_is_noted_once(session, asked, misaki):
    fields, words = insert(misaki, asked.ticket)
    for _ in range(2):
        misaki.post(path(asked.ticket, "replies"), data={**fields, "body": words})
    assert len(picks(session)) == session.query(Reply).count() == 1


@pytest.mark.parametrize("put_in", [True, False], ids=["dropped again", "never put in"])
def test_words_of_ones_own_name_no_answer(session, asked, misaki, put_in):
    answer = {} if put_in else {"answer_id": ""}
    fields = insert(misaki, asked.ticket)[0] | answer
    misaki.post(path(asked.ticket, "replies"), data={**fields, "body": "Thanks, we'll look."})
    [pick] = picks(session)
    assert (pick.answer_id, pick.place, pick.kept) == (None, None, None)
    assert pick.shown == ["slow-evening", "slow-always"]


@pytest.mark.parametrize(
    ("claimed", "shown", "place"),
    [
        ("slow-always slow-evening", ["slow-always", "slow-evening"], 2),
        ("no-such ../x slow-evening", ["slow-evening"], 1),
        ("slow-always slow-always slow-evening", ["slow-always", "slow-evening"], 2),
        ("slow-always", ["slow-always"], None),
        ("", [], None),
    ],
    ids=["second", "unknown ones", "twice", "from the shelf", "nothing"],
)
def test_what_a_form_claims_is_held_against_the_shelf(
    session, asked, misaki, claimed, shown, place
):
    real, words = insert(misaki, asked.ticket)
    misaki.post(path(asked.ticket, "replies"), data={**real, "shown": claimed, "body": words})
    [pick] = picks(session)
    assert (pick.answer_id, pick.shown, pick.place) == ("slow-evening", shown, place)


def test_a_refused_form_keeps_what_was_shown(asked, misaki):
    fields, _ = insert(misaki, asked.ticket)
    fields["shown"] = "slow-always"  # as it was before somebody wrote another answer
    drawn = misaki.post(
        path(asked.ticket, "replies"), data={**fields, "body": ""}, headers=forms.PART
    )
    assert drawn.status_code == 422
    kept = hidden(drawn.text)
    assert {name: kept[name] for name in ("shown", "answer_id")} == {
        name: fields[name] for name in ("shown", "answer_id")
    }


@pytest.mark.parametrize("part", [False, True], ids=["page", "part"])
def test_a_reply_taken_back_leaves_no_pick_and_gives_its_answer_back(session, asked, misaki, part):
    fields, words = insert(misaki, asked.ticket)
    misaki.post(path(asked.ticket, "replies"), data={**fields, "body": words})
    number = asked.replies()[0].id
    token = {"csrf_token": fields["csrf_token"]}
    headers = forms.PART if part else {}
    back = misaki.post(
        f"/replies/{number}/undo", data=token, headers=headers, follow_redirects=True
    )
    assert picks(session) == []
    assert hidden(back.text)["answer_id"] == "slow-evening"


def test_an_automatic_answer_leaves_no_pick(session, asked):
    asked.answers()  # pressed beside the page, as an acknowledgement is
    assert picks(session) == []


def no_suggestion(browser, ticket, deed="no-suggestion", *, part=False, **other):
    fields = hidden(browser.get(path(ticket)).text)
    data = {name: fields[name] for name in ("csrf_token", "answers", "shown")} | other
    headers = forms.PART if part else {}
    return browser.post(path(ticket, deed), data=data, headers=headers, follow_redirects=True)


FOLDED = "どれも違うと記録しました"


@pytest.mark.parametrize("part", [False, True], ids=["page", "part"])
def test_none_of_these_folds_them_away_for_everyone(session, asked, misaki, ryo, cast, part):
    said = no_suggestion(misaki, asked.ticket, part=part).text
    assert FOLDED in said
    assert ("<html" in said) != part
    [pick] = picks(session)
    assert (pick.answer_id, pick.reply_id, pick.place, pick.kept) == (None, None, None, None)
    assert pick.shown == ["slow-evening", "slow-always"]
    assert (pick.message_id, pick.agent_id) == (asked.ticket.latest_message_id, cast.misaki.id)
    page = ryo.get(path(asked.ticket)).text
    assert FOLDED in page
    assert 'class="suggestion"' not in page
    assert "<mark>" not in page


def test_none_of_these_is_noted_once(session, asked, misaki, ryo):
    for browser in (misaki, misaki, ryo):
        no_suggestion(browser, asked.ticket)
    assert len(picks(session)) == 1


def test_none_of_these_can_be_taken_back_by_anyone(session, asked, misaki, ryo):
    no_suggestion(misaki, asked.ticket)
    page = no_suggestion(ryo, asked.ticket, "no-suggestion/removal").text
    assert FOLDED not in page
    assert 'data-answer="slow-evening"' in page
    assert picks(session) == []


def test_what_is_said_next_is_suggested_for_anew(session, asked, misaki):
    no_suggestion(misaki, asked.ticket)
    session.rollback()
    asked.says("夜だけ遅いのですが", number=1)
    page = misaki.get(path(asked.ticket)).text
    assert FOLDED not in page
    assert 'data-answer="slow-evening"' in page


def test_a_reply_by_hand_after_none_of_these_stands_beside_it(session, asked, misaki):
    no_suggestion(misaki, asked.ticket)
    send(misaki, asked.ticket, "お調べします。")
    assert [(p.answer_id, p.reply_id is None) for p in picks(session)] == [
        (None, True),
        (None, False),
    ]


def test_none_of_these_is_about_a_message_of_the_ticket(session, asked, talk, misaki, clock, x):
    other = Talk(session, talk.cast, clock, x)
    other.says("契約番号です", by=HANAKO, private=True)
    foreign = str(other.ticket.latest_message_id)
    answer = no_suggestion(misaki, asked.ticket, answers=foreign)
    assert answer.status_code == 400
    assert no_suggestion(misaki, asked.ticket, answers="x").status_code == 400
    fields = hidden(misaki.get(path(asked.ticket)).text)
    session.rollback()
    session.get(Message, asked.ticket.latest_message_id).by_us = True
    session.commit()
    assert misaki.post(path(asked.ticket, "no-suggestion"), data=fields).status_code == 400
    assert picks(session) == []
