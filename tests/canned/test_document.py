"""An answer written to its file is read back as it was."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.canned import front_matter
from support.canned.document import render
from support.canned.replies import CHANNELS, CannedReply
from support.canned.shelf import Shelf
from support.matching.text import normalise

SHELF = Shelf(Path(__file__).parents[2] / "canned_replies")
PATH = "速度/夜/slow.md"


def plain(reply: CannedReply) -> CannedReply:
    read, faults = front_matter.read(PATH, render(reply).encode())
    assert faults == []
    assert read is not None
    return read


# Signs YAML reads itself, line ends of every kind, and what looks like something else.
TRICKY = """yes|null|~|001|1e3|2026-01-01|a: b|a #b|- a|[a|{a}|&a|*a|!a|> a|%a|@a|`a|"a|'a'|a,b]|#a
? a|---|...|=a|a\u2028b|a\x85b|a\tb|a\\b|a\x7fb|😀|\ufeffa|key:|a:b|<<|--- a"""
tricky = st.sampled_from([*re.split(r"[|\n]", TRICKY), "| a", "a|b"])
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)
one_line = (tricky | words).map(lambda t: " ".join(t.split("\n")).replace("\r", " ").strip())
named = one_line.filter(bool)
safe = st.text(st.sampled_from("ab あ：:-#|>\t\n'\"{[,!"), max_size=40)
written = (tricky | words | safe).map(lambda t: t.replace("\r", "\n").replace("{", "(").strip())
answers = written.map(lambda t: t.replace("｛", "(")).filter(bool)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))

replies = st.builds(
    CannedReply,
    id=st.from_regex(r"[\w.:-]{1,80}", fullmatch=True),
    title=named,
    questions=st.lists(named.filter(normalise), max_size=4).map(tuple),
    answer=answers,
    tags=st.lists(named, max_size=4).map(tuple),
    channel=st.sampled_from(CHANNELS),
    language=st.sampled_from(["ja", "en", "no", "zh-Hant"]),
    category=st.just("速度/夜"),
    valid_from=st.none() | days,
    owner=one_line,
    review_by=st.none() | days,
    variants=st.lists(answers, max_size=3).map(tuple),
)


@given(replies)
def test_what_is_written_is_read_back_as_it_was(reply):
    assert plain(reply) == reply


@pytest.mark.parametrize("reply", SHELF.replies, ids=lambda reply: reply.id)
def test_the_shelfs_own_files_are_written_as_people_wrote_them(reply):
    path = SHELF.folder / reply.category / f"{reply.id}.md"
    as_written = path.read_text("utf-8").replace("channel: both\n", "")  # the default
    assert render(reply).replace('"', "") == as_written.replace('"', "")


def test_keys_keep_their_order_and_defaults_are_left_out():
    reply = CannedReply(
        "a",
        "題",
        ("一", "二"),
        "本文",
        ("x",),
        "dm",
        valid_until=date(2026, 1, 2),
        variants=("別",),
    )
    assert render(reply) == (
        "---\nid: a\ntitle: 題\nasked_as:\n  - 一\n  - 二\ntags: [x]\nchannel: dm\n"
        "valid_until: 2026-01-02\nvariants:\n  - 別\n---\n本文\n"
    )


@pytest.mark.parametrize("title", ["yes", "001", "null", "2026-01-01", "a: b", "# a", "[a"])
def test_what_yaml_reads_itself_stands_in_quotes(title):
    assert f'title: "{title}"\n' in render(CannedReply("a", title, answer="x"))


def test_a_variant_of_several_lines_stands_as_it_is():
    text = render(CannedReply("a", "題", answer="x", variants=("一行目\n\n  二行目: #",)))
    assert "variants:\n  - |-\n    一行目\n\n      二行目: #\n---\n" in text


def test_a_shelf_of_written_answers_has_no_fault(tmp_path):
    for reply in SHELF.replies:
        (tmp_path / f"{reply.id}.md").write_text(render(reply), "utf-8")
    shelf = Shelf(tmp_path)
    assert (len(shelf.replies), shelf.faults) == (len(SHELF.replies), ())
