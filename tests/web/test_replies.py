"""Sending and what becomes of it: held, taken back, stopped, sent on, given up, out."""

import re

import pytest

from support.replies.records import Reply
from tests.web import forms
from tests.web.talk import Talk, hidden, path, send


@pytest.fixture
def talk(session, cast, clock, x):
    return Talk(session, cast, clock, x)


def set_parts(session, reply, **values):
    """What a worker would have found out."""
    session.rollback()
    for part in session.get_one(Reply, reply.id).parts:
        for name, value in values.items():
            setattr(part, name, value)
    session.commit()


def status(client, reply):
    return client.get(f"/replies/{reply.id}/status", headers=forms.PART).text


def deed(client, reply, what, **fields):
    return forms.post(client, f"/replies/{reply.id}/{what}", fields)


def test_a_sent_reply_waits_and_can_be_taken_back(talk, misaki, later, news):
    talk.says()
    answer = send(misaki, talk.ticket, "確認いたします。")
    assert (answer.status_code, answer.location) == (303, path(talk.ticket))
    page = misaki.get(path(talk.ticket)).text
    assert "送信待ち" in page
    assert "10秒以内なら取り消せます" in page
    assert later.rung == []  # the bell rings when the time to take it back is over
    assert ("ticket", talk.ticket.id) in news.told


def test_without_a_time_to_take_it_back_the_bell_rings_at_once(session, cast, talk, misaki, later):
    cast.account.undo_seconds = 0
    session.commit()
    talk.says()
    send(misaki, talk.ticket, "確認いたします。")
    assert later.rung == [("send", "1")]


def test_the_answer_for_a_part_of_the_page_brings_the_story_and_an_empty_form(talk, misaki):
    talk.says()
    key = hidden(misaki.get(path(talk.ticket)).text)["key"]
    part = send(misaki, talk.ticket, "確認いたします。", part=True).text
    assert "<html" not in part
    assert "確認いたします。" in part[: part.index("ticket-head")]
    fresh = hidden(part)
    assert fresh["key"] != key
    assert fresh["last_reply_id"] == str(talk.replies()[0].id)


def test_pressing_twice_sends_once(talk, misaki):
    talk.says()
    fields = {**hidden(misaki.get(path(talk.ticket)).text), "body": "確認いたします。"}
    for _ in range(2):
        assert misaki.post(path(talk.ticket, "replies"), data=fields).status_code == 303
    assert len(talk.replies()) == 1


def test_a_form_without_its_key_is_refused(talk, misaki):
    talk.says()
    assert send(misaki, talk.ticket, "確認いたします。", key="").status_code == 400
    assert talk.replies() == []


@pytest.mark.parametrize("part", [False, True], ids=["page", "part"])
def test_the_second_of_two_agents_sees_what_the_first_sent(talk, cast, signed_in, part):
    talk.says()
    first, second = signed_in(cast.misaki), signed_in(cast.ken)
    fields = {**hidden(second.get(path(talk.ticket)).text), "body": "田中の下書き"}
    send(first, talk.ticket, "佐藤の返信です。")
    headers = forms.PART if part else {}
    answer = second.post(path(talk.ticket, "replies"), data=fields, headers=headers)
    assert answer.status_code == 409
    assert "佐藤さんが先に返信しました" in answer.text
    assert '<q dir="auto">佐藤の返信です。</q>' in answer.text
    assert "田中の下書き</textarea>" in answer.text
    assert len(talk.replies()) == 1


def test_having_seen_the_first_one_may_still_answer(talk, cast, signed_in):
    talk.says()
    first, second = signed_in(cast.misaki), signed_in(cast.ken)
    fields = {**hidden(second.get(path(talk.ticket)).text), "body": "補足です。"}
    send(first, talk.ticket, "佐藤の返信です。")
    refused = second.post(path(talk.ticket, "replies"), data=fields)
    talk.delivers(talk.replies()[0])
    again = {**hidden(refused.text), "body": "補足です。"}
    assert second.post(path(talk.ticket, "replies"), data=again).status_code == 303
    assert [reply.body for reply in talk.replies()] == ["佐藤の返信です。", "補足です。"]


def test_line_ends_of_a_form_count_as_one_character(talk, misaki):
    talk.says()
    send(misaki, talk.ticket, "一行目\r\n二行目")
    assert talk.replies()[0].body == "一行目\n二行目"


def test_taking_back_returns_the_words_to_the_form(talk, misaki):
    talk.says()
    send(misaki, talk.ticket, "確認いたします。")
    reply = talk.replies()[0]
    answer = deed(misaki, reply, "undo")
    assert answer.status_code == 303
    page = misaki.get(answer.location).text
    assert "確認いたします。</textarea>" in page
    assert "佐藤が返信を取り消し" in page
    assert {part.state for part in talk.replies()[0].parts} == {"undone"}


def test_taking_back_does_not_write_over_what_is_being_written(talk, misaki):
    talk.says()
    send(misaki, talk.ticket, "確認いたします。")
    reply = talk.replies()[0]
    fields = {"body": "次の文を書いています", "csrf_token": forms.token_on(misaki)}
    part = misaki.post(f"/replies/{reply.id}/undo", data=fields, headers=forms.PART).text
    assert "<textarea" not in part


def test_what_is_on_its_way_is_not_taken_back(talk, misaki):
    talk.says()
    reply = talk.answers()
    deed(misaki, reply, "undo")
    assert "取り消せませんでした" in misaki.get(path(talk.ticket)).text
    assert talk.replies()[0].parts[0].state == "posted"


STATES = {
    "held": ({"state": "held"}, "送信待ち", True),
    "queued": ({"state": "queued"}, "送信待ち", False),
    "posting": ({"state": "posting"}, "送信中", False),
    "unknown": ({"state": "unknown"}, "確認中 — 届いたかXに問い合わせています", False),
    "rejected": (
        {"state": "rejected", "reason": "この投稿には返信できません"},
        "送信できませんでした — この投稿には返信できません",
        False,
    ),
}


@pytest.mark.parametrize(("values", "words", "undo"), STATES.values(), ids=STATES)
def test_each_state_is_told_in_words(session, talk, misaki, values, words, undo):
    talk.says()
    reply = talk.presses()
    set_parts(session, reply, **values)
    shown = re.sub(r"\s*\n\s*", "", status(misaki, reply))
    assert words in re.sub("<[^>]+>", "", shown)
    assert ("/undo" in shown) == undo
    assert 'hx-trigger="every 2s"' in shown  # it asks again by itself


def test_a_stopped_account_says_why_a_reply_waits(session, cast, clock, talk, misaki):
    talk.says()
    reply = talk.presses()
    set_parts(session, reply, state="queued")
    cast.account.stopped_at = clock()
    session.commit()
    assert "Xとの接続が止まっています" in status(misaki, reply)


def test_a_posted_reply_has_its_link_and_asks_no_more(talk, misaki):
    talk.says()
    reply = talk.answers()
    shown = status(misaki, reply)
    x_id = talk.replies()[0].parts[0].x_id
    assert "送信済み" in shown
    assert f"https://x.com/hikari_care/status/{x_id}" in shown
    assert "hx-trigger" not in shown


def stopped(session, talk, clock):
    talk.says()
    reply = talk.presses("一つ目の文です。" * 20)
    set_parts(session, reply, state="rejected", reason="Xの設定")
    session.get_one(Reply, reply.id).settled_at = clock()
    session.commit()
    return reply


def test_a_stopped_reply_is_sent_on(session, talk, clock, misaki, later):
    reply = stopped(session, talk, clock)
    assert "/retry" in status(misaki, reply)
    deed(misaki, reply, "retry", reason="設定を直した")
    assert {part.state for part in talk.replies()[0].parts} == {"queued"}
    assert later.rung == [("send", "1")]


def test_a_stopped_reply_is_given_up(session, talk, clock, misaki):
    reply = stopped(session, talk, clock)
    deed(misaki, reply, "discard", offered="返信が不要になったため")
    assert {part.state for part in talk.replies()[0].parts} == {"undone"}
    assert "送っていない分を取りやめました" in misaki.get(path(talk.ticket)).text


@pytest.mark.parametrize("what", ["undo", "retry", "discard"])
def test_a_colleagues_reply_is_left_to_them_and_to_leads(
    session, talk, clock, cast, signed_in, what
):
    reply = stopped(session, talk, clock)
    ken, ryo = signed_in(cast.ken), signed_in(cast.ryo)
    assert "/retry" not in status(ken, reply)
    assert deed(ken, reply, what, reason="代わりに").status_code == 403
    assert {part.state for part in talk.replies()[0].parts} == {"rejected"}
    assert deed(ryo, reply, what, reason="代わりに").status_code == 303


def test_an_unknown_reply_is_not_found(misaki):
    for number in (1, 10**20):
        assert misaki.get(f"/replies/{number}/status").status_code == 404
        assert forms.post(misaki, f"/replies/{number}/undo").status_code == 404
