"""Words for the same thing: found as long as they are, and lists that hold no slip."""

from importlib.resources import files

import pytest

from support.matching.features import pieces
from support.matching.synonyms import LONGEST_PHRASE, Synonyms, built_in
from support.matching.text import normalise

GROUPS = Synonyms(
    [
        ["支払", "支払い", "決済"],
        ["支払い方法", "方法"],
        ["lost", "stolen", "cannot find"],
        ["did not go through", "not go through", "failed"],
        ["find", "find out"],
        ["wi-fi", "ワイ ファイ"],
    ]
)


def said(text):
    return [(text[start:end], groups) for start, end, groups in GROUPS.places(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("決済の方法", [("決済", "0"), ("方法", "1")], id="in order"),
        pytest.param("支払い方法は", [("支払い方法", "1")], id="the longest, none inside it"),
        pytest.param("支払う", [("支払", "0")], id="the shorter where the longer is not"),
        pytest.param("支払い支払い方法", [("支払い", "0"), ("支払い方法", "1")], id="next to it"),
        pytest.param("cannot find it", [("find", "4"), ("cannot find", "2")], id="two words"),
        pytest.param("cannots finding", [("finding", "4"), ("cannots finding", "2")], id="endings"),
        pytest.param("it did not go through", [("not go through", "3")], id="at most three words"),
        pytest.param("stolen", [("stolen", "2")], id="one word"),
        pytest.param("lostness finder", [], id="not inside a word"),
        pytest.param("ワイファイ", [("ワイファイ", "5")], id="a Japanese word has no spaces"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_where_listed_words_stand(text, found):
    assert said(text) == [(word, (group,)) for word, group in found]


def test_a_word_of_two_groups_speaks_of_both():
    both = Synonyms([["更新", "継続"], ["更新", "アップデート"]])
    assert both.found("更新") == ["0", "1"]
    assert both.found("継続とアップデート、継続") == ["0", "1"]


def lines(name):
    text = files("support.matching").joinpath("words", name).read_text("utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def words(name, line):
    return [w.strip() for w in line.split("," if name == "en.txt" else None)]


LISTS = [(name, line) for name in ("ja.txt", "en.txt") for line in lines(name)]


@pytest.mark.parametrize("name", ["ja.txt", "en.txt"])
def test_a_list_is_read_line_by_line(name):
    assert len(lines(name)) > 50
    assert all(line.strip() for line in lines(name))


def test_every_line_of_the_lists_is_a_choice_of_different_words():
    for name, line in LISTS:
        found = words(name, line)
        assert len(found) >= 2, line
        assert all(found), line
        assert len(set(found)) == len(found), line


def test_no_two_lines_of_the_lists_are_the_same_group():
    groups = [frozenset(words(name, line)) for name, line in LISTS]
    assert len(set(groups)) == len(groups)


def test_every_listed_word_is_found_where_it_is_said():
    """English phrases longer than three words could never be."""
    for number, (name, line) in enumerate(LISTS):
        for word in words(name, line):
            assert len(word.split()) <= LONGEST_PHRASE or name == "ja.txt", word
            assert str(number) in built_in().found(word), word


def test_another_word_for_it_is_a_piece_both_texts_share():
    shared = set(pieces(normalise("退会したい"))) & set(pieces(normalise("解約の手続き")))
    assert any(piece.startswith("m:") for piece in shared)
