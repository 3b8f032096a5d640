"""How much of a prepared answer's words was sent."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz

DROPPED = 0.3
"""Below that the words are the agent's own: unlike sentences share as much by chance."""


def kept(texts: Iterable[str], body: str) -> float:
    """From 0 to 1 for the nearest of an answer's texts, their blanks filled; 1: word for word."""
    sent = _plain(body)
    return max((fuzz.ratio(_plain(text), sent) / 100 for text in texts), default=0.0)


def own_words(share: float) -> bool:
    """Whether so little was kept that the reply no longer comes from the answer."""
    return share < DROPPED


def _plain(text: str) -> str:
    """Ends of lines and the space around them are the browser's, not the agent's."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
