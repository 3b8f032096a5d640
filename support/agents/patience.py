"""How long a door stays shut after it was tried in vain: longer each time, never for good.

Three doors are counted: an account from one place, an account from anywhere, a place whatever the
account. The first grows long. The other two stay short, so that nobody can keep a colleague out by
guessing badly, and a whole office behind one address is not held up by one of its people.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Door:
    free: int
    """Failures that cost nothing: people mistype."""
    longest: timedelta


PAIR = Door(free=5, longest=timedelta(minutes=15))
ACCOUNT = Door(free=20, longest=timedelta(seconds=30))
PLACE = Door(free=50, longest=timedelta(seconds=60))
FORGOTTEN_AFTER = timedelta(hours=24)


def wait_after(failures: int, door: Door) -> timedelta:
    """Two seconds, four, eight …, counted from the last failure."""
    beyond = failures - door.free + 1
    if beyond <= 0:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(beyond, 20)), door.longest)
