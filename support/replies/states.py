"""The states of one part of a reply, and of the reply they make together."""

from collections.abc import Iterable
from enum import StrEnum


class PartState(StrEnum):
    WAITING = "waiting"
    """For somebody else to approve it: only their word, or taking it back, moves it."""
    HELD = "held"
    """Waits for the undo time to pass."""
    ASKING = "asking"
    """Overtaken before it went out: the customer wrote again, somebody answered, or its account is
    in a crisis; a person says whether it still goes."""
    QUEUED = "queued"
    """May be sent now, or again from its not_before on."""
    POSTING = "posting"
    """Committed before the call to X; found by anyone but its worker it is unknown."""
    POSTED = "posted"
    HANDED = "handed"
    """A person is to post it on x.com; it is done when our own post shows up."""
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    """X may or may not have it; nothing sends it again before a look at our own posts."""
    UNDONE = "undone"


MOVES: frozenset[tuple[PartState, PartState]] = frozenset(
    {
        (PartState.WAITING, PartState.HELD),
        (PartState.WAITING, PartState.HANDED),
        (PartState.WAITING, PartState.UNDONE),
        (PartState.HELD, PartState.QUEUED),
        (PartState.HELD, PartState.ASKING),
        (PartState.HELD, PartState.UNDONE),
        (PartState.ASKING, PartState.QUEUED),
        (PartState.ASKING, PartState.HELD),
        (PartState.ASKING, PartState.WAITING),
        (PartState.ASKING, PartState.UNDONE),
        (PartState.QUEUED, PartState.POSTING),
        (PartState.QUEUED, PartState.ASKING),
        (PartState.QUEUED, PartState.UNDONE),
        (PartState.QUEUED, PartState.HANDED),
        (PartState.POSTING, PartState.POSTED),
        (PartState.POSTING, PartState.REJECTED),
        (PartState.POSTING, PartState.UNKNOWN),
        (PartState.POSTING, PartState.QUEUED),
        (PartState.POSTING, PartState.HANDED),
        (PartState.HANDED, PartState.POSTED),
        (PartState.HANDED, PartState.UNKNOWN),
        (PartState.HANDED, PartState.UNDONE),
        (PartState.UNKNOWN, PartState.POSTED),
        (PartState.UNKNOWN, PartState.QUEUED),
        (PartState.UNKNOWN, PartState.REJECTED),
        (PartState.REJECTED, PartState.QUEUED),
        (PartState.REJECTED, PartState.UNDONE),
        (PartState.REJECTED, PartState.HANDED),
    }
)


def may_become(was: PartState, state: PartState) -> bool:
    """Whether a part may go from one state to another; to stay what it is it always may."""
    return was is state or (was, state) in MOVES


_MOST_TELLING = (
    PartState.UNKNOWN,
    PartState.REJECTED,
    PartState.HANDED,
    PartState.ASKING,
    PartState.WAITING,
    PartState.POSTING,
    PartState.HELD,
    PartState.QUEUED,
    PartState.POSTED,
    PartState.UNDONE,
)


def together(states: Iterable[str]) -> PartState:
    """The state of a whole reply: that of the part an agent should know of first.

    A reply of which some parts are out and the rest undone counts as posted.
    """
    present = {PartState(state) for state in states}
    return next(state for state in _MOST_TELLING if state in present)
