"""X's ids carry the moment they were made."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

EPOCH_MS = 1_288_834_974_657
"""The moment X's snowflake ids count from, in Unix milliseconds."""
FIRST_SNOWFLAKE = 1 << 32
"""Smaller ids are from before November 2010 and carry no time."""


def accepted_at(x_id: str) -> datetime | None:
    """When X made this id, from the snowflake's own milliseconds; None for ids without one."""
    number = int(x_id) if x_id.isascii() and x_id.isdigit() else 0
    if number < FIRST_SNOWFLAKE:
        return None
    milliseconds = (number >> 22) + EPOCH_MS
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)


def first_id_at(moment: datetime) -> str:
    """The smallest id X could have given at `moment`."""
    since_1970 = moment - datetime.fromtimestamp(0, UTC)
    milliseconds = since_1970 // timedelta(milliseconds=1) - EPOCH_MS
    return str(max(milliseconds, 0) << 22)


def newest(x_ids: Iterable[str]) -> str:
    """The youngest of these ids; what is no id of X's is left out. Empty where there is none."""
    known = [int(x_id) for x_id in x_ids if accepted_at(x_id) is not None]
    return str(max(known)) if known else ""
