"""Posts cut into pieces."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.web.tickets.segments import merged, phrase, segments

LETTERS = st.text(alphabet="あ夜a@_/:.。、 http<>&\u202e\u2069\n", max_size=80)
SPANS = st.lists(
    st.tuples(st.integers(0, 80), st.integers(0, 80)).map(sorted).map(tuple), max_size=4
)


@given(LETTERS, SPANS)
def test_the_pieces_together_are_the_post(text, spans):
    inside = [(a, b) for a, b in spans if a < b <= len(text)]
    pieces = segments(text, merged(inside))
    assert "".join(piece.text for piece in pieces) == text


@given(SPANS)
def test_merged_spans_never_touch(spans):
    joined = merged(spans)
    assert all(a[1] < b[0] for a, b in pairwise(joined))


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("詳しくは https://example.com/a?b=1 です", ["https://example.com/a?b=1"]),
        ("（https://example.com/a）。", ["https://example.com/a"]),
        ("javascript:alert(1) data:text/html,x", []),
        ('https://example.com/"onclick="x', ["https://example.com/"]),
        ("https://a.example/\u202egnp.exe", ["https://a.example/"]),
    ],
    ids=["plain", "in brackets", "no other scheme", "a quote ends it", "no turned letters in it"],
)
def test_only_web_addresses_become_links(text, links):
    assert [piece.href for piece in segments(text) if piece.href] == links


def test_names_inside_an_address_stay_part_of_it():
    pieces = segments("https://x.com/@hikari_care と @hikari_care")
    assert [piece.at_name for piece in pieces] == [False, False, True]


def test_a_marked_piece_does_not_cut_a_link():
    text = "見て https://example.com/page"
    pieces = segments(text, [(0, len(text) - 4)])
    assert [piece.href for piece in pieces if piece.href] == ["https://example.com/page"]


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        ("変わらないです。昨夜も止まりました。", [(8, 10)], "昨夜も止まりました"),
        ("夜、遅い。夜は遅い", [(0, 1), (5, 6), (7, 9)], "夜は遅い"),
        ("短い", [], None),
    ],
    ids=["the clause around the word", "where most of it is", "nothing matched"],
)
def test_the_phrase_is_the_clause_that_matched_most(text, spans, expected):
    found = phrase(text, spans)
    assert (text[slice(*found)] if found else None) == expected
