"""What colleagues put on a ticket for each other: notes and tags."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.errors import N_, DeskError, NotAllowed, Refused
from support.search.indexing import enter_note
from support.tickets.records import Note, Ticket, TicketTag
from support.tickets.steps import record

LONGEST_NOTE = 5_000
LONGEST_TAG = 30
REGRET = timedelta(minutes=10)
"""So long a note that was taken back can be put back."""


def add_note(session: Session, ticket: Ticket, text: str, *, by: Agent, now: datetime) -> Note:
    """A word among colleagues. Raises Refused for an empty or overlong one."""
    text = _checked(text)
    note = Note(ticket_id=ticket.id, agent=by, text=text, written_at=now)
    session.add(note)
    session.flush()
    enter_note(session, note, ticket)
    return note


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise Refused("body", N_("メモの内容を入力してください。"))
    if len(text) > LONGEST_NOTE:
        raise Refused("body", N_("メモは5,000文字以内にしてください。"))
    return text


def edit_note(session: Session, note: Note, text: str, *, by: Agent, now: datetime) -> bool:
    """Its author says it otherwise; that it was edited stays. False where nothing changed.

    Raises Refused as for a new one.
    """
    is_theirs(note, by)
    text = _checked(text)
    if text == note.text:
        return False
    note.text, note.edited_at = text, now
    session.flush()
    _index(session, note)
    return True


def delete_note(session: Session, note: Note, *, by: Agent, now: datetime) -> None:
    """Its author takes it back: nobody sees or finds it, a line says that there was one."""
    is_theirs(note, by)
    note.deleted_at = now
    session.flush()
    _index(session, note)


def restore_note(session: Session, note: Note, *, by: Agent, now: datetime) -> None:
    """Taken back by mistake, and soon enough."""
    if note.agent_id != by.id or note.deleted_at is None or now - note.deleted_at > REGRET:
        raise DeskError(N_("このメモはもう元に戻せません。"))
    note.deleted_at = None
    session.flush()
    _index(session, note)


def forget_deleted(session: Session, now: datetime) -> None:
    """The words of notes that were taken back some time ago are gone for good."""
    gone = update(Note).where(Note.deleted_at < now - REGRET, Note.text != "")
    session.execute(gone.values(text=""))


def is_theirs(note: Note, by: Agent) -> None:
    """Raises NotAllowed for somebody else, DeskError where it was taken back."""
    if note.agent_id != by.id:
        raise NotAllowed(N_("メモを直したり消したりできるのは、書いた人だけです。"))
    if note.deleted_at is not None:
        raise DeskError(N_("このメモは削除されています。"))


def _index(session: Session, note: Note) -> None:
    enter_note(session, note, session.get_one(Ticket, note.ticket_id))


def clean_tag(name: str) -> str:
    """A tag as it is kept. Raises Refused for an empty or overlong one."""
    name = " ".join(name.split()).lstrip("#＃")
    if not name or len(name) > LONGEST_TAG:
        raise Refused("tag", N_("タグは1〜30文字で入力してください。"))
    return name


def tag(session: Session, ticket: Ticket, name: str, *, by: Agent, now: datetime) -> None:
    name = clean_tag(name)
    if all(tag.name != name for tag in ticket.tags):
        ticket.tags.append(TicketTag(name=name))
        record(session, ticket, "tagged", by, now, tag=name)


def untag(session: Session, ticket: Ticket, name: str, *, by: Agent, now: datetime) -> None:
    for found in [tag for tag in ticket.tags if tag.name == name]:
        ticket.tags.remove(found)
        record(session, ticket, "untagged", by, now, tag=name)
