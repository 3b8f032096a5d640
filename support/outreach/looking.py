"""Prospects as pages show them: candidates by score, a week's board, the table. Queries only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from support.conversations.records import Customer, NoContact
from support.outreach.course import Stage, State, stage
from support.outreach.records import Listening, OutreachSwitch, Prospect
from support.tickets.records import Ticket
from support.tickets.states import State as TicketState

A_PAGE, A_COLUMN = 20, 8


def candidates() -> ColumnElement[bool]:
    """What a person has not looked at yet, and may still be offered something."""
    return and_(Prospect.state == State.FOUND.value, Prospect.emptied_at.is_(None), willing())


def willing() -> ColumnElement[bool]:
    """Those whose author never said that they want no words of ours, to whichever account: the
    table is asked, so that a limited colleague's view of customers does not hide a wish."""
    people, barred = Customer.__table__.alias("unwilling"), NoContact.__table__.alias("barred")
    unwanted = exists().where(
        people.c.x_id == Prospect.author_x_id, people.c.unwanted_at.is_not(None)
    )
    erased = exists().where(barred.c.x_id == Prospect.author_x_id)
    return and_(~erased, ~unwanted)


def how_many() -> Select[int]:
    """For the rail; nothing while outreach is off."""
    newest = select(OutreachSwitch.is_on).order_by(OutreachSwitch.id.desc()).limit(1)
    on = newest.scalar_subquery()
    return select(func.count(Prospect.id)).where(candidates(), on)


@dataclass(frozen=True)
class Listed:
    """A listening with how many of its candidates wait."""

    listening: Listening
    waiting: int


def listenings(session: Session) -> list[Listed]:
    waiting = (
        select(Prospect.listening_id, func.count().label("n"))
        .where(candidates())
        .group_by(Prospect.listening_id)
        .subquery()
    )
    rows = session.execute(
        select(Listening, func.coalesce(waiting.c.n, 0))
        .outerjoin(waiting, waiting.c.listening_id == Listening.id)
        .where(Listening.retired_at.is_(None))
        .options(joinedload(Listening.account))
        .order_by(Listening.paused_at.is_not(None), Listening.name, Listening.id)
    )
    return [Listed(listening, number) for listening, number in rows]


@dataclass(frozen=True)
class Page:
    prospects: Sequence[Prospect]
    more: bool


def by_score(session: Session, listening_id: int | None, *, skip: int = 0) -> Page:
    """Candidates, the most troubled first."""
    wanted = _whole(select(Prospect).where(candidates()))
    if listening_id is not None:
        wanted = wanted.where(Prospect.listening_id == listening_id)
    ordered = wanted.order_by(Prospect.score.desc(), Prospect.posted_at.desc(), Prospect.id.desc())
    return _page(session, ordered, skip)


def to_post(session: Session) -> Sequence[Prospect]:
    """Approved or handed over: somebody is to post it, or to say what became of it."""
    waiting = _whole(select(Prospect).where(Prospect.state.in_(["approved", "handed"])))
    return session.scalars(waiting.order_by(Prospect.decided_at, Prospect.id).limit(100)).all()


def is_solved(prospect: Prospect) -> bool:
    return prospect.ticket is not None and prospect.ticket.state == TicketState.RESOLVED


def stage_of(prospect: Prospect) -> Stage:
    answered = prospect.answered_at is not None
    return stage(prospect.state, answered=answered, solved=is_solved(prospect))


@dataclass(frozen=True)
class Column:
    stage: Stage
    number: int
    prospects: Sequence[Prospect]


BOARD = (Stage.FOUND, Stage.APPROVED, Stage.SENT, Stage.ANSWERED, Stage.SOLVED)


def board(session: Session, since: datetime) -> list[Column]:
    """Those found since, or touched since, by how far they got; the newest of each."""
    columns = []
    for there in BOARD:
        theirs = _in_stage(_touched(since), there)
        number = session.scalar(select(func.count()).select_from(theirs.subquery())) or 0
        newest = _whole(theirs).order_by(_moment().desc(), Prospect.id.desc()).limit(A_COLUMN)
        columns.append(Column(there, number, session.scalars(newest).all()))
    return columns


def _moment() -> Any:
    return func.coalesce(
        Prospect.answered_at,
        Prospect.sent_at,
        Prospect.handed_at,
        Prospect.decided_at,
        Prospect.found_at,
    )


def _touched(since: datetime) -> Select[Prospect]:
    return select(Prospect).where(_moment() >= since)


def _in_stage(chosen: Select[Prospect], there: Stage) -> Select[Prospect]:
    chosen = chosen.outerjoin(Ticket, Ticket.id == Prospect.ticket_id)
    answered = Prospect.answered_at.is_not(None)
    solved = and_(answered, Ticket.state == TicketState.RESOLVED.value)
    seen = Prospect.state == State.SEEN.value
    unsolved = or_(Ticket.id.is_(None), Ticket.state != TicketState.RESOLVED.value)
    conditions: Mapping[Stage, ColumnElement[bool]] = {
        Stage.FOUND: candidates(),
        Stage.APPROVED: Prospect.state == State.APPROVED.value,
        Stage.SENT: or_(Prospect.state == State.HANDED.value, and_(seen, ~answered)),
        Stage.ANSWERED: and_(seen, answered, unsolved),
        Stage.SOLVED: and_(seen, solved),
        Stage.SKIPPED: Prospect.state == State.SKIPPED.value,
    }
    return chosen.where(conditions[there])


@dataclass(frozen=True)
class Wanted:
    """What the table is narrowed to."""

    stage: Stage | None = None
    listening_id: int | None = None
    agent_id: int | None = None
    since: datetime | None = None


def table(session: Session, wanted: Wanted, *, skip: int = 0) -> Page:
    chosen: Select[Prospect] = select(Prospect)
    if wanted.stage is not None:
        chosen = _in_stage(chosen, wanted.stage)
    if wanted.listening_id is not None:
        chosen = chosen.where(Prospect.listening_id == wanted.listening_id)
    if wanted.agent_id is not None:
        mine = or_(
            Prospect.decided_by_id == wanted.agent_id, Prospect.handed_by_id == wanted.agent_id
        )
        chosen = chosen.where(mine)
    if wanted.since is not None:
        chosen = chosen.where(Prospect.found_at >= wanted.since)
    ordered = _whole(chosen).order_by(Prospect.found_at.desc(), Prospect.id.desc())
    return _page(session, ordered, skip)


def of_person(session: Session, x_id: str) -> Sequence[Prospect]:
    """Everything offered to somebody, and what was found of them, the newest first."""
    theirs = _whole(select(Prospect).where(Prospect.author_x_id == x_id))
    return session.scalars(theirs.order_by(Prospect.found_at.desc()).limit(20)).all()


def _whole(chosen: Select[Prospect]) -> Select[Prospect]:
    return chosen.options(
        joinedload(Prospect.listening),
        joinedload(Prospect.account),
        joinedload(Prospect.decided_by),
        joinedload(Prospect.handed_by),
        joinedload(Prospect.ticket),
    )


def _page(session: Session, ordered: Select[Prospect], skip: int) -> Page:
    rows = session.scalars(ordered.offset(skip).limit(A_PAGE + 1)).all()
    return Page(rows[:A_PAGE], len(rows) > A_PAGE)
