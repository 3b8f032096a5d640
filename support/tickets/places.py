"""Where one page of the queue ends and the next begins, as it stands in a link."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST_ID = 9
"""Digits; a longer number may be more than a database holds, and an error in a query."""


@dataclass(frozen=True)
class Place:
    """A place in the queue's order: first by due time, then those without one by last message."""

    at: datetime
    id: int
    has_due: bool

    def __str__(self) -> str:
        words = f"{'d' if self.has_due else 'u'}|{self.at.isoformat()}|{self.id}"
        return base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")


def place_from(words: str) -> Place | None:
    """The place a page link names; None if the link was tampered with."""
    try:
        padded = words + "=" * (-len(words) % 4)
        kind, at, number = base64.urlsafe_b64decode(padded.encode()).decode().split("|")
        moment = datetime.fromisoformat(at)
        if len(number) > LONGEST_ID:
            return None
        return Place(moment.astimezone(UTC), int(number), kind == "d")
    except (ValueError, binascii.Error, UnicodeError, OverflowError):
        return None
