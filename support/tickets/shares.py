"""Who is given the next ticket when tickets are shared out by load: the rule."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

SEEN_WITHIN = timedelta(minutes=15)
"""Somebody who asked the desk for nothing this long may be away."""
LOWEST_CEILING, HIGHEST_CEILING, USUAL_CEILING = 1, 200, 10

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Hand:
    """An agent who is there: how much they have in hand, and when they were last given some."""

    agent_id: int
    open: int
    given_at: datetime | None = None


def whom(hands: Iterable[Hand], ceiling: int) -> Hand | None:
    """Who has the fewest open tickets, and of those who has waited longest; None: all are full."""
    free = [hand for hand in hands if hand.open < ceiling]
    return min(free, key=lambda it: (it.open, it.given_at or _NEVER, it.agent_id), default=None)


def share_out(
    tickets: Iterable[int],
    hands: Iterable[Hand],
    ceiling: int,
    now: datetime,
    sees: Callable[[int, int], bool] = lambda _agent_id, _ticket_id: True,
) -> list[tuple[int, Hand]]:
    """Each ticket with who is given it, and what they had in hand before; the rest stays.

    `sees`: whether this agent may see this ticket at all.
    """
    there = {hand.agent_id: hand for hand in hands}
    given = []
    for ticket in tickets:
        hand = whom((it for it in there.values() if sees(it.agent_id, ticket)), ceiling)
        if hand is None:
            continue
        given.append((ticket, hand))
        there[hand.agent_id] = replace(hand, open=hand.open + 1, given_at=now)
    return given
