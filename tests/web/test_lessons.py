"""After sending: the question that was answered becomes a phrasing of its answer."""

import pytest

from support.canned.records import AnswerEdit
from tests.cast import HANAKO
from tests.web import forms
from tests.web.talk import Talk, hidden, path, send

SLOW = """---
id: slow-evening   # ours
title: 夜になると遅い
asked_as:
  - 夜だけ遅い
---
夜間の速度についてご不便をおかけしております。ルーターの再起動をお試しください。
"""
POST = "@hikari_care ゆうき＠在宅勤務です。夕方から動画が止まって遅い 090-1234-5678"
QUESTION = "夕方から動画が止まって遅い"
OFFER = "この質問を「夜になると遅い」の言い方に加える"


@pytest.fixture
def file(shelf_dir):
    path = shelf_dir / "slow.md"
    path.write_text(SLOW, encoding="utf-8")
    return path


@pytest.fixture
def talk(file, session, cast, clock, x):
    return Talk(session, cast, clock, x)


def answer(browser, ticket, **other):
    """Sends the prepared answer as it is."""
    page = browser.get(path(ticket) + "?insert=slow-evening").text
    words = page.split('name="body"')[1].split(">\n", 1)[1].split("</textarea>")[0]
    fields = {**hidden(page), "body": words, **other}
    return browser.post(path(ticket, "replies"), data=fields, headers=forms.PART).text


@pytest.fixture
def answered(talk, misaki):
    talk.says(POST)
    answer(misaki, talk.ticket)
    return talk.replies()[0]


def add(browser, reply, words, *, part=False):
    on = f"/tickets/{reply.ticket_id}"
    headers = forms.PART if part else {}
    place = f"/replies/{reply.id}/phrasing"
    data = {"phrasing": words}
    return forms.post(browser, place, data, on=on, headers=headers, follow_redirects=True)


def test_the_cleaned_question_is_offered_once_the_answer_is_sent(talk, misaki):
    talk.says(POST)
    assert OFFER not in misaki.get(path(talk.ticket)).text
    drawn = answer(misaki, talk.ticket)
    assert OFFER in drawn
    assert f'required autocomplete="off" value="{QUESTION}"' in drawn


@pytest.mark.parametrize("part", [False, True], ids=["page", "part"])
def test_any_agent_may_add_it_to_the_file(session, answered, file, misaki, cast, part):
    page = add(misaki, answered, QUESTION, part=part).text
    assert OFFER not in page
    assert file.read_text(encoding="utf-8") == SLOW.replace(
        "夜だけ遅い\n", f'夜だけ遅い\n  - "{QUESTION}"\n'
    )
    session.rollback()
    [edit] = session.query(AnswerEdit)
    assert (edit.answer_id, edit.agent_id) == ("slow-evening", cast.misaki.id)


def test_the_next_customer_who_asks_so_gets_the_answer(session, answered, misaki, cast, clock, x):
    add(misaki, answered, QUESTION)
    session.rollback()
    other = Talk(session, cast, clock, x)
    other.says(QUESTION, by=HANAKO, number=40)
    page = misaki.get(path(other.ticket)).text
    assert f"<dt>いちばん近い言い方</dt><dd>{QUESTION}</dd>" in page


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "言葉で入力してください"),
        ("！？", "言葉で入力してください"),
        ("あ" * 201, "200文字以内"),
        ("夜だけ遅いです。", "ほぼ同じ言い方"),
    ],
    ids=["empty", "signs", "too long", "known"],
)
@pytest.mark.parametrize("part", [False, True], ids=["page", "part"])
def test_what_is_no_new_phrasing_is_refused_and_stays_in_the_form(
    answered, file, misaki, words, why, part
):
    drawn = add(misaki, answered, words, part=part)
    assert drawn.status_code == 422
    assert why in drawn.text
    assert f'value="{words}" aria-invalid="true"' in drawn.text
    assert file.read_text(encoding="utf-8") == SLOW


def test_a_question_the_answer_knows_is_not_offered(talk, misaki):
    talk.says("@hikari_care 夜だけ遅いです")
    assert OFFER not in answer(misaki, talk.ticket)


def test_words_of_ones_own_offer_nothing(talk, misaki):
    talk.says(POST)
    send(misaki, talk.ticket, "Thanks, we'll look.")
    assert OFFER not in misaki.get(path(talk.ticket)).text


def test_a_post_that_was_deleted_teaches_nothing(session, talk, answered, misaki, clock):
    answered.answers.emptied_at = clock()
    session.commit()
    assert OFFER not in misaki.get(path(talk.ticket)).text


def test_a_reply_taken_back_offers_nothing(answered, misaki):
    on = f"/tickets/{answered.ticket_id}"
    page = forms.post(misaki, f"/replies/{answered.id}/undo", on=on, follow_redirects=True).text
    assert OFFER not in page


def test_a_later_reply_that_was_taken_back_hides_no_offer(session, talk, answered, misaki):
    talk.delivers(answered)
    send(misaki, talk.ticket, "追って連絡します。")
    assert OFFER not in misaki.get(path(talk.ticket)).text
    later = talk.replies()[-1].id
    on = f"/tickets/{answered.ticket_id}"
    page = forms.post(misaki, f"/replies/{later}/undo", on=on, follow_redirects=True).text
    assert OFFER in page


def test_an_answer_that_left_the_shelf_takes_no_phrasing(answered, file, misaki):
    file.unlink()
    assert add(misaki, answered, QUESTION).status_code == 400
