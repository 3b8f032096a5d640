"""How an answer reaches X is said before anybody types; what only a person may post is handed."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from support.conversations.records import Conversation, Message
from support.replies.records import Reply
from support.tickets.records import Ticket
from support.x.errors import DM_CLOSED
from tests.cast import HANAKO
from tests.web import forms
from tests.web.talk import Talk, hidden, path, send
from tests.web.test_replies import deed, set_parts, status


@pytest.fixture
def talk(session, cast, clock, x):
    return Talk(session, cast, clock, x)


def holds(session, talk, *, text="通信が遅い", **values):
    """What the desk holds of the newest message: X's own JSON, or that it is gone."""
    session.rollback()
    message = session.get_one(Message, talk.ticket.latest_message_id)
    at = "2026-10-01T01:00:00.000Z"
    message.raw = {"id": "900", "author_id": "9000000001", "text": text, "created_at": at}
    for name, value in values.items():
        setattr(message, name, value)
    session.commit()


@pytest.fixture
def complaint(session, talk):
    """A post that does not mention us."""
    talk.says()
    holds(session, talk)
    return talk.ticket


def sends(form):
    """The buttons that would send what is written; keeping it as a draft is none."""
    return [
        it
        for it in re.findall(r"<button[^>]*>", form)
        if 'type="submit"' in it and "/drafts/" not in it
    ]


def form_of(page):
    start = page.index('id="reply-panel"')
    return page[start : page.index("</form>", start)]


def test_a_mention_is_answered_through_the_api(session, talk, misaki):
    talk.says()
    holds(session, talk, text="@hikari_care 遅い")
    form = form_of(misaki.get(path(talk.ticket)).text)
    assert 'title="お客様がこの投稿で当社にメンションしているため' in form
    assert "APIで送信</span>" in form
    assert "公開で送信" in form


def test_where_x_will_decide_the_page_says_so(talk, misaki):
    talk.says()  # what we hold of it is not of X's shape
    assert "APIで送信（Xが判断）" in form_of(misaki.get(path(talk.ticket)).text)


def test_a_post_that_does_not_mention_us_is_answered_by_hand(complaint, talk, misaki, later):
    form = form_of(misaki.get(path(complaint)).text)
    assert "この投稿には当社へのメンションがないため" in form
    assert "手で送信に進む" in form
    assert "公開で送信" not in form
    assert "秒以内なら取り消せます" not in form
    page = send(misaki, complaint, "確認いたします。", part=True).text
    (part,) = talk.replies()[0].parts
    assert (part.state, part.text) == ("handed", "確認いたします。 ^佐藤")
    link = re.search(r'href="(https://x\.com/intent/tweet[^"]+)"[^>]*rel="([^"]+)"', page)
    assert "noopener" in link[2]
    asked = parse_qs(urlsplit(unescape(link[1])).query)
    assert asked == {
        "in_reply_to": [talk.replies()[0].answers.x_id],
        "text": ["確認いたします。 ^佐藤"],
    }
    assert "@hikari_care でサインインしている" in page
    assert 'data-copy="確認いたします。 ^佐藤"' in page


def test_a_handed_reply_stands_still_for_whoever_copies_from_it(complaint, talk, misaki):
    send(misaki, complaint, "確認いたします。")
    shown = status(misaki, talk.replies()[0])
    assert "hx-trigger" not in shown
    assert "手での送信待ち" in shown


def test_a_handed_reply_is_given_up_or_tried_again(complaint, talk, misaki, later):
    send(misaki, complaint, "確認いたします。")
    reply = talk.replies()[0]
    deed(misaki, reply, "retry")
    assert talk.replies()[0].parts[0].state == "unknown", "a person may have posted it"
    assert ("send", "1") in later.rung


def test_what_was_given_up_is_not_sent(complaint, talk, misaki):
    send(misaki, complaint, "確認いたします。")
    deed(misaki, talk.replies()[0], "discard")
    assert talk.replies()[0].parts[0].state == "undone"


def test_a_refused_reply_can_be_taken_over_by_hand(session, talk, misaki, clock):
    talk.says()
    reply = talk.presses()
    set_parts(session, reply, state="rejected", reason="Xに断られました（Something new）。")
    session.get_one(Reply, reply.id).settled_at = clock()
    session.commit()
    assert "手で送る" in status(misaki, reply)
    deed(misaki, reply, "hand")
    assert talk.replies()[0].parts[0].state == "handed"


def test_while_the_connection_stands_still_a_waiting_reply_can_be_taken_over(
    session, cast, talk, misaki, clock
):
    talk.says()
    reply = talk.presses("一つ目の文です。" * 20)
    set_parts(session, reply, state="queued")
    assert "手で送る" not in status(misaki, reply)
    cast.account.stopped_at = clock()
    session.commit()
    assert status(misaki, reply).count("手で送る") == 1, "the first part only"
    deed(misaki, reply, "hand")
    assert [part.state for part in talk.replies()[0].parts] == ["handed", "queued"]


def test_a_colleague_may_open_x_but_not_decide(complaint, talk, cast, signed_in):
    misaki, ken = signed_in(cast.misaki), signed_in(cast.ken)
    send(misaki, complaint, "確認いたします。")
    reply = talk.replies()[0]
    shown = status(ken, reply)
    assert "Xで開いて送信" in shown
    assert "/discard" not in shown
    assert deed(ken, reply, "hand").status_code == 403


NO = {
    "deleted": ({"emptied_reason": "deleted"}, "削除されたか、見えなくなっています"),
    "protected": ({"emptied_reason": "protected"}, "非公開にしているため"),
}


@pytest.mark.parametrize(("values", "words"), NO.values(), ids=NO)
def test_a_draft_for_a_post_that_went_away_comes_back_with_the_reason(
    session, talk, misaki, clock, values, words
):
    talk.says()
    fields = {**hidden(misaki.get(path(talk.ticket)).text), "body": "書きかけの文"}
    holds(session, talk, emptied_at=clock(), **values)
    page = misaki.get(path(talk.ticket)).text
    assert 'id="reply-panel"' not in page, "there is nothing left to answer"
    assert 'data-key="v"' not in page, "nor anybody to invite"
    answer = misaki.post(path(talk.ticket, "replies"), data=fields)
    assert answer.status_code == 422
    form = form_of(answer.text)
    assert words in form
    assert sends(form) == []
    assert "書きかけの文</textarea>" in form
    assert talk.replies() == []


def test_an_encrypted_message_is_opened_on_x_com(session, talk, misaki):
    talk.says("…", by=HANAKO, private=True)
    session.rollback()
    session.get_one(Message, talk.ticket.latest_message_id).kind = "encrypted"
    session.commit()
    page = misaki.get(path(talk.ticket)).text
    rows = misaki.get("/tickets").text
    assert "暗号化されたメッセージです。" in rows, "the list says what it cannot show"
    told = re.search(r"暗号化されたメッセージです。<a [^>]*>x.comで開いてください", page)[0]
    assert 'href="https://x.com/messages"' in told
    assert sends(form_of(page)) == []
    assert send(misaki, talk.ticket, "はい").status_code == 422


RECEIVES = {
    True: "当社からDMを送れます",
    False: "当社からのDMを受け取りません",
    None: "まだXから届いていません",
}


@pytest.mark.parametrize(("receives", "words"), RECEIVES.items(), ids=str)
def test_a_public_answer_can_ask_for_a_direct_message(session, talk, misaki, receives, words):
    talk.says()
    session.rollback()
    conversation = session.get_one(Conversation, talk.ticket.conversation_id)
    conversation.receives_dm = receives
    session.commit()
    form = form_of(misaki.get(path(talk.ticket)).text)
    assert words in form
    link = "https://x.com/messages/compose?recipient_id=7000000001"
    assert re.search(rf'data-insert data-text="[^"]+{re.escape(link)}"', form)
    put_in = misaki.get(path(talk.ticket) + "?dm=1").text
    assert f"{link}</textarea>" in put_in
    assert "料金が高くなります" in form


def test_a_private_ticket_asks_for_no_direct_message(talk, misaki):
    talk.says("番号です", by=HANAKO, private=True)
    assert "DMに誘導" not in form_of(misaki.get(path(talk.ticket)).text)
    assert "messages/compose" not in misaki.get(path(talk.ticket) + "?dm=1").text


def test_a_refused_direct_message_comes_with_the_link_that_opens_the_way(session, talk, misaki):
    talk.says("番号です", by=HANAKO, private=True)
    reply = talk.presses()
    set_parts(session, reply, state="rejected", reason=DM_CLOSED)
    shown = status(misaki, reply)
    assert "https://x.com/messages/compose?recipient_id=7000000001" in shown
    assert "手で送る" not in shown


def test_both_tickets_lead_to_each_other(session, talk, misaki):
    public = talk.says()
    private = Talk(session, talk.cast, talk.clock, talk.x)
    private.says("契約番号です", private=True, number=1)
    session.rollback()
    assert session.get_one(Ticket, private.ticket.id).came_from_id == public.id
    assert f"公開のチケット #{public.id} の続き" in misaki.get(path(private.ticket)).text
    assert f"DM #{private.ticket.id} に続く" in misaki.get(path(public)).text


def test_another_shape_of_a_deed_is_refused(complaint, talk, misaki):
    send(misaki, complaint, "確認いたします。")
    reply = talk.replies()[0]
    assert deed(misaki, reply, "hand").status_code == 400, "it is in a person's hands already"
    assert forms.post(misaki, "/replies/999/hand").status_code == 404
