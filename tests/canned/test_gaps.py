"""Questions nobody had an answer for, those of a kind together."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from support.canned.gaps import Question, gaps

NOW = datetime(2026, 11, 5, 3, 0, tzinfo=UTC)
POSTS = [
    "解約したいのですが、違約金はいくらですか",
    "@hikari_care 解約の違約金っていくらですか？",
    "解約したら違約金がかかりますか",
    "テレビの録画ができません",
    "テレビが録画できないんですけど",
    "モデムのランプが赤いです",
]


def asked(*texts):
    return [Question(n, n, text, NOW - timedelta(minutes=n)) for n, text in enumerate(texts)]


def texts(found):
    return [[question.message_id for question in gap.questions] for gap in found]


def test_questions_of_a_kind_stand_together_the_biggest_first():
    found = gaps(asked(POSTS[5], *POSTS[:5]))
    assert texts(found) == [[1, 2, 3], [4, 5], [0]]
    assert [gap.count for gap in found] == [3, 2, 1]
    assert found[0].example.text == POSTS[0]


def test_the_order_in_which_they_come_does_not_matter():
    posts = asked(*POSTS)
    shuffled = list(posts)
    for seed in range(5):
        random.Random(seed).shuffle(shuffled)
        assert gaps(shuffled) == gaps(posts)


def test_what_says_nothing_is_no_question():
    assert gaps(asked("", "@hikari_care", "！？", "https://x.com/a")) == []
    assert gaps([]) == []


def test_the_same_words_are_one_gap():
    assert texts(gaps(asked(*["つながりません"] * 60))) == [list(range(60))]


@given(st.lists(st.text(max_size=40), max_size=15))
def test_every_question_stands_in_one_gap(said):
    found = gaps(asked(*said))
    numbers = [question.message_id for gap in found for question in gap.questions]
    assert len(numbers) == len(set(numbers))
    counts = [gap.count for gap in found]
    assert counts == sorted(counts, reverse=True)
