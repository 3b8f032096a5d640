"""Who was named in a note is told of it: the bell, the browser's own word, a list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, select, update
from sqlalchemy.orm import Session, joinedload

from support.agents import granting
from support.agents.records import Agent
from support.alerts.records import Mention
from support.db import changed
from support.tickets.mentions import Colleague, mentions
from support.tickets.records import Note, Ticket


@dataclass(frozen=True, slots=True)
class Named:
    """What naming colleagues in a note came to.

    told     who is told of it now
    away     who was named but is suspended
    barred   who was named but may not see the ticket
    unclear  names several colleagues answer to
    unknown  names nobody answers to
    """

    told: tuple[int, ...] = ()
    away: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def colleagues(session: Session) -> list[Colleague]:
    """All of the desk; those who are suspended too, so that it can be said."""
    columns = select(
        Agent.id,
        Agent.family_name,
        Agent.given_name,
        Agent.initials,
        Agent.email,
        Agent.suspended_at.is_(None),
    )
    return [Colleague(*row) for row in session.execute(columns.order_by(Agent.id))]


def tell(session: Session, note: Note, *, by: Agent, now: datetime) -> Named:
    """Tells whom the note names, each once however often it is changed; not its own author.

    Who is named no more is not told any longer, unless they have seen it.
    """
    found = mentions(note.text, colleagues(session))
    named = {it.colleague.id: it.colleague for it in found if it.colleague is not None}
    there = {
        row.agent_id: row
        for row in session.scalars(select(Mention).where(Mention.note_id == note.id))
    }
    for agent_id, row in there.items():
        if agent_id not in named and row.seen_at is None:
            session.delete(row)
    new = [it for it in named.values() if it.working and it.id not in there and it.id != by.id]
    barred = _barred(session, note.ticket_id, new)
    new = [it for it in new if it not in barred]
    session.add_all(
        Mention(note_id=note.id, ticket_id=note.ticket_id, agent_id=it.id, at=now, seen_at=None)
        for it in new
    )
    session.flush()
    return Named(
        told=tuple(it.id for it in new),
        away=_names(it.family_name for it in named.values() if not it.working),
        barred=_names(it.family_name for it in barred),
        unclear=_names(it.words for it in found if len(it.named) > 1),
        unknown=_names(it.words for it in found if not it.named),
    )


def _barred(session: Session, ticket_id: int, named: list[Colleague]) -> list[Colleague]:
    """Those the ticket is out of reach of: they are told nothing."""
    if not named:
        return []
    reaches = granting.reaches(session, [it.id for it in named])
    talk = session.get_one(Ticket, ticket_id).conversation
    sees = {id: it.may_see(talk.account_id, private=talk.is_private) for id, it in reaches.items()}
    return [it for it in named if not sees[it.id]]


def named_in(session: Session, note_id: int) -> list[int]:
    """Whom a note told."""
    return list(session.scalars(select(Mention.agent_id).where(Mention.note_id == note_id)))


def _names(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def unseen() -> ColumnElement[int]:
    """In how many notes `:agent_id` was named and has not seen it."""
    return (
        select(func.count(Mention.id))
        .join(Note, Note.id == Mention.note_id)
        .where(Mention.agent_id == bindparam("agent_id"), Mention.seen_at.is_(None))
        .where(Note.deleted_at.is_(None))
        .scalar_subquery()
    )


def told(session: Session, agent_id: int, limit: int, before: int | None = None) -> list[Mention]:
    """Where somebody was named, the latest first; `before`: older than this one."""
    theirs = (
        select(Mention)
        .join(Note, Note.id == Mention.note_id)
        .where(Mention.agent_id == agent_id, Note.deleted_at.is_(None))
        .options(joinedload(Mention.note).joinedload(Note.agent))
    )
    if before is not None:
        theirs = theirs.where(Mention.id < before)
    return list(session.scalars(theirs.order_by(Mention.id.desc()).limit(limit)))


def newest_unseen(session: Session, agent_id: int) -> Mention | None:
    """What a browser's notification speaks of."""
    theirs = (
        select(Mention)
        .join(Note, Note.id == Mention.note_id)
        .where(Mention.agent_id == agent_id, Mention.seen_at.is_(None), Note.deleted_at.is_(None))
        .options(joinedload(Mention.note).joinedload(Note.agent))
    )
    return session.scalars(theirs.order_by(Mention.id.desc()).limit(1)).first()


def see(session: Session, agent_id: int, now: datetime, *, ticket_id: int | None = None) -> int:
    """All of it was seen, else what was written in one ticket and in those merged into it."""
    theirs = update(Mention).where(Mention.agent_id == agent_id, Mention.seen_at.is_(None))
    if ticket_id is not None:
        merged = select(Ticket.id).where(Ticket.merged_into_id == ticket_id)
        theirs = theirs.where((Mention.ticket_id == ticket_id) | Mention.ticket_id.in_(merged))
    return changed(session, theirs.values(seen_at=now))
