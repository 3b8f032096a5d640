"""A post cut into pieces that are drawn differently: links, @names, words that matched."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

Span = tuple[int, int]

_LINK = re.compile(
    r"https?://[^\s<>\"'、。，．）」』】\u3000\u200b-\u200f\u202a-\u202e\u2066-\u2069]+"
)
_HASHTAG = re.compile(r"(?<![\w&#＃/])[#＃](?=\w*[^\W\d_])\w+")
_AT_NAME = re.compile(r"(?<![\w@＠])[@＠][A-Za-z0-9_]{1,15}(?![\w@])")


@dataclass(frozen=True, slots=True)
class Segment:
    """`href` is set on a link; `marked`: it speaks for a suggestion."""

    text: str
    href: str = ""
    at_name: bool = False
    hashtag: bool = False
    marked: bool = False


def segments(text: str, marks: Sequence[Span] = ()) -> list[Segment]:
    """The pieces of `text` in order; put together again they are the text."""
    special = [(m.span(), "link") for m in _LINK.finditer(text)]
    special += [(m.span(), "name") for m in _AT_NAME.finditer(text)]
    special += [(m.span(), "hashtag") for m in _HASHTAG.finditer(text)]
    kinds = {span: kind for span, kind in special if not _inside_link(span, kind, special)}
    return [
        _segment(text, span, kind, any(a < span[1] and span[0] < b for a, b in marks))
        for span, kind in _cut(len(text), kinds, marks)
    ]


def _inside_link(span: Span, kind: str, special: Iterable[tuple[Span, str]]) -> bool:
    return kind != "link" and any(other == "link" and a <= span[0] < b for (a, b), other in special)


def _cut(length: int, kinds: dict[Span, str], marks: Sequence[Span]) -> list[tuple[Span, str]]:
    """Every piece between two borders; links stay whole."""
    borders = {0, length}
    borders.update(place for span in kinds for place in span)
    borders.update(p for span in marks for p in span if 0 <= p <= length and not _within(p, kinds))
    places = sorted(borders)
    return [((a, b), kinds.get((a, b), "")) for a, b in pairwise(places)]


def _within(place: int, kinds: Iterable[Span]) -> bool:
    return any(start < place < end for start, end in kinds)


def _segment(text: str, span: Span, kind: str, marked: bool) -> Segment:
    piece = text[span[0] : span[1]]
    return Segment(
        piece, piece if kind == "link" else "", kind == "name", kind == "hashtag", marked
    )


def without_last(pieces: list[Segment], link: str) -> list[Segment]:
    """The pieces without a link that begins with `link` at their end, and the space before it."""
    if not (pieces and pieces[-1].href.startswith(link)):
        return pieces
    rest = pieces[:-1]
    if rest and not rest[-1].href:
        rest[-1] = replace(rest[-1], text=rest[-1].text.rstrip())
    return rest


_CLAUSE = re.compile(r"[^、。，．,.!?！？…\s]+[、。，．,.!?！？…]*")


def phrase(text: str, spans: Sequence[Span]) -> Span | None:
    """The clause of `text` in which most of the `spans` lie, without its closing marks."""
    best, most = None, 0
    for clause in _CLAUSE.finditer(text):
        start, end = clause.span()
        marked = sum(max(0, min(end, b) - max(start, a)) for a, b in spans)
        if marked > most:
            best, most = (start, start + len(clause[0].rstrip("、。，．,.!?！？…"))), marked
    return best


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that touch or overlap joined."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
