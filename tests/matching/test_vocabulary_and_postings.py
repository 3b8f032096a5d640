"""Rare pieces weigh more; postings give the same scores as the rows they stand for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.matching.features import pieces
from support.matching.model import Entry, Model
from support.matching.postings import Postings, best
from support.matching.stemming import stem
from support.matching.vocabulary import NOTHING, Vocabulary, total, unit_length

ENTRIES = [
    ["ルーターの故障", "ルーターの設定"],
    ["請求の内訳", "請求とルーター"],
    ["where is my refund", "refund my bill", "refund"],
]
SIZE = 12
"""Pieces in drawn rows."""
VALUES = st.floats(-2, 2, width=32)


def taught():
    vocabulary = Vocabulary()
    numbers = [[vocabulary.number(pieces(text)) for text in entry] for entry in ENTRIES]
    vocabulary.weigh(numbers)
    return vocabulary


def weight(vocabulary, piece):
    (number,) = vocabulary.take([piece])
    return vocabulary.weights[number]


def test_the_rarer_piece_weighs_more_by_entries_not_by_phrasings():
    vocabulary = taught()
    assert weight(vocabulary, "k:故障") > weight(vocabulary, "k:ルー")
    said_three_times, said_once = (
        weight(vocabulary, "w:refund"),
        weight(vocabulary, f"w:{stem('bill')}"),
    )
    assert said_three_times == said_once


def test_a_piece_no_entry_has_weighs_most_and_by_its_kind():
    vocabulary = taught()
    known = weight(vocabulary, "k:故障")
    before = len(vocabulary)
    new = vocabulary.take(["k:解約", "k:故障", "h:つなが", "k:解約"])
    assert new.tolist() == [before, vocabulary.take(["k:故障"])[0], before + 1, before]
    assert len(vocabulary.weights) == len(vocabulary) == before + 2
    assert vocabulary.weights[new[0]] > vocabulary.weights[new[2]]
    assert vocabulary.weights[new[0]] > known == vocabulary.weights[new[1]]


def test_pieces_are_numbered_without_touching_the_weights():
    """A shelf is numbered text by text: a copy of all weights for each would be a square."""
    vocabulary = taught()
    weights = vocabulary.weights
    vocabulary.number(["k:解約"])
    assert vocabulary.weights is weights


def test_reading_leaves_out_what_nobody_says_but_counts_its_length():
    vocabulary = taught()
    found, numbers, length = vocabulary.read(["k:解約", "k:故障"])
    of_known, of_unknown = weight(vocabulary, "k:故障"), weight(vocabulary, "k:解約")  # taken now
    assert found == ["k:故障"]
    assert numbers.tolist() == vocabulary.take(["k:故障"]).tolist()
    assert length == pytest.approx((of_known**2 + of_unknown**2) ** 0.5)
    assert vocabulary.read([])[2] == 0.0


@st.composite
def rows(draw):
    numbers = sorted(draw(st.sets(st.integers(0, SIZE - 1))))
    values = draw(st.lists(VALUES, min_size=len(numbers), max_size=len(numbers)))
    return np.array(numbers, np.int64), np.array(values, np.float64)


def dense(row):
    vector = np.zeros(SIZE)
    vector[row[0]] = row[1]
    return vector


@given(st.lists(st.tuples(rows(), VALUES), max_size=5))
def test_the_total_is_the_sum_of_the_rows_each_piece_once(parts):
    found = total(parts)
    assert len(set(found[0].tolist())) == len(found[0])
    assert dense(found) == pytest.approx(sum(dense(row) * w for row, w in parts) + np.zeros(SIZE))


@given(rows())
def test_a_row_of_unit_length_points_the_same_way(row):
    found = dense(unit_length(row))
    length = np.linalg.norm(dense(row))
    assert found * length == pytest.approx(dense(row), abs=1e-9)
    assert np.linalg.norm(found) == pytest.approx(1.0 if length else 0.0)


WEIGHTS = st.lists(st.floats(0, 3, width=32), min_size=SIZE, max_size=SIZE)


@given(st.lists(rows(), max_size=6), WEIGHTS, st.sets(st.integers(0, SIZE + 3)))
def test_postings_score_a_text_as_its_vector_would(entries, weights, text):
    """Pieces learnt after the postings were laid out (numbers from SIZE on) add nothing."""
    postings = Postings(entries, np.array(weights))
    vector = np.array([w if n in text else 0.0 for n, w in enumerate(weights)])
    numbers = np.array(sorted(text), np.int64)
    scores = postings.scores(numbers)
    assert scores == pytest.approx(np.array([dense(row) @ vector for row in entries]), abs=1e-5)


@given(st.lists(rows(), min_size=1, max_size=6), WEIGHTS, st.sets(st.integers(0, SIZE - 1)))
def test_the_parts_of_a_score_add_up_to_it(entries, weights, text):
    postings = Postings(entries, np.array(weights))
    numbers = np.array(sorted(text), np.int64)
    parts = postings.parts(numbers, range(len(entries)))
    for entry, (row, of_entry) in enumerate(zip(entries, parts, strict=True)):
        by_hand = [dense(row)[number] * weights[number] for number in numbers]
        assert of_entry == pytest.approx(np.array(by_hand), abs=1e-5)
        assert of_entry.sum() == pytest.approx(postings.scores(numbers)[entry], abs=1e-5)


@given(st.lists(st.integers(0, 6).map(float) | st.floats(-3, 3), max_size=40), st.integers(-1, 45))
def test_the_best_are_those_of_a_full_sort_and_the_earlier_wins_a_tie(scores, limit):
    everything = sorted(range(len(scores)), key=lambda one: -scores[one])
    assert best(np.array(scores), limit) == everything[: max(limit, 0)]


def test_a_model_without_entries_or_words_scores_nothing():
    assert len(Model([]).read("解約").scores) == 0
    assert Model([Entry([""]), Entry([])]).read("解約").scores.tolist() == [0.0, 0.0]
    assert total([(NOTHING, 1.0)]) == NOTHING
