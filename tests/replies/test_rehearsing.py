"""A dry run finds in what was sent what the guard would have found, and says where it stopped."""

from datetime import timedelta

import pytest

from support.errors import Refused
from support.replies import guard
from support.replies.guard import About
from support.replies.rehearsing import SINCE, rehearse
from support.replies.wordlists import Word
from tests.cast import HANAKO, customer_says, post, press
from tests.fakes import THURSDAY

TEXTS = ("ご理解ください。", "絶対に直ります。", "ゼッタイ大丈夫", "会員番号 ＨＫ１２３４")


@pytest.fixture
def sent(session, cast):
    """Sent a day ago: each of TEXTS in public, and once by direct message."""
    at = THURSDAY - timedelta(days=1)

    def send(number, text, *, private=False, age=timedelta(0)):
        said = post(at=at, by=HANAKO, number=number, private=private)
        reply = press(session, customer_says(session, cast, said), cast.misaki, text, now=at)
        for part in reply.parts:
            part.state, part.posted_at = "posted", at - age
        reply.settled_at = at
        session.commit()
        return reply

    for number, text in enumerate(TEXTS):
        send(number, text)
    send(9, TEXTS[0], private=True)
    return send


@pytest.mark.parametrize(
    ("word", "public", "private"),
    [
        pytest.param(Word("ご理解ください"), 1, 1, id="public and private apart"),
        pytest.param(Word("HK[0-9]{4}", is_pattern=True), 1, 0, id="a pattern, in any width"),
        pytest.param(Word("返金"), 0, 0, id="nothing"),
        pytest.param(Word("佐藤"), 0, 0, id="the signature is not what the agent typed"),
    ],
)
def test_it_counts_what_it_would_have_found(session, sent, word, public, private):
    told = rehearse(session, word, now=THURSDAY)
    assert (told.looked, told.public, told.private) == (5, public, private)
    assert len(told.examples) == public + private
    assert not told.cut


@pytest.mark.parametrize("text", ["ください", "絶対", "ゼッタイ", "hk1234"])
def test_it_finds_what_the_guard_finds(session, sent, text):
    word = Word(text)
    by_guard = sum(bool(_found(it, word)) for it in (*TEXTS, TEXTS[0]))
    assert rehearse(session, word, now=THURSDAY).found == by_guard > 0


def _found(text, word):
    return [it for it in guard.read(text, About(private=False, words=(word,)))
            if it.kind == "negative"]  # fmt: skip


def test_an_example_shows_where_it_was_found(session, sent):
    (example,) = rehearse(session, Word("絶対に"), now=THURSDAY).examples
    assert (example.pieces, example.who) == (("", "絶対に", "直ります。"), "佐藤")


def test_what_is_older_or_was_not_sent_does_not_count(session, sent):
    sent(20, "返金します", age=SINCE)
    reply = sent(21, "返金します")
    reply.parts[0].state, reply.parts[0].posted_at = "rejected", None
    session.commit()
    assert rehearse(session, Word("返金"), now=THURSDAY).found == 0


@pytest.mark.parametrize("bound", ["posts", "letters"])
def test_it_stops_at_a_bound_and_says_so(session, sent, bound):
    told = rehearse(session, Word("返金"), now=THURSDAY, **{bound: 2})
    assert told.cut
    assert told.looked < 5


def test_a_pattern_that_could_not_be_kept_is_refused(session, sent):
    with pytest.raises(Refused, match="回数"):
        rehearse(session, Word("a+", is_pattern=True), now=THURSDAY)
