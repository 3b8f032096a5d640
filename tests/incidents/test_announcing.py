"""Who may let a notice go, and in which words."""

from datetime import timedelta

import pytest

from support.approval import ruling
from support.errors import DeskError, NotAllowed, Refused, SomeoneWasFirst
from support.incidents import announcing
from support.incidents.announcing import Words
from tests.fakes import THURSDAY
from tests.incidents.world import incident, notice

UNDO = timedelta(seconds=10)


@pytest.fixture
def said(session, cast):
    return notice(session, incident(session, cast), cast.ryo)


@pytest.fixture
def every_public_word(session, cast):
    draft = ruling.Draft("public", minutes=30)
    ruling.add(session, draft, by=cast.hikaru, now=THURSDAY)
    session.commit()


def test_where_a_rule_wants_it_nobody_posts_alone(session, cast, said, every_public_word):
    with pytest.raises(Refused):
        announcing.press(session, said, by=cast.ryo, now=THURSDAY, undo=UNDO)
    announcing.ask(session, said, by=cast.ryo, now=THURSDAY)
    with pytest.raises(NotAllowed):
        announcing.approve(session, said, by=cast.ryo, now=THURSDAY, undo=UNDO)
    announcing.approve(session, said, by=cast.hikaru, now=THURSDAY, undo=UNDO)
    assert (said.state, said.approved_by_id) == ("queued", cast.hikaru.id)


def test_who_changes_the_words_has_written_them(session, cast, said, every_public_word):
    announcing.ask(session, said, by=cast.ryo, now=THURSDAY)
    announcing.rewrite(session, said, Words("first", "別の文"), by=cast.hikaru, now=THURSDAY)
    assert said.asked_at is None
    announcing.ask(session, said, by=cast.hikaru, now=THURSDAY)
    with pytest.raises(NotAllowed):
        announcing.approve(session, said, by=cast.hikaru, now=THURSDAY, undo=UNDO)


@pytest.mark.one_database
def test_nobody_approves_words_they_did_not_read(session, cast, said):
    announcing.ask(session, said, by=cast.ryo, now=THURSDAY)
    read = announcing.asked_of(said)
    later = THURSDAY + timedelta(minutes=1)
    announcing.rewrite(session, said, Words("first", "別の文"), by=cast.ryo, now=later)
    announcing.ask(session, said, by=cast.ryo, now=later)
    agree = {"by": cast.hikaru, "now": later, "undo": UNDO}
    with pytest.raises(DeskError):
        announcing.approve(session, said, **agree, seen=read)
    announcing.approve(session, said, **agree, seen=announcing.asked_of(said))
    assert said.state == "queued"


def test_it_is_pressed_once_and_may_be_taken_back_before_it_goes(session, cast, said):
    announcing.press(session, said, by=cast.ryo, now=THURSDAY, undo=UNDO)
    with pytest.raises(SomeoneWasFirst):
        announcing.press(session, said, by=cast.ryo, now=THURSDAY, undo=UNDO)
    announcing.take_back(session, said, by=cast.ryo, now=THURSDAY)
    assert said.state == "draft"
    announcing.press(session, said, by=cast.ryo, now=THURSDAY, undo=UNDO)
    said.attempted_at = THURSDAY
    session.flush()
    with pytest.raises(SomeoneWasFirst):
        announcing.take_back(session, said, by=cast.ryo, now=THURSDAY)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (Words("first", "  "), "body"),
        (Words("first", "あ" * 141), "body"),
        (Words("third", "お知らせ"), "stage"),
        (Words("first", "お知らせ", THURSDAY - UNDO), "next_update"),
    ],
)
def test_what_cannot_be_posted_is_refused_with_its_field(session, cast, said, words, field):
    with pytest.raises(Refused) as refusal:
        announcing.rewrite(session, said, words, by=cast.ryo, now=THURSDAY)
    assert refusal.value.field == field


@pytest.mark.one_database
def test_words_that_were_changed_in_one_moment_are_other_words(session, cast, said):
    announcing.ask(session, said, by=cast.ryo, now=THURSDAY)
    read = announcing.asked_of(said)
    announcing.rewrite(session, said, Words("first", "別の文"), by=cast.ryo, now=THURSDAY)
    announcing.ask(session, said, by=cast.ryo, now=THURSDAY)
    with pytest.raises(DeskError):
        announcing.approve(session, said, by=cast.hikaru, now=THURSDAY, undo=UNDO, seen=read)
    with pytest.raises(DeskError):
        announcing.send_back(session, said, by=cast.hikaru, word="", now=THURSDAY, seen=read)
    assert (said.state, said.asked_at) == ("draft", THURSDAY)


@pytest.mark.one_database
def test_an_old_page_neither_asks_again_nor_sends_back_what_nobody_asked_for(session, cast, said):
    with pytest.raises(DeskError):
        announcing.send_back(session, said, by=cast.hikaru, word="長いです", now=THURSDAY)
    assert said.reason == ""
    announcing.ask(session, said, by=cast.ryo, now=THURSDAY)
    with pytest.raises(DeskError):
        announcing.ask(session, said, by=cast.ryo, now=THURSDAY + timedelta(minutes=1))
    assert said.asked_at == THURSDAY
