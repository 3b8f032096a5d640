"""What a prepared answer is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Channel = Literal["public", "dm", "both"]
CHANNELS: tuple[Channel, ...] = ("public", "dm", "both")


@dataclass(frozen=True, slots=True)
class CannedReply:
    """One prepared answer; `questions` are the customers' own phrasings of what it answers.

    `valid_from` and `valid_until` are calendar days, both included. `language` is a code such as
    "ja". `answer` is None only for entries that are ranked but never sent (evaluation sets).
    """

    id: str
    title: str = ""
    questions: tuple[str, ...] = ()
    answer: str | None = None
    tags: tuple[str, ...] = ()
    channel: Channel = "both"
    language: str = "ja"
    category: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    owner: str = ""
    review_by: date | None = None
    variants: tuple[str, ...] = ()
    """The same answer in other words, each whole: used in turn with `answer`."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Every wording of the answer, the first one first."""
        return (self.answer or "", *self.variants)
