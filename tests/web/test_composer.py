"""Writing an answer: suggestions, preview, blanks, and that nothing typed is lost."""

import re

import pytest

from support.conversations.records import Conversation
from support.replies.records import Reply
from support.web.replies.composer import opening_hours, preview
from tests.cast import HANAKO
from tests.web import forms
from tests.web.talk import Talk, hidden, path, send

ANSWER = """---
id: slow-evening
title: 夜になると遅い
asked_as: [夜だけ遅い, 夜になると通信が遅い, 20時を過ぎると動画が止まる]
channel: public
---
{customer_name}様、ひかりケアの{agent_name}です。受付時間は{opening_hours}です。
"""
PRIVATE = """---
id: slow-private
title: 夜になると遅い（DM）
asked_as: [夜だけ遅い, 夜になると通信が遅い]
channel: dm
---
契約を確認しました。{incident}
"""


@pytest.fixture
def talk(session, cast, clock, x):
    return Talk(session, cast, clock, x)


@pytest.fixture
def shelf(shelf_dir):
    (shelf_dir / "slow.md").write_text(ANSWER, encoding="utf-8")
    (shelf_dir / "private.md").write_text(PRIVATE, encoding="utf-8")


def area(page, name="body"):
    return re.search(rf'<textarea[^>]* name="{name}"[^>]*>\n(.*?)</textarea>', page, re.S)[1]


def test_a_suggestion_says_which_words_it_answers(shelf, talk, misaki):
    talk.says("@hikari_care こんにちは。夜になると通信が遅いです。困ります")
    page = misaki.get(path(talk.ticket)).text
    assert "<span>根拠：</span><mark>夜になると通信が遅いです</mark>" in page
    assert "こんにちは。<mark>夜になると通信が遅いです</mark>。困ります" in re.sub(
        r"\s*\n\s*", "", page
    )
    assert re.search(r'title="一致度 \d+%"', page)


def test_only_answers_for_this_channel_are_offered(shelf, talk, misaki):
    talk.says("夜になると通信が遅いです", by=HANAKO, private=True)
    page = misaki.get(path(talk.ticket)).text
    assert 'data-answer="slow-private"' in page
    assert 'data-answer="slow-evening"' not in page


def test_a_suggestion_goes_in_with_its_blanks_filled(shelf, talk, misaki):
    talk.says("@hikari_care 夜になると通信が遅いです")
    page = misaki.get(path(talk.ticket) + "?insert=slow-evening").text
    assert area(page) == (
        "ゆうき＠在宅勤務様、ひかりケアの佐藤です。受付時間は月–金 9:00–18:00です。"
    )
    assert hidden(page)["answer_id"] == "slow-evening"
    assert hidden(page)["shown"].split()[0] == "slow-evening"


def test_an_unknown_answer_inserts_nothing(shelf, talk, misaki):
    talk.says()
    page = misaki.get(path(talk.ticket) + "?insert=../../etc/passwd").text
    assert area(page) == ""


def test_the_shelf_is_searched_for_what_fits_the_channel(shelf, talk, misaki):
    talk.says()
    found = misaki.get(path(talk.ticket, "answers") + "?q=夜", headers=forms.PART).text
    assert 'data-answer="slow-evening"' in found
    assert "slow-private" not in found
    assert (
        "当てはまる定型回答はありません"
        in misaki.get(path(talk.ticket, "answers") + "?q=無い言葉", headers=forms.PART).text
    )


@pytest.mark.parametrize(
    ("weekly", "words"),
    [
        ({str(d): [["09:00", "18:00"]] for d in range(5)}, "月–金 9:00–18:00"),
        ({str(d): [["00:00", "24:00"]] for d in range(7)}, "毎日 0:00–24:00"),
        (
            {"0": [["09:00", "12:00"], ["13:00", "18:00"]], "2": [["10:00", "12:00"]]},
            "月 9:00–12:00・13:00–18:00、水 10:00–12:00",
        ),
        ({}, ""),
    ],
    ids=["weekdays", "always", "two openings, a gap", "never"],
)
def test_opening_hours_in_words(weekly, words):
    assert opening_hours(weekly) == words


@pytest.mark.parametrize(
    ("body", "private", "parts", "left"),
    [
        ("", False, [], 280),
        ("あ" * 100, False, [206], 74),
        ("あ" * 137, False, [280], 0),
        ("あ" * 100, True, [104], 9_896),
    ],
    ids=["nothing yet", "kana weigh two", "just full", "a message counts characters"],
)
def test_room_is_counted_as_x_counts(body, private, parts, left):
    seen = preview(body, "^佐藤", private=private)
    assert [part.weight for part in seen.parts] == parts
    assert seen.left == left


def show(client, ticket, body):
    return forms.post(client, path(ticket, "preview"), {"body": body}, headers=forms.PART).text


def test_a_long_draft_shows_its_parts_each_signed(talk, misaki):
    talk.says()
    part = show(misaki, talk.ticket, "お調べいたします。" * 30)
    assert "つの投稿に分けて送ります" in part
    assert part.count('class="signature">^佐藤') == part.count('class="part"') > 1
    assert re.search(r'id="counter"[^>]* hx-swap-oob', part)
    assert "<textarea" not in part  # what is being typed is never replaced


def test_a_draft_that_cannot_be_sent_says_so_while_it_is_typed(talk, misaki):
    talk.says()
    assert "{customer_name}" in show(misaki, talk.ticket, "{customer_name}様")
    assert "6つの投稿に収まるように" in show(misaki, talk.ticket, "あ" * 5_000)
    few_posts_but_many_letters = " ".join(["https://example.com/" + "a" * 3_000] * 4)
    assert "6つの投稿に収まるように" in show(misaki, talk.ticket, few_posts_but_many_letters)


def test_a_blank_left_open_is_not_sent(session, talk, misaki):
    talk.says()
    answer = send(misaki, talk.ticket, "こんにちは{customer_name}様", part=True)
    assert answer.status_code == 422
    assert "{customer_name}が空欄のままです" in answer.text
    assert area(answer.text) == "こんにちは{customer_name}様"
    assert talk.replies() == []


@pytest.mark.parametrize("part", [False, True], ids=["page", "part"])
@pytest.mark.parametrize("body", ["", " \n ", "あ" * 5_000], ids=["empty", "blank", "too long"])
def test_what_cannot_be_sent_stays_in_the_form(talk, misaki, body, part):
    talk.says()
    answer = send(misaki, talk.ticket, body, part=part)
    assert answer.status_code == 422
    assert area(answer.text) == body
    assert ("<html" in answer.text) != part
    assert talk.replies() == []


def test_a_private_ticket_offers_no_public_answer(talk, misaki):
    talk.says("契約番号です", by=HANAKO, private=True)
    page = misaki.get(path(talk.ticket)).text
    assert "公開返信" not in page
    assert 'data-mode="dm"' in page
    assert "公開で送信" not in page


def test_a_private_message_cannot_be_answered_in_public_whatever_the_form_says(
    session, talk, misaki, clock
):
    talk.says()
    public = talk.ticket
    private = Talk(session, talk.cast, clock, talk.x)
    private.says("契約番号です", by=HANAKO, private=True)
    secret = private.ticket.latest_message_id
    send(misaki, private.ticket, "確認しました。", channel="public", mode="public")
    reply = talk.replies()[0]
    assert session.get_one(Conversation, reply.conversation_id).is_private
    # nor can it be put under a public ticket
    answer = send(misaki, public, "確認しました。", answers=str(secret))
    assert answer.status_code == 400
    assert session.query(Reply).count() == 1


def test_a_draft_can_be_turned_to_the_newest_post(talk, misaki):
    talk.says()
    fields = {**hidden(misaki.get(path(talk.ticket)).text), "body": "書きかけ"}
    talk.says("まだですか", number=1)
    address = path(talk.ticket, "composer")
    part = misaki.post(address, data=fields, headers=forms.PART).text
    assert area(part) == "書きかけ"
    assert hidden(part)["answers"] == str(talk.ticket.latest_message_id) != fields["answers"]


def test_the_other_channel_of_the_same_customer_is_one_key_away(talk, misaki, session):
    public = talk.says("@hikari_care 夜になると遅いです")
    session.commit()
    private = talk.says("契約番号をお送りします", private=True, number=1)
    page = misaki.get(path(public)).text
    link = re.search(rf'<a class="mode-tab[^>]*href="/tickets/{private.id}#composer"[^>]*>', page)[
        0
    ]
    assert 'data-tone="dm"' in link
    assert 'data-key="d"' in link
    assert "role=" not in link, "it leads elsewhere; nothing typed here goes there"
    back = misaki.get(path(private)).text
    assert f'href="/tickets/{public.id}#composer"' in back
    assert page.count('role="tab"') == back.count('role="tab"') == 2
