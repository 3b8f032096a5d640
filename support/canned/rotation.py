"""Which of an answer's texts to send next: X refuses or hides the same words sent again soon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """The text whose turn it is; `sent_at`: when it last went out, if X may still remember it."""

    text: str
    sent_at: datetime | None = None


def whose_turn(texts: Sequence[str], sent: Mapping[str, datetime]) -> Turn:
    """The first text that was not `sent`, else the one that was sent longest ago.

    `texts` are the answer and its variants, at least one; `sent` says when each went out last,
    within the time X remembers.
    """
    for text in texts:
        if text not in sent:
            return Turn(text)
    oldest = min(texts, key=lambda text: sent[text])
    return Turn(oldest, sent[oldest])
