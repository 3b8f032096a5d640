"""What the phrasings of a shelf teach its entries, where they are nearly lost to each other."""

import numpy as np
import pytest

from support.matching.training import CELLS, MARGIN, STEP, Lesson, teach

PIECE = 3
HASHED = CELLS // 2
"""Pieces, so many that three entries do not fit into the table."""


def lesson(own, rival, weight=1.0, *, entry=0, to=1):
    return Lesson(
        entry=entry,
        score=own,
        numbers=np.array([PIECE]),
        values=np.array([1.0]),
        rivals=np.array([to]),
        rival_scores=np.array([rival]),
        weight=weight,
    )


@pytest.fixture(params=[pytest.param(8, id="exact"), pytest.param(HASHED, id="hashed")])
def pieces(request):
    return request.param


def moved(rows):
    return [dict(zip(*(part.tolist() for part in row), strict=True)) for row in rows]


def test_a_lesson_nearly_lost_moves_both_entries_and_no_other(pieces):
    own, rival, other = moved(teach([lesson(0.5, 0.45)], 3, pieces))
    assert own[PIECE] > 0 > rival[PIECE]
    assert own.keys() == rival.keys() == {PIECE}
    assert other == {}


def test_a_safe_lesson_moves_nothing(pieces):
    assert moved(teach([lesson(0.9, 0.8 - MARGIN)], 3, pieces)) == [{}, {}, {}]


def test_only_the_closest_rival_is_moved(pieces):
    near = Lesson(0, 0.5, np.array([1]), np.array([1.0]), np.array([1, 2]), np.array([0.3, 0.45]))
    _, second, first = moved(teach([near], 3, pieces))
    assert second == {}
    assert first[1] < 0


def test_a_step_is_bounded_and_a_light_lesson_moves_less():
    (lost, *_), (light, *_) = (
        moved(teach([lesson(0.0, 50.0, weight)], 2, 8)) for weight in (1.0, 0.1)
    )
    assert 0 < light[PIECE] < lost[PIECE] <= 4 * STEP  # a step in each epoch


def test_what_is_taught_keeps_the_entries_apart_by_the_margin():
    taught = moved(teach([lesson(0.5, 0.5), lesson(0.2, 0.2, entry=2, to=1)], 3, 8))
    assert taught[0][PIECE] - taught[1][PIECE] > MARGIN / 2
    assert taught[2][PIECE] - taught[1][PIECE] > MARGIN / 2


def test_the_same_lessons_teach_the_same():
    lessons = [lesson(0.5, 0.4 + n / 100, entry=n % 3, to=(n + 1) % 3) for n in range(30)]
    assert moved(teach(lessons, 3, 8)) == moved(teach(lessons, 3, 8))


def test_no_lessons_teach_nothing():
    assert moved(teach([], 2, 0)) == [{}, {}]
