"""Where in a text the words stand that were looked for, and the piece around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from support.search.folding import fold_in_place

Span = tuple[int, int]
WIDTH = 140
LEAD = 30
"""Characters before the first word found; what comes after it says more."""


@dataclass(frozen=True)
class Piece:
    text: str
    marked: bool = False


def found_in(text: str, terms: Sequence[str]) -> list[Span]:
    """Every place of the folded `terms` in the original, in order, joined where they touch."""
    words, places = fold_in_place(text)
    spans: list[Span] = []
    for term in terms:
        at = words.find(term)
        while term and at >= 0:
            spans.append((places[at][0], places[at + len(term) - 1][1]))
            at = words.find(term, at + len(term))
    joined: list[Span] = []
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def snippet(text: str, terms: Sequence[str], width: int = WIDTH) -> list[Piece]:
    """The part of `text` with most of the words found, cut into what is marked and what is not."""
    spans = found_in(text, terms)
    begin = _best_begin(spans, width) if spans else 0
    begin = max(0, min(begin, len(text) - width))
    end = min(len(text), begin + width)
    pieces = [Piece("…")] if begin else []
    at = begin
    for start, stop in spans:
        start, stop = max(start, begin), min(stop, end)
        if start < stop:
            pieces += [Piece(text[at:start]), Piece(text[start:stop], marked=True)]
            at = stop
    pieces += [Piece(text[at:end]), Piece("…" if end < len(text) else "")]
    return [piece for piece in pieces if piece.text]


def _best_begin(spans: Sequence[Span], width: int) -> int:
    """A little before the word found from where the width holds the most of them."""
    if spans[-1][1] <= width:
        return 0
    best, most = spans[0][0], 0
    for start, _ in spans:
        inside = sum(start <= a and b <= start + width - LEAD for a, b in spans)
        if inside > most:
            best, most = start, inside
    return max(0, best - LEAD)
