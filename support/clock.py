"""The clock the doors read. Rules never do: they take `now`."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Gives the present as an aware UTC datetime."""

SET_BACK = timedelta(minutes=1)
"""What was noted this far in the future was noted before a clock was set back: nobody knows when.
Less is what the clocks of two machines may differ by."""


def system_clock() -> datetime:
    return datetime.now(UTC)
