"""What a prospect goes through, and which deed leads from where to where. Rules only.

found → approved (by whom) → handed (X's composer was opened) → seen (our own post stands on X);
answered and solved follow from the ticket their answer became. Or skipped, at any time before it
is seen. Only X can say that somebody was contacted: `see` leads from every state, for a colleague
may post by hand what the desk never handed over.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from support.errors import N_


class State(StrEnum):
    FOUND = "found"
    APPROVED = "approved"
    HANDED = "handed"
    SEEN = "seen"
    SKIPPED = "skipped"


class Deed(StrEnum):
    APPROVE = "approve"
    TAKE_BACK = "take_back"
    HAND_OVER = "hand_over"
    GIVE_BACK = "give_back"
    SEE = "see"
    SKIP = "skip"
    BRING_BACK = "bring_back"


_LEADS: dict[Deed, tuple[frozenset[State], State, str]] = {
    Deed.APPROVE: (frozenset({State.FOUND}), State.APPROVED, "approved"),
    Deed.TAKE_BACK: (frozenset({State.APPROVED}), State.FOUND, "taken_back"),
    Deed.HAND_OVER: (frozenset({State.APPROVED}), State.HANDED, "handed"),
    Deed.GIVE_BACK: (frozenset({State.HANDED}), State.APPROVED, "given_back"),
    Deed.SEE: (frozenset(State) - {State.SEEN}, State.SEEN, "seen"),
    Deed.SKIP: (frozenset({State.FOUND, State.APPROVED}), State.SKIPPED, "skipped"),
    Deed.BRING_BACK: (frozenset({State.SKIPPED}), State.FOUND, "unskipped"),
}


def leads_from(deed: Deed) -> frozenset[State]:
    return _LEADS[deed][0]


def leads_to(deed: Deed) -> State:
    return _LEADS[deed][1]


def told_as(deed: Deed) -> str:
    """The kind of the event that keeps it."""
    return _LEADS[deed][2]


def may(state: str, deed: Deed) -> bool:
    return state in leads_from(deed)


UNDER_WAY = frozenset({State.APPROVED, State.HANDED})
"""Somebody is about to be written to: nobody else offers them anything meanwhile."""
CONTACTED = frozenset({State.HANDED, State.SEEN})
"""What counts as contact. Handed does, until a person says that it was not posted."""

DOUBT_AFTER = timedelta(hours=3)
"""Handed so long ago and never seen on X: whoever took it is asked what became of it."""


def is_doubtful(state: str, handed_at: datetime | None, now: datetime) -> bool:
    return state == State.HANDED and handed_at is not None and now - handed_at >= DOUBT_AFTER


class Stage(StrEnum):
    """A column of the board: where somebody stands, their answer and its ticket included."""

    FOUND = "found"
    APPROVED = "approved"
    SENT = "sent"
    ANSWERED = "answered"
    SOLVED = "solved"
    SKIPPED = "skipped"


def stage(state: str, *, answered: bool, solved: bool) -> Stage:
    if state == State.SEEN and answered:
        return Stage.SOLVED if solved else Stage.ANSWERED
    return {
        State.FOUND: Stage.FOUND,
        State.APPROVED: Stage.APPROVED,
        State.HANDED: Stage.SENT,
        State.SEEN: Stage.SENT,
    }.get(State(state), Stage.SKIPPED)


SKIP_REASONS: dict[str, str] = {
    "not_in_trouble": N_("困りごとではない"),
    "not_ours": N_("当社のことではない"),
    "solved": N_("もう解決している"),
    "joke": N_("冗談・宣伝・又聞き"),
    "delicate": N_("声をかけにくい内容"),
    "other": N_("その他"),
}
"""What a person may say; the score learns from it."""
NEVER, TICKET = "opted_out", "ticket"
"""Skipped because they want no words of ours; because it went on as a ticket."""
