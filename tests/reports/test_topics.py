"""Topics: what more people write than before, in their own words and nobody's name."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.reports.topics import FEWEST, LEAST, Said, compare, phrases, strength

USUAL = (
    "夜になるとWi-Fiが遅いです",
    "請求の内訳が知りたい",
    "引っ越し先でも使えますか",
    "解約したい",
)


def posts(*texts, first=0, private=False):
    """One of each person."""
    return [Said(n, n, n, private, text) for n, text in enumerate(texts, start=first)]


def usual(number, seed=1, first=0):
    random = Random(seed)
    return posts(*(random.choice(USUAL) for _ in range(number)), first=first)


@pytest.mark.parametrize(
    ("text", "within", "without"),
    [
        ("認証コードが届かないです", {"認証コード", "認証", "コード", "届かない"}, {"が届"}),
        ("引っ越しの手続き", {"引っ越し", "手続"}, {"の手"}),
        ("ログインできません", {"ログイン", "ログインできません"}, set()),
        ("@hikari_care 090-1234-5678 https://t.co/abc", set(), {"hikari", "care", "abc"}),
        ("今月3,000円の請求", {"請求", "今月"}, {"円", "3"}),
        ("田中さんの対応", set(), {"田中", "対応"}),
        ("The App keeps CRASHING", {"app", "crashing", "keeps crashing"}, {"the"}),
        ("ﾙｰﾀｰとルーター", {"ルーター"}, set()),
        ("", set(), {""}),
    ],
)
def test_phrases_are_what_a_text_may_be_about(text, within, without):
    found = phrases(text)
    assert within <= found
    assert not without & found


@given(st.text(max_size=200))
def test_any_text_has_phrases_and_none_of_them_is_long_or_a_number(text):
    for phrase in phrases(text):
        assert 2 <= len(phrase) <= 16
        assert not any(letter.isdigit() for letter in phrase)


def test_news_stands_out_and_the_longest_words_for_it_stand_for_all():
    now = usual(200) + posts(*["認証コードが届きません"] * 30, first=500)
    found = compare(now, usual(200, seed=2)).found
    assert [it.phrase for it in found] == ["認証コード"]
    assert (found[0].people, found[0].before) == (30, 0)
    assert len(found[0].tickets) == 30
    assert found[0].examples == [529, 528, 527]


@given(st.integers(0, 500), st.integers(30, 400))
def test_the_same_conversation_has_no_topics(seed, number):
    assert not compare(usual(number, seed), usual(number, seed)).found


@pytest.mark.parametrize("seed", range(5))
def test_chance_alone_makes_no_topics(seed):
    assert not compare(usual(400, seed), usual(300, seed + 100)).found


def test_a_loud_person_is_no_topic():
    loud = [Said(999, n, n, False, "アンテナが壊れた") for n in range(500)]
    assert not compare(usual(100) + loud, usual(100, seed=3)).found


def test_what_fewer_than_five_people_say_is_no_topic():
    quiet = usual(20, seed=4)
    said = ["アンテナが壊れた"] * FEWEST
    assert compare(quiet + posts(*said, first=90), usual(3000, first=9000)).named("アンテナ")
    few = compare(quiet + posts(*said[1:], first=90), usual(3000, first=9000))
    assert "アンテナ" not in [it.phrase for it in few.found]


def test_words_of_direct_messages_are_counted_apart_and_never_shown():
    now = usual(100) + posts(*["アンテナが壊れた"] * 12, first=500)
    now += posts(*["アンテナが壊れた"] * 8, first=600, private=True)
    topic = compare(now, usual(100, seed=5)).named("アンテナ")
    assert (topic.people, topic.private) == (20, 8)
    assert all(number < 600 for number in topic.examples)


def test_our_own_names_are_no_topic():
    now = usual(100) + posts(*["ヒカリケアのアンテナ"] * 30, first=500)
    phrases_ = {it.phrase for it in compare(now, usual(100), ["ヒカリケア", "アンテナ"]).found}
    assert not {"ヒカリケア", "アンテナ"} & phrases_


def test_without_a_period_before_there_is_nothing_to_compare():
    assert compare(usual(50), []).found == ()
    assert compare([], usual(50)).found == ()


@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_strength_turns_with_its_sides_and_grows_with_people(people, others, data):
    said, was = data.draw(st.integers(0, people)), data.draw(st.integers(0, others))
    if said + was == 0:
        return
    one, other = strength(said, people, was, others), strength(was, others, said, people)
    assert one == pytest.approx(-other)
    if said < people:
        assert strength(said + 1, people, was, others) > one


def test_a_slip_of_chance_is_not_told():
    assert strength(6, 100, 3, 100) < LEAST < strength(30, 100, 3, 100)
    assert strength(FEWEST, 2000, 0, 2000) < LEAST < strength(2 * FEWEST, 2000, 0, 2000)
