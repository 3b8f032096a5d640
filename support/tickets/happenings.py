"""What can happen in a ticket, as far as it matters for what is owed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from support.sla.levels import Change, Told
from support.tickets.states import Move


@dataclass(frozen=True, slots=True)
class Wrote:
    """The customer did; `at` is when it counts as having happened in the ticket."""

    at: datetime
    message_id: int
    posted_at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """X accepted an answer of ours to everything up to `until`."""

    at: datetime
    until: datetime
    agent_id: int | None


@dataclass(frozen=True, slots=True)
class Gone:
    """X took messages back."""

    at: datetime
    message_ids: frozenset[int]
    reason: str


@dataclass(frozen=True, slots=True)
class Did:
    """A colleague, or the end of a time, moved the ticket: hold, wake, resolve or reopen."""

    at: datetime
    move: Move
    agent_id: int | None = None


@dataclass(frozen=True, slots=True)
class TookOver:
    """Another ticket was merged into this one; `waiting`: what was unanswered there."""

    at: datetime
    waiting: Sequence[Wrote]


@dataclass(frozen=True, slots=True)
class TakenOver:
    """This ticket was merged into another one."""

    at: datetime


@dataclass(frozen=True, slots=True)
class SaidMoreToCome:
    """A colleague promised the customer an update; `told`: by a moment that was named."""

    at: datetime
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class GaveUpdate:
    """A colleague says that what was promised since `since` was done, outside of the desk."""

    at: datetime
    since: datetime
    agent_id: int | None


@dataclass(frozen=True, slots=True)
class TookBackWord:
    """What was promised since `since` is promised no more."""

    at: datetime
    since: datetime


@dataclass(frozen=True, slots=True)
class AnsweredFor:
    """An incident answers for what is owed for the customer's words, with news by a moment."""

    at: datetime
    told: Told


Happening = (
    Change
    | Wrote
    | Answered
    | Gone
    | Did
    | TookOver
    | TakenOver
    | SaidMoreToCome
    | GaveUpdate
    | TookBackWord
    | AnsweredFor
)
_ORDER: tuple[type, ...] = (
    Change, Wrote, Answered, Did, SaidMoreToCome, AnsweredFor, GaveUpdate, TookBackWord, TookOver,
    TakenOver, Gone,
)  # fmt: skip


def in_order(happenings: Iterable[Happening]) -> list[Happening]:
    """By their time; of one moment the terms come first, then what was said, then deeds."""
    return sorted(happenings, key=lambda it: (it.at, _ORDER.index(type(it))))
