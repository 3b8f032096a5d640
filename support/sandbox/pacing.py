"""How fast a posts file may be fed: never further ahead of the desk than X would still show it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MENTIONS_AHEAD = 400
"""X shows the 800 newest mentions only; half of that leaves the desk time to read."""
DMS_AHEAD = 80
"""DM lists come by the hundred without a since_id."""
PATIENCE = timedelta(seconds=120)
LONGEST_GAP = timedelta(seconds=5)


@dataclass(frozen=True)
class Ahead:
    """What the desk has not been shown yet."""

    mentions: int
    dms: int

    def full(self, kind: str) -> bool:
        return self.dms >= DMS_AHEAD if kind == "dm" else self.mentions >= MENTIONS_AHEAD

    def after(self, kind: str) -> "Ahead":
        is_dm = kind == "dm"
        return Ahead(self.mentions + (not is_dm), self.dms + is_dm)


def gap(before: datetime | None, at: datetime, speed: float | None) -> timedelta:
    """How long to wait before a line of `at` that follows one of `before`."""
    if before is None or not speed or at <= before:
        return timedelta(0)
    return min(LONGEST_GAP, (at - before) / speed)
