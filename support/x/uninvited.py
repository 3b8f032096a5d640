"""What X says of writing to people who did not ask, in its own words.

Read by whoever switches outreach on. X's developer guidelines are about apps: a person who types
an answer on x.com is not named there, and answers for it by themselves.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Quotation:
    """Words of X, where they stand, and when we read them there."""

    words: tuple[str, ...]
    title: str
    address: str
    as_of: date

    @property
    def whole(self) -> str:
        """As it is kept beside the name of whoever confirmed to have read it."""
        return " / ".join((*self.words, f"{self.title}, {self.as_of.isoformat()}"))


SENTENCE = Quotation(
    (
        "Customer Support Automation",
        "Not allowed if: You reach out to users who complained publicly (unsolicited)",
    ),
    "X Developer Guidelines",
    "https://docs.x.com/developer-guidelines",
    date(2026, 7, 24),
)
