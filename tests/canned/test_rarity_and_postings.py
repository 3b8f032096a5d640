"""Rare pieces weigh more; postings give the same scores as the vectors they stand for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.canned.features import units
from support.canned.postings import Postings, best
from support.canned.rarity import Rarity
from support.canned.training import Lesson, teach

TEXTS = ["ルーターの故障", "ルーターの設定", "請求の内訳", "where is my refund", "refund my bill"]
RARITY = Rarity(TEXTS)


def test_the_rarer_piece_weighs_more():
    assert RARITY.of["k:故障"] > RARITY.of["t:ルーター"]
    assert RARITY.unseen("k:解約") > RARITY.of["k:故障"]


def test_a_text_of_unknown_pieces_has_no_vector():
    assert RARITY.vector(units("解約")) == {}


@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4), st.integers(1, 30))
def test_a_text_read_by_postings_scores_as_its_vector_would(words, entries):
    vectors = [RARITY.vector(units(TEXTS[n % len(TEXTS)])) for n in range(entries)]
    found = units(" ".join(words))
    read = Postings(vectors, RARITY).read(found)
    vector = RARITY.vector(found)
    told = [sum(value * of.get(piece, 0.0) for piece, value in vector.items()) for of in vectors]
    assert best(read.scores, entries) == best([round(score, 9) for score in told], entries)
    assert 0 < read.known <= 1


def test_what_the_shelf_does_not_know_lowers_the_known_share():
    postings = Postings([RARITY.vector(units(TEXTS[0]))], RARITY)
    assert postings.read(units("ルーター")).known == 1
    assert 0 < postings.read(units("ルーター 解約")).known < 1
    assert postings.read(units("解約")).scores == [0.0]


def test_remembered_units_are_bounded():
    postings = Postings([{}] * 10_000, RARITY)
    for number in range(200):
        postings.read([f"wo:{number}"])
    assert len(postings._units) <= 64


@pytest.mark.parametrize(
    ("scores", "limit", "order"),
    [
        pytest.param([0.1, 0.3, 0.2], 2, [1, 2], id="best first"),
        pytest.param([0.5, 0.5], 2, [0, 1], id="the earlier wins a tie"),
        pytest.param([0.5], 0, [], id="none asked for"),
        pytest.param([0.5], -1, [], id="fewer than none"),
    ],
)
def test_best(scores, limit, order):
    assert best(scores, limit) == order


def test_a_lesson_nearly_lost_moves_both_entries_and_no_other():
    lesson = Lesson(entry=0, score=0.5, pieces=("k:故障",), values=(1.0,), rivals=[(1, 0.45)])
    own, rival, other = teach([lesson], 3)
    assert own["k:故障"] > 0 > rival["k:故障"]
    assert other == {}


def test_a_safe_lesson_moves_nothing():
    lesson = Lesson(entry=0, score=0.9, pieces=("k:故障",), values=(1.0,), rivals=[(1, 0.1)])
    assert teach([lesson], 2) == [{}, {}]
