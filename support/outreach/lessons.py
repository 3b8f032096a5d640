"""What approving and skipping taught about which posts are worth help.

A piece is four letters in a row. Each piece seen often enough has log-odds of being approved,
against how often anything is; the pieces of a post that say most move its score, a little. Nothing
of a post is kept but such pieces.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from support.outreach.reading import Reading, read

MOST_POINTS = 15
"""What is learned moves a score by so much, up or down."""
MOST_PIECES = 5_000
_PIECE = 4
_SEEN_LEAST = 3
"""Posts a piece must have stood in."""
_PRIOR = 4.0
"""Posts' worth of doubt: a piece seen seldom is taken to be like any other."""
_TELLING = 0.5
"""Log-odds below which a piece says nothing."""
_ASKED = 8
"""The most telling pieces of a post are asked."""
_AGREE_LEAST = 4
"""Pieces it takes: less is no likeness but a word in common."""


@dataclass(frozen=True)
class Learned:
    """Of each piece, in how many approved and in how many skipped posts it stood."""

    approved: int = 0
    skipped: int = 0
    pieces: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def log_odds(self, piece: str) -> float:
        """How much more often than others posts with this piece were approved."""
        approved, skipped = self.pieces.get(piece, (0, 0))
        usual = (self.approved + 1) / (self.approved + self.skipped + 2)
        here = (approved + _PRIOR * usual) / (approved + skipped + _PRIOR)
        return math.log(here / (1 - here)) - math.log(usual / (1 - usual))


@dataclass(frozen=True)
class Lesson:
    """What is learned says of one post; `count` decisions on posts with its most telling piece."""

    points: int
    count: int
    places: tuple[tuple[int, int], ...]


def learn(examples: Iterable[tuple[str, bool]]) -> Learned:
    """From posts and whether each was approved; in whichever order they come."""
    seen: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    posts = [0, 0]
    for text, was_approved in examples:
        number = 0 if was_approved else 1
        posts[number] += 1
        seen[number].update({piece for piece, _ in _pieces(read(text))})
    total = seen[0] + seen[1]
    often = [piece for piece, times in total.items() if times >= _SEEN_LEAST]
    often.sort(key=lambda piece: (-total[piece], piece))
    kept = {piece: (seen[0][piece], seen[1][piece]) for piece in often[:MOST_PIECES]}
    return Learned(posts[0], posts[1], kept)


def lesson(reading: Reading, learned: Learned | None) -> Lesson | None:
    """What earlier decisions say of a post; None where they say nothing."""
    if learned is None or not learned.pieces:
        return None
    telling: dict[str, tuple[float, int]] = {}
    for piece, place in _pieces(reading):
        if piece in learned.pieces and abs(odds := learned.log_odds(piece)) >= _TELLING:
            telling.setdefault(piece, (odds, place))
    asked = sorted(telling.items(), key=lambda one: (-abs(one[1][0]), one[0]))[:_ASKED]
    mean = sum(odds for _, (odds, _) in asked) / len(asked) if asked else 0.0
    agreeing = [(piece, place) for piece, (odds, place) in asked if odds * mean > 0]
    points = round(MOST_POINTS * math.tanh(mean / 2))
    if len(agreeing) < _AGREE_LEAST or not points:
        return None
    count = learned.pieces[agreeing[0][0]][0 if points > 0 else 1]
    places = sorted((place, place + _PIECE) for _, place in agreeing)
    return Lesson(points, count, tuple(places))


def _pieces(reading: Reading) -> list[tuple[str, int]]:
    words = reading.words
    pieces = [(words[place : place + _PIECE], place) for place in range(len(words) - _PIECE + 1)]
    return [(piece, place) for piece, place in pieces if sum(map(str.isalnum, piece)) >= _PIECE - 1]
