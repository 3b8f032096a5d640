"""How this X behaves as a whole: which names it writes, which plan our app is on, its wording."""

from dataclasses import dataclass
from datetime import timedelta

CHOICES: dict[str, tuple[str, ...]] = {
    "vocabulary": ("legacy", "new"),
    "plan": ("self_serve", "enterprise"),
    "refusal": ("A", "B"),
}


@dataclass(frozen=True)
class Switches:
    vocabulary: str = "legacy"
    """legacy: both vocabularies are read and the names of 2.166 written, as X mostly does.
    new: the names of 2.167 only, both ways."""
    plan: str = "self_serve"
    """enterprise: replies to and quotes of people who did not ask are allowed."""
    refusal: str = "A"
    """Which of two sentences X refuses such a reply with."""
    duplicate_hours: float = 24.0
    """How long the same text of one account is refused; 0: never."""
    credits: bool = True
    """Without them every call is answered 402."""

    @property
    def duplicate_window(self) -> timedelta:
        return timedelta(hours=self.duplicate_hours)
