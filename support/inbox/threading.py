"""Which ticket a customer's post belongs to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

REOPEN_WITHIN = timedelta(days=30)
"""An answer to a ticket resolved longer ago than this is a new matter."""


def continues(state: str, resolved_at: datetime | None, posted_at: datetime) -> bool:
    """Whether a post in the same thread goes on with that thread's last ticket.

    In public a thread is X's conversation_id, for one customer: posts of one customer in one
    thread are one ticket, and one root post can hold many customers. A DM thread is the DM
    conversation.
    """
    if state != "resolved" or resolved_at is None:
        return True
    return posted_at - resolved_at <= REOPEN_WITHIN


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
