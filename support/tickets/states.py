"""The states of a ticket and the moves between them, as a table."""

from enum import StrEnum


class State(StrEnum):
    OPEN = "open"
    """We owe something."""
    WAITING = "waiting"
    """The customer has our answer; it is their turn."""
    HELD = "held"
    """Put aside until a time or until the customer writes."""
    RESOLVED = "resolved"


class Move(StrEnum):
    CUSTOMER_WROTE = "customer_wrote"
    ANSWERED = "answered"
    HOLD = "hold"
    WAKE = "wake"
    RESOLVE = "resolve"
    REOPEN = "reopen"


MOVES: dict[tuple[State, Move], State] = {
    (State.OPEN, Move.CUSTOMER_WROTE): State.OPEN,
    (State.WAITING, Move.CUSTOMER_WROTE): State.OPEN,
    (State.HELD, Move.CUSTOMER_WROTE): State.OPEN,
    (State.RESOLVED, Move.CUSTOMER_WROTE): State.OPEN,
    (State.OPEN, Move.ANSWERED): State.WAITING,
    (State.WAITING, Move.ANSWERED): State.WAITING,
    (State.HELD, Move.ANSWERED): State.HELD,
    (State.RESOLVED, Move.ANSWERED): State.RESOLVED,
    (State.OPEN, Move.HOLD): State.HELD,
    (State.WAITING, Move.HOLD): State.HELD,
    (State.HELD, Move.HOLD): State.HELD,
    (State.HELD, Move.WAKE): State.OPEN,
    (State.OPEN, Move.RESOLVE): State.RESOLVED,
    (State.WAITING, Move.RESOLVE): State.RESOLVED,
    (State.HELD, Move.RESOLVE): State.RESOLVED,
    (State.RESOLVED, Move.REOPEN): State.OPEN,
}


def after(state: str, move: Move) -> State | None:
    """The state a move leads to; None where there is no such move."""
    return MOVES.get((State(state), move))
