"""What stands beside the form: length, cost, why, and the text whose turn it is."""

import re
from dataclasses import dataclass, field, replace

import pytest

from support.canned.lessons import Lesson
from support.canned.likeness import Matcher
from support.canned.records import Pick
from support.canned.replies import CannedReply
from support.x.records import Account
from tests.cast import HANAKO, YUUKI
from tests.web import forms
from tests.web.counting import FRAME, queries
from tests.web.talk import Talk, hidden, path, send

SAME = """---
id: outage
title: 通信障害
asked_as: [つながらない, ネットがつながりません, 障害ですか]
%s---
現在、通信しづらい状況が発生しております。復旧までお待ちください。
"""
FIRST = "現在、通信しづらい状況が発生しております。復旧までお待ちください。"
SECOND = "ただいま通信に影響が出ております。復旧し次第お知らせします。"
POST = "@hikari_care ネットがつながりません"


@pytest.fixture
def write(shelf_dir):
    def write_answer(text=SAME % ""):
        (shelf_dir / "outage.md").write_text(text, encoding="utf-8")

    write_answer()
    return write_answer


@pytest.fixture
def talk(write, session, cast, clock, x):
    it = Talk(session, cast, clock, x)
    it.says(POST)
    return it


@pytest.fixture
def other(talk, session, cast, clock, x):
    """Somebody else asks the same."""
    it = Talk(session, cast, clock, x)
    it.says(POST, by=HANAKO, number=40)
    return it


def card(browser, ticket):
    page = browser.get(path(ticket)).text
    found = re.search(r'<li class="suggestion">.*?</li>', page, re.S)
    assert found, "nothing is suggested"
    return found[0]


def text_of(drawn):
    return re.search(r'data-text="([^"]*)"', drawn)[1]


WARNING = "同じ文面を"


def test_a_suggestion_says_its_length_with_the_signature_and_its_cost(talk, misaki):
    drawn = card(misaki, talk.ticket)
    assert "36/140字" in drawn  # 33 kana and kanji, a space, ^佐藤
    assert "$0.010" in drawn


def test_an_answer_of_several_posts_costs_more(write, talk, misaki):
    write((SAME % "") + "くわしくはサポートの案内をご覧ください。\n" * 10)
    drawn = card(misaki, talk.ticket)
    assert "2投稿" in drawn
    assert "$0.025" in drawn


def test_a_suggestion_says_why_in_full(talk, misaki):
    drawn = card(misaki, talk.ticket)
    assert "<dt>いちばん近い言い方</dt><dd>ネットがつながりません</dd>" in drawn
    assert re.search(r"<dt>一致度</dt><dd>(高い|中くらい|低い（参考）) · \d+%</dd>", drawn)
    assert re.search(r'<dt>重なる言葉</dt><dd class="pieces"><mark>', drawn)


def test_a_suggestion_says_how_often_it_was_chosen_before(app, talk, misaki):
    assert "<dt>学習</dt>" not in card(misaki, talk.ticket)
    answer = CannedReply("outage", "通信障害", ("ネットがつながりません",), FIRST)
    taught = ShelfInMemory((answer,), [Lesson("回線が切れます", "outage")] * 3)
    app.extensions["desk"] = replace(app.extensions["desk"], shelf=taught)
    assert "このアカウントで3回選ばれ" in card(misaki, talk.ticket)


def test_a_text_nobody_sent_is_offered_quietly(talk, misaki):
    assert WARNING not in card(misaki, talk.ticket)


def test_the_same_words_sent_lately_are_named(talk, other, clock, misaki):
    talk.answers(FIRST)
    clock.forward(minutes=12)
    drawn = card(misaki, other.ticket)
    assert "同じ文面を12分前に送っています" in drawn
    assert text_of(drawn) == FIRST


def test_what_is_about_to_be_sent_counts(talk, other, misaki):
    send(misaki, talk.ticket, FIRST)
    assert WARNING in card(misaki, other.ticket)


@pytest.mark.parametrize("hours", [23, 25])
def test_x_forgets_after_a_day(talk, other, clock, cast, signed_in, hours):
    talk.answers(FIRST)
    clock.forward(hours=hours)
    assert (WARNING in card(signed_in(cast.misaki), other.ticket)) == (hours < 24)


def test_a_colleagues_signature_makes_other_words(talk, other, cast, misaki):
    talk.answers(FIRST, by=cast.ken)
    assert WARNING not in card(misaki, other.ticket)


def test_what_another_account_sent_makes_no_difference(session, talk, other, cast, misaki):
    talk.answers(FIRST)
    second = Account(
        x_id="7000000002",
        handle="hikari_info",
        name="ひかりケア（お知らせ）",
        persona="ひかりケア",
        signature_form="^{family_name}",
        calendar_id=cast.account.calendar_id,
    )
    session.add(second)
    session.flush()
    talk.ticket.conversation.account_id = second.id
    session.commit()
    assert WARNING not in card(misaki, other.ticket)


def test_what_was_said_in_public_is_not_remembered_in_private(
    session, talk, cast, clock, x, misaki
):
    talk.answers(FIRST)
    private = Talk(session, cast, clock, x)
    private.says(POST, by=HANAKO, private=True, number=40)
    assert WARNING not in card(misaki, private.ticket)


def test_what_was_said_in_private_is_not_remembered_in_public(
    session, write, cast, clock, x, misaki
):
    private = Talk(session, cast, clock, x)
    private.says(POST, by=YUUKI, private=True)
    private.answers(FIRST)
    public = Talk(session, cast, clock, x)
    public.says(POST, by=HANAKO, number=40)
    assert WARNING not in card(misaki, public.ticket)
    clock.forward(minutes=1)
    private.answers(FIRST)
    assert WARNING not in card(misaki, private.ticket)


@dataclass
class ShelfInMemory:
    """A shelf of answers that stand in no file."""

    replies: tuple
    lessons: tuple = ()
    schools: dict = field(default_factory=dict)

    def get(self, reply_id):
        return next((reply for reply in self.replies if reply.id == reply_id), None)

    def matcher(self, channel="both", on=None, language=None, *, taught=None):
        return Matcher(self.replies, self.lessons)


@pytest.fixture
def with_variant(app):
    answer = CannedReply(
        "outage", "通信障害", ("ネットがつながりません",), FIRST, variants=(SECOND,)
    )
    app.extensions["desk"] = replace(app.extensions["desk"], shelf=ShelfInMemory((answer,)))


def test_variants_take_turns_and_the_oldest_comes_again(
    talk, other, with_variant, clock, cast, misaki
):
    offered = [text_of(card(misaki, other.ticket))]
    for _ in range(3):
        talk.session.rollback()
        talk.answers(offered[-1])
        clock.forward(minutes=5)
        offered.append(text_of(card(misaki, other.ticket)))
    assert offered == [FIRST, SECOND, FIRST, SECOND]
    # the second round comes with a word of warning
    assert "同じ文面を10分前に送っています" in card(misaki, other.ticket)


def test_a_variant_sent_word_for_word_was_kept_whole(session, talk, other, with_variant, misaki):
    talk.answers(FIRST)
    fields = hidden(misaki.get(path(other.ticket) + "?insert=outage").text)
    misaki.post(path(other.ticket, "replies"), data={**fields, "body": SECOND})
    session.rollback()
    assert [pick.kept for pick in session.query(Pick)] == [1.0]


def test_the_address_puts_in_the_text_that_was_offered(talk, misaki):
    page = misaki.get(path(talk.ticket) + "?insert=outage").text
    assert f">\n{FIRST}</textarea>" in page
    assert hidden(page)["answer_id"] == "outage"


def test_answers_from_the_shelf_are_weighed_too(talk, other, misaki):
    talk.answers(FIRST)
    found = misaki.get(path(other.ticket, "answers"), headers=forms.PART).text
    assert "36/140字" in found
    assert WARNING in found


def test_suggestions_cost_the_page_one_question_more(app, talk, misaki):
    """The page of a ticket asks 7 (test_ticket.py) where nothing is suggested."""
    assert "outage" in card(misaki, talk.ticket)
    assert queries(app, lambda: misaki.get(path(talk.ticket))) - FRAME <= 8
