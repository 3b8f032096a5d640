"""Floors of quality on requests people wrote, with one configuration; skipped without the data.

`SHARED_DATA` names the folder of data sets, else it is looked for beside the checkout.
"""

import os
import random
from dataclasses import replace
from pathlib import Path

import pytest

from support.canned.evaluation import Query, evaluate, read_entries, read_queries
from support.canned.shelf import Shelf

BESIDE = Path(__file__).parents[3] / "shared" / "data"
ANSWERS = Shelf(Path(__file__).parents[2] / "canned_replies")
SETS = Path(os.environ.get("SHARED_DATA", BESIDE)) / "suggest"

pytestmark = pytest.mark.skipif(
    not SETS.is_dir(), reason=f"the data sets for suggestions are not there: {SETS}"
)


def lines(name):
    return (SETS / name).read_text("utf-8").splitlines()


def shelf(name, phrasings):
    """The entries of a set with so many phrasings each, the same ones every time."""
    entries, faults = read_entries(lines(name))
    assert faults == []
    draw = random.Random(7)
    return [
        replace(entry, questions=tuple(draw.sample(entry.questions, phrasings)))
        if len(entry.questions) > phrasings
        else entry
        for entry in entries
    ]


def queries(name):
    found, faults = read_queries(lines(name))
    assert faults == []
    return found[::3]


@pytest.mark.parametrize(
    ("entries", "asked", "phrasings", "top1", "top3"),
    [
        pytest.param("asdc100/entries-1.jsonl", "asdc100/queries.jsonl", 1, 0.59, 0.74, id="ja, 1"),
        pytest.param("asdc100/entries-5.jsonl", "asdc100/queries.jsonl", 5, 0.67, 0.80, id="ja, 5"),
        pytest.param(
            "asdc100/entries-20.jsonl", "asdc100/queries.jsonl", 20, 0.72, 0.84, id="ja, 20"
        ),
        pytest.param(
            "banking77/entries.jsonl", "banking77/queries.jsonl", 5, 0.57, 0.77, id="en, 5"
        ),
        pytest.param(
            "banking77/entries.jsonl", "banking77/queries.jsonl", 20, 0.74, 0.88, id="en, 20"
        ),
        pytest.param(
            "clinc150/entries.jsonl", "clinc150/queries.jsonl", 10, 0.76, 0.88, id="intents"
        ),
    ],
)
def test_the_right_answer_comes_first_or_among_three(entries, asked, phrasings, top1, top3):
    figures = evaluate(shelf(entries, phrasings), queries(asked))
    assert figures["top1"] >= top1
    assert figures["top3"] >= top3


def far_posts(language):
    """Posts about other things: questions made to be out of scope, or about another trade."""
    if language == "en":
        return [
            query for query in read_queries(lines("clinc150/queries.jsonl"))[0] if not query.right
        ]
    asked = (phrasing for reply in ANSWERS.replies for phrasing in reply.questions)
    return [Query(str(number), phrasing, {}) for number, phrasing in enumerate(asked)]


@pytest.mark.parametrize(
    ("entries", "asked", "language", "floor"),
    [
        pytest.param(
            "banking77/entries.jsonl", "banking77/queries.jsonl", "en", 0.93, id="another trade, en"
        ),
        pytest.param(
            "clinc150/entries.jsonl", "clinc150/queries.jsonl", "en", 0.88, id="out of scope, en"
        ),
        pytest.param(
            "asdc100/entries-20.jsonl", "asdc100/queries.jsonl", "ja", 0.94, id="another trade, ja"
        ),
    ],
)
def test_confidence_tells_what_nothing_answers(entries, asked, language, floor):
    fitting = [query for query in queries(asked) if query.right]
    figures = evaluate(shelf(entries, 20), [*fitting, *far_posts(language)])
    assert figures["auroc"] >= floor
