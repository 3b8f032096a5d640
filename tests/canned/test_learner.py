"""Learning on the spot: towards the right answer, away from its closest rival, within a bound."""

import threading
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.matching.learner import AT_HAND, BOUND, Learner, top
from support.matching.model import Entry, Model

ENTRIES = [
    Entry(["ルーターのランプが赤い", "ルーターの故障"]),
    Entry(["請求が高い", "請求の内訳"]),
    Entry(["解約したい", "契約をやめる"]),
    Entry(["where is my refund"]),
]
MODEL_POSTS = [
    "ルーターの請求",
    "解約の請求はいくら",
    "赤いランプの意味",
    "refund for my router",
    "モデムの点滅",  # not a word of it is on the shelf
]


@pytest.fixture
def model():
    return Model(ENTRIES)


@pytest.fixture
def learner(model):
    return Learner(model, len(ENTRIES))


def scores(learner, model, post):
    return learner.changed(model.read(post))


def test_before_anything_is_learnt_the_model_is_as_it_was(learner, model):
    reading = model.read("解約の請求")
    assert learner.changed(reading) is reading.scores


def test_the_right_answer_moves_towards_the_post_and_the_closest_other_away(learner, model):
    post = "ルーターの請求"
    before = scores(learner, model, post)
    first, second = np.argsort(-before)[:2].tolist()
    learner.right(post, second, 1.0)
    change = scores(learner, model, post) - before
    assert change[second] > 0 > change[first]
    assert [change[n] for n in range(len(ENTRIES)) if n not in (first, second)] == [0.0, 0.0]


def test_words_nobody_used_before_are_learnt(learner, model):
    assert scores(learner, model, "モデムの点滅").max() <= 0.1
    learner.right("モデムの点滅", 0, 1.0)
    assert top(scores(learner, model, "モデムが点滅する"))[0] == 0


def test_a_light_lesson_moves_less(model):
    full, half = Learner(model, len(ENTRIES)), Learner(model, len(ENTRIES))
    full.right("モデムの点滅", 0, 1.0)
    half.right("モデムの点滅", 0, 0.5)
    assert 0 < scores(half, model, "モデムの点滅")[0] < scores(full, model, "モデムの点滅")[0]


def test_each_pick_of_an_answer_already_safe_adds_less_than_the_one_before(learner, model):
    post, told = "解約したい", []
    for _ in range(4):
        told.append(scores(learner, model, post)[2])
        learner.right(post, 2, 1.0)
    steps = np.diff(told)
    assert all(0 < after < before for before, after in pairwise(steps))


def test_refused_answers_fall_and_others_do_not(learner, model):
    post = "解約の請求はいくら"
    before = scores(learner, model, post)
    learner.wrong(post, [1, 2], 1.0)
    change = scores(learner, model, post) - before
    assert change[1] < 0
    assert change[2] < 0
    assert change[[0, 3]].tolist() == [0.0, 0.0]


def test_an_answer_that_says_nothing_to_the_post_is_not_moved_by_a_refusal(learner, model):
    learner.wrong("モデムの点滅", [3], 1.0)
    assert scores(learner, model, "モデムの点滅")[3] == 0.0


@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from(MODEL_POSTS), st.integers(0, 3)),
        min_size=1,
        max_size=60,
    )
)
def test_all_that_was_learnt_never_adds_or_takes_more_than_the_bound(decisions):
    model = Model(ENTRIES)
    learner = Learner(model, len(ENTRIES))
    for picked, post, entry in decisions * 3:
        if picked:
            learner.right(post, entry, 1.0)
        else:
            learner.wrong(post, [entry], 1.0)
    for post in MODEL_POSTS:
        reading = model.read(post)
        assert np.abs(learner.changed(reading) - reading.scores).max() <= BOUND + 1e-9


def test_lessons_laid_out_score_as_when_fresh(model):
    """The same lessons, one of them enough to have the others laid out."""
    fresh, laid_out = Learner(model, len(ENTRIES)), Learner(model, len(ENTRIES))
    for learner in (fresh, laid_out):
        for number in range(AT_HAND // 4):
            learner.right(MODEL_POSTS[number % 5], number % 4, 0.3)
    assert fresh._laid_out is None
    laid_out._lay_out()
    assert laid_out._fresh == []
    for post in MODEL_POSTS:
        reading = model.read(post)
        assert laid_out.changed(reading) == pytest.approx(fresh.changed(reading), abs=1e-6)


def test_lessons_are_laid_out_when_there_are_many_and_no_more_are_kept_at_hand(learner):
    for number in range(AT_HAND * 3):
        learner.right(f"モデムの点滅 {number}", number % 4, 1.0)
    assert learner._laid_out is not None
    assert len(learner._fresh) <= AT_HAND


def test_reading_while_another_thread_learns(learner, model):
    """New words make the weights longer while others read them."""
    begun, faults = threading.Barrier(4), []

    def read():
        begun.wait()
        try:
            for number in range(150):
                found = scores(learner, model, MODEL_POSTS[number % 5])
                assert np.isfinite(found).all()
        except Exception as fault:
            faults.append(fault)

    def learn():
        begun.wait()
        try:
            for number in range(100):
                learner.right(f"新語{number} ルーター novelty{number}", number % 4, 1.0)
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work) for work in (read, read, learn, learn)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    again = Learner(model, len(ENTRIES))
    again.right("新語7", 1, 1.0)
    assert scores(again, model, "新語7")[1] > 0


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        pytest.param([], (-1, 0.0, 0.0), id="none"),
        pytest.param([0.25], (0, 0.25, 0.25), id="one"),
        pytest.param([0.25, 0.75], (1, 0.75, 0.5), id="two"),
        pytest.param([0.5, 0.5], (0, 0.5, 0.0), id="a tie"),
    ],
)
def test_the_top_and_its_gap(entries, found):
    assert top(np.array(entries)) == found


def test_a_single_answer_learns_without_a_rival():
    model = Model(ENTRIES[:1])
    learner = Learner(model, 1)
    learner.right("モデムの点滅", 0, 1.0)
    assert scores(learner, model, "モデムの点滅")[0] > 0
