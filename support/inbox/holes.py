"""What X can no longer show us: the stretch of time in which something may be missing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from support.x.snowflakes import accepted_at

MENTIONS, DMS, OWN = "mentions", "dms", "own"
"""The streams X shows of an account."""
SHOWN = {MENTIONS: 800, OWN: 3_200}
"""X shows so many of the newest posts of a stream and no more."""
DMS_SHOWN_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Gap:
    """`reason`: mentions_window, dms_window or own_window."""

    from_at: datetime | None
    until_at: datetime
    reason: str


def gap(
    stream: str,
    *,
    since_id: str,
    read_at: datetime | None,
    items: int,
    oldest_at: datetime | None,
    now: datetime,
) -> Gap | None:
    """What a read to the end of what X shows could not reach, if anything.

    `since_id`: where we stopped, at `read_at`. `items`: how many X showed, the oldest of them
    from `oldest_at`.
    """
    stopped_at = accepted_at(since_id)
    if stream == DMS:
        last, edge = read_at or stopped_at, now - DMS_SHOWN_FOR
        return Gap(last, edge, "dms_window") if last is not None and last < edge else None
    if not since_id or items < SHOWN[stream]:
        return None
    return Gap(stopped_at, oldest_at or now, f"{stream}_window")
