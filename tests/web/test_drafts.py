"""Drafts: kept for whoever writes them, back in the form wherever they sign in, gone once sent."""

import threading

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.compliance.elsewhere import PURGED
from support.compliance.emptying import DELETED, empty_posts, hide_person
from support.db import engine_for
from support.drafts import keeping
from support.drafts.records import KeptDraft
from support.jobs import upkeep
from support.replies.records import Reply
from support.tickets import marking
from support.tickets.records import Ticket
from tests.cast import YUUKI
from tests.machinery.postgres import somebody_waits
from tests.machinery.running import until
from tests.web import forms
from tests.web.counting import FRAME, queries
from tests.web.talk import Talk, hidden, path, send

WORDS = "ただいま確認して"


@pytest.fixture
def talk(session, cast, clock, x):
    talk = Talk(session, cast, clock, x)
    talk.says("@hikari_care 夜になると遅いです")
    return talk


@pytest.fixture
def ken(cast, signed_in, session):
    browser = signed_in(cast.ken)
    session.rollback()
    return browser


def save(client, ticket, text=WORDS, mode="reply", *, script=True, **fields):
    headers = {"HX-Request": "true"} if script else {}
    data = {"body": text, "csrf_token": forms.token_on(client), **fields}
    return client.post(path(ticket, f"drafts/{mode}"), data=data, headers=headers)


def kept(session):
    session.rollback()
    return {it.mode: it.text for it in session.scalars(select(KeptDraft))}


def area(page, name):
    form = page[page.index(f'<textarea id="{name}"') :]
    return form[form.index(">") + 1 : form.index("</textarea>")].strip()


def test_a_draft_is_back_in_its_form_and_says_when_it_was_kept(
    talk, session, cast, signed_in, misaki, clock
):
    line = save(misaki, talk.ticket)
    assert line.status_code == 200
    assert ">10:00</time> 保存" in line.text
    save(misaki, talk.ticket, "引き継ぎ用", "note")
    assert kept(session) == {"reply": WORDS, "note": "引き継ぎ用"}
    page = signed_in(cast.misaki).get(path(talk.ticket)).text  # another browser
    assert area(page, "body") == WORDS
    assert area(page, "note") == "引き継ぎ用"
    assert "data-kept" in page
    assert "下書きを保存" in page


def test_nobody_else_sees_it(talk, misaki, ken, ryo):
    save(misaki, talk.ticket)
    for other in (ken, ryo):
        for place in (path(talk.ticket), "/drafts", "/"):
            assert WORDS not in other.get(place).text


def test_saving_again_changes_the_one_there_is_and_nothing_written_keeps_none(
    talk, session, misaki
):
    save(misaki, talk.ticket)
    save(misaki, talk.ticket, WORDS + "おります。")
    assert kept(session) == {"reply": WORDS + "おります。"}
    save(misaki, talk.ticket, " \n")
    assert kept(session) == {}


def test_the_draft_goes_in_the_transaction_that_stores_the_reply(talk, session, misaki):
    save(misaki, talk.ticket)
    assert send(misaki, talk.ticket, "確認いたします。").status_code == 303
    assert kept(session) == {}
    assert area(misaki.get(path(talk.ticket)).text, "body") == ""


def test_a_draft_that_arrives_after_its_reply_is_not_kept(talk, session, misaki):
    form = hidden(misaki.get(path(talk.ticket)).text)
    fields = {**form, "body": "確認いたします。"}
    assert misaki.post(path(talk.ticket, "replies"), data=fields).status_code == 303
    save(misaki, talk.ticket, "確認いたします。", key=form["key"])
    assert kept(session) == {}


def test_a_note_takes_its_draft_with_it_and_a_late_one_is_not_kept(talk, session, misaki):
    save(misaki, talk.ticket, "引き継ぎ用", "note")
    save(misaki, talk.ticket)
    forms.post(misaki, path(talk.ticket, "notes"), {"body": "引き継ぎ用"})
    assert kept(session) == {"reply": WORDS}
    save(misaki, talk.ticket, "引き継ぎ用\n", "note")
    assert kept(session) == {"reply": WORDS}


def test_a_refused_reply_leaves_the_draft(talk, session, misaki, cast):
    save(misaki, talk.ticket)
    form = hidden(misaki.get(path(talk.ticket)).text)
    session.rollback()
    talk.presses("田中が先に答えます。", by=cast.ken)
    session.commit()
    late = misaki.post(path(talk.ticket, "replies"), data={**form, "body": WORDS + "、"})
    assert late.status_code == 409
    assert "田中" in late.text
    assert "田中が先に答えます。" in late.text
    assert area(late.text, "body") == WORDS + "、"
    assert kept(session) == {"reply": WORDS}
    assert session.query(Reply).count() == 1


def test_without_a_script_the_buttons_below_the_form_save_and_discard(talk, session, misaki):
    answer = save(misaki, talk.ticket, script=False)
    assert answer.status_code == 303
    page = misaki.get(answer.location).text
    assert area(page, "body") == WORDS
    assert "drafts/reply/removal" in page
    form = page[page.index('id="reply-form"') :]
    assert form.index("composer-foot") < form.index("drafts/reply"), "the first button sends"
    forms.post(misaki, path(talk.ticket, "drafts/reply/removal"))
    assert kept(session) == {}


def test_what_is_put_in_follows_the_draft(talk, misaki):
    save(misaki, talk.ticket)
    words = area(misaki.get(path(talk.ticket) + "?dm=1").text, "body")
    assert words.startswith(WORDS + "\n")
    assert len(words) > len(WORDS) + 10


def test_too_much_is_refused_with_a_sentence(talk, session, misaki):
    answer = save(misaki, talk.ticket, "長" * 20_001)
    assert answer.status_code == 422
    assert "20,000文字まで" in answer.text
    assert kept(session) == {}
    assert save(misaki, talk.ticket, "長" * 20_000).status_code == 200


def test_a_form_that_is_not_there_keeps_nothing(talk, misaki):
    assert save(misaki, talk.ticket, mode="poem").status_code == 404


def test_the_page_says_that_the_customer_wrote_since(talk, misaki, clock):
    form = hidden(misaki.get(path(talk.ticket)).text)
    save(misaki, talk.ticket, answers=form["answers"])
    since = "この下書きのあとに、お客様から新しい投稿が届いています。"
    assert since not in misaki.get(path(talk.ticket)).text
    clock.forward(minutes=1)
    talk.session.rollback()
    talk.says("まだ遅いです", number=1)
    talk.session.commit()
    assert since in misaki.get(path(talk.ticket)).text


def test_own_drafts_stand_on_a_page_and_are_counted(talk, session, misaki):
    assert "書きかけの返信やメモはありません" in misaki.get("/drafts").text
    save(misaki, talk.ticket)
    page = misaki.get("/drafts").text
    assert WORDS in page
    assert path(talk.ticket) in page
    assert '自分の下書き</span><span class="count">1</span>' in misaki.get("/").text
    forms.post(misaki, path(talk.ticket, "drafts/reply/removal?list=1"))
    assert kept(session) == {}


def test_a_page_without_drafts_asks_nothing_more(app, talk, misaki):
    alone = queries(app, lambda: misaki.get(path(talk.ticket)))
    save(misaki, talk.ticket)
    guard = 6  # what it must know to read the words that stand in the form
    assert queries(app, lambda: misaki.get(path(talk.ticket))) == alone + 1 + guard
    assert queries(app, lambda: misaki.get("/drafts")) == FRAME + 1


def test_words_of_a_purged_customer_are_not_left_in_drafts(talk, session, misaki, clock):
    save(misaki, talk.ticket)
    session.rollback()
    about = {"noticed_by": "person", "noticed_at": clock(), "now": clock()}
    empty_posts(session, [talk.ticket.latest_message.x_id], reason=DELETED, **about)
    session.commit()
    assert kept(session) == {"reply": WORDS}, "an agent's own words outlive one post"
    talk.says("もう一度です", number=2)
    hide_person(session, YUUKI.x_id, reason=PURGED, **about)
    session.commit()
    assert kept(session) == {}


def test_what_nobody_came_back_to_goes_after_a_month(app, talk, session, misaki, clock):
    save(misaki, talk.ticket)
    clock.forward(days=29)
    session.rollback()
    keeping.forget_old(session, clock())
    session.commit()
    assert kept(session) == {"reply": WORDS}
    clock.forward(days=2)
    keeping.forget_old(session, clock())
    session.commit()
    assert kept(session) == {}
    assert upkeep.drafts is keeping, "the scheduler does it"


@pytest.mark.both_databases
def test_a_save_that_comes_while_the_words_are_sent_finds_them_sent(
    talk, cast, misaki, session, database_url, clock
):
    """The row of what was sent is seen by nobody yet, and its draft is gone already."""
    number, said = talk.ticket.id, {}
    save(misaki, talk.ticket, "確認しました。", "note")
    token, agent_id = forms.token_on(misaki), cast.misaki.id
    session.rollback()
    with Session(engine_for(database_url)) as sending:
        by = sending.get_one(Agent, agent_id)
        keeping.drop(sending, number, "note", by=by)
        marking.add_note(
            sending, sending.get_one(Ticket, number), "確認しました。", by=by, now=clock()
        )
        sending.flush()

        def late():
            data = {"body": "確認しました。", "csrf_token": token}
            said["answer"] = misaki.post(
                f"/tickets/{number}/drafts/note", data=data, headers={"HX-Request": "true"}
            )

        window = threading.Thread(target=late)
        window.start()
        if sending.get_bind().dialect.name == "postgresql":
            until(lambda: somebody_waits(database_url) or not window.is_alive(), "the late save")
        sending.commit()
        window.join(timeout=30)
    assert said["answer"].status_code == 200
    assert kept(session) == {}
