"""A phrasing goes into an answer's file, and nothing else in the file changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.canned import front_matter, writing
from support.canned.insertion import with_phrasing
from support.canned.records import AnswerEdit
from support.canned.shelf import Shelf
from support.errors import Refused
from support.matching.text import normalise
from tests.fakes import THURSDAY

BLOCK = """---
# ours
id: slow
title: 遅い
asked_as:   # how customers say it
  - 夜だけ遅い
  - "夜になると: 遅い"

tags: [速度]
---
お試しください。
"""
FLOW = "---\nid: slow\ntitle: a\nasked_as: [夜だけ遅い, 遅い ]\ntags: []\n---\nお試しください。\n"
SAID = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")))
FORMS = {
    "block": (BLOCK, BLOCK.replace('遅い"\n', '遅い"\n  - "新しい"\n')),
    "block at the end": (
        "---\ntitle: a\nasked_as:\n- 遅い\n---\nx\n",
        '---\ntitle: a\nasked_as:\n- 遅い\n- "新しい"\n---\nx\n',
    ),
    "comment behind": (
        "---\ntitle: a\nasked_as:\n  - 遅い # 夜\n---\nx\n",
        '---\ntitle: a\nasked_as:\n  - 遅い # 夜\n  - "新しい"\n---\nx\n',
    ),
    "flow": (FLOW, FLOW.replace("遅い ]", '遅い, "新しい" ]')),
    "empty flow": (
        "---\ntitle: a\nasked_as: []\n---\nx\n",
        '---\ntitle: a\nasked_as: ["新しい"]\n---\nx\n',
    ),
    "no list yet": (
        "---\ntitle: a\n---\nx\n",
        '---\ntitle: a\nasked_as:\n  - "新しい"\n---\nx\n',
    ),
    "folded": (
        "---\ntitle: a\nasked_as:\n  - >-\n    夜だけ\n    遅い\ntags: [a]\n---\nx\n",
        '---\ntitle: a\nasked_as:\n  - >-\n    夜だけ\n    遅い\n  - "新しい"\ntags: [a]\n---\nx\n',
    ),
}


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("form", FORMS)
def test_the_file_stays_as_it_is_besides(form, ends):
    before, after = (text.replace("\n", ends) for text in FORMS[form])
    assert with_phrasing(before, "新しい") == after


@pytest.mark.parametrize(
    "text",
    ["", "no front matter", "---\nid: a\n", "---\nasked_as: word\n---\nx", "---\n{id: a}\n---\nx"],
)
def test_a_form_nobody_foresaw_is_left_alone(text):
    assert with_phrasing(text, "新しい") is None


@pytest.mark.parametrize("form", FORMS)
@given(phrasing=SAID.filter(normalise))
def test_what_goes_in_is_read_back(form, phrasing):
    before = FORMS[form][0]
    known, _ = front_matter.read("a.md", before.encode())
    back, faults = front_matter.read("a.md", with_phrasing(before, phrasing).encode())
    assert (back.questions, faults) == ((*known.questions, phrasing), [])
    assert back.answer == known.answer


@pytest.fixture
def shelf(tmp_path):
    (tmp_path / "shelf").mkdir()
    (tmp_path / "shelf" / "slow.md").write_bytes(BLOCK.replace("\n", "\r\n").encode())
    return Shelf(tmp_path / "shelf", every=0)


def test_the_shelf_sees_it_and_a_row_tells_who(session, cast, shelf):
    raw = (shelf.folder / "slow.md").read_bytes()
    writing.add_phrasing(session, shelf, shelf.get("slow"), "新しい", cast.ken, THURSDAY)
    assert shelf.get("slow").questions == ("夜だけ遅い", "夜になると: 遅い", "新しい")
    now = (shelf.folder / "slow.md").read_bytes()
    assert now.replace('  - "新しい"\r\n'.encode(), b"") == raw
    [edit] = session.query(AnswerEdit)
    assert (edit.answer_id, edit.path, edit.agent_id) == ("slow", "slow.md", cast.ken.id)
    assert edit.before.encode() == raw
    assert edit.after.encode() == now


def test_a_phrasing_it_has_changes_nothing(session, cast, shelf):
    slow = shelf.get("slow")
    assert writing.add_phrasing(session, shelf, slow, "夜だけ遅い", cast.ken, THURSDAY) is None
    assert session.query(AnswerEdit).count() == 0


def test_an_answer_that_went_is_named_to_the_agent(session, cast, shelf):
    slow = shelf.get("slow")
    (shelf.folder / "slow.md").unlink()
    with pytest.raises(Refused, match="もうありません"):
        writing.add_phrasing(session, shelf, slow, "新しい", cast.ken, THURSDAY)
