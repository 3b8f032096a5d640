"""Which public ticket a direct message goes on from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

GOES_ON_WITHIN = timedelta(days=7)
"""A direct message later than this after the public ticket is a matter of its own."""


@dataclass(frozen=True)
class Origin:
    """A public ticket a direct message may have come from, as it stood when that arrived."""

    ticket_id: int
    invited_at: datetime | None
    """When we last asked for a direct message there, with a link to write one."""
    spoken_at: datetime
    """When anything was last said in it."""
    resolved_at: datetime | None


def came_from(origins: Iterable[Origin], at: datetime) -> int | None:
    """The public ticket that a direct message opened `at` goes on from.

    The one that asked for it last; where none did, the one in which something was said last,
    unless that was resolved long before.
    """
    known = list(origins)
    asked = [(o.invited_at, o.ticket_id) for o in known if o.invited_at and _near(o.invited_at, at)]
    if asked:
        return max(asked)[1]
    open_ = [o for o in known if o.resolved_at is None or at - o.resolved_at <= GOES_ON_WITHIN]
    recent = [(o.spoken_at, o.ticket_id) for o in open_ if _near(o.spoken_at, at)]
    return max(recent)[1] if recent else None


def _near(before: datetime, at: datetime) -> bool:
    return before <= at <= before + GOES_ON_WITHIN
