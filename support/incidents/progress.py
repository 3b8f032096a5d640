"""How far a wave is: figures, and who stands where."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from support.conversations.records import Conversation
from support.incidents.records import Wave, WaveAnswer
from support.incidents.waves import PASSED, PRESSED, WAITING
from support.replies.records import Reply, ReplyPart
from support.replies.states import PartState
from support.tickets.records import Ticket

SENT, SENDING, BY_HAND, ASKS, FAILED, TAKEN_BACK = (
    "sent",
    "sending",
    "by_hand",
    "asks",
    "failed",
    "taken_back",
)
_OF_PART = {
    PartState.POSTED: SENT,
    PartState.HELD: SENDING,
    PartState.QUEUED: SENDING,
    PartState.POSTING: SENDING,
    PartState.UNKNOWN: SENDING,
    PartState.HANDED: BY_HAND,
    PartState.ASKING: ASKS,
    PartState.WAITING: ASKS,
    PartState.REJECTED: FAILED,
    PartState.UNDONE: TAKEN_BACK,
}
STATES = (SENT, SENDING, BY_HAND, ASKS, FAILED, TAKEN_BACK, WAITING, PASSED)


@dataclass(frozen=True)
class Progress:
    counts: dict[str, int] = field(default_factory=dict)
    """By state; those without anybody are missing."""

    @property
    def people(self) -> int:
        return sum(self.counts.values())

    def of(self, *states: str) -> int:
        return sum(self.counts.get(state, 0) for state in states)

    @property
    def meant(self) -> int:
        """Whom the wave answers, or means to."""
        return self.people - self.of(PASSED)

    @property
    def share(self) -> float:
        return self.of(SENT) / self.meant if self.meant else 0.0


@dataclass(frozen=True)
class Place:
    """One person's: the row, and the first part of the reply that carries it."""

    row: WaveAnswer
    state: str
    part: ReplyPart | None = None


def progress(session: Session, wave: Wave) -> Progress:
    part = ReplyPart.state
    counted = (
        select(WaveAnswer.state, part, func.count())
        .select_from(WaveAnswer)
        .outerjoin(ReplyPart, _first_part())
        .where(WaveAnswer.wave_id == wave.id)
        .group_by(WaveAnswer.state, part)
    )
    counts: dict[str, int] = {}
    for state, of_part, count in session.execute(counted):
        name = _name(state, of_part)
        counts[name] = counts.get(name, 0) + count
    return Progress(counts)


def places(
    session: Session, wave: Wave, states: Sequence[str], *, after: int = 0, limit: int = 100
) -> list[Place]:
    """People in any of those states, in the order of their turns."""
    parts = [part.value for part, name in _OF_PART.items() if name in states]
    own = [state for state in (WAITING, PASSED) if state in states]
    wanted = (
        select(WaveAnswer, ReplyPart)
        .outerjoin(ReplyPart, _first_part())
        .where(WaveAnswer.wave_id == wave.id, WaveAnswer.id > after)
        .where(WaveAnswer.state.in_(own) | ReplyPart.state.in_(parts))
        .options(
            joinedload(WaveAnswer.customer),
            joinedload(WaveAnswer.ticket)
            .joinedload(Ticket.conversation)
            .joinedload(Conversation.account),
            joinedload(ReplyPart.reply).joinedload(Reply.answers),
        )
        .order_by(WaveAnswer.id)
        .limit(limit)
    )
    return [
        Place(row, _name(row.state, part.state if part else None), part)
        for row, part in session.execute(wanted).unique()
    ]


def _first_part() -> ColumnElement[bool]:
    return (ReplyPart.reply_id == WaveAnswer.reply_id) & (ReplyPart.position == 1)


def _name(state: str, part: str | None) -> str:
    return _OF_PART[PartState(part)] if state == PRESSED and part else state
