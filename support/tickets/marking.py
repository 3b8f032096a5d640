"""What colleagues put on a ticket for each other: notes and tags."""

from datetime import datetime

from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.errors import N_, Refused
from support.search.indexing import enter_note
from support.tickets.records import Note, Ticket, TicketTag
from support.tickets.steps import record

LONGEST_NOTE = 5_000
LONGEST_TAG = 30


def add_note(session: Session, ticket: Ticket, text: str, *, by: Agent, now: datetime) -> Note:
    """A word among colleagues. Raises Refused for an empty or overlong one."""
    text = text.strip()
    if not text:
        raise Refused("body", N_("メモの内容を入力してください。"))
    if len(text) > LONGEST_NOTE:
        raise Refused("body", N_("メモは5,000文字以内にしてください。"))
    note = Note(ticket_id=ticket.id, agent=by, text=text, written_at=now)
    session.add(note)
    session.flush()
    enter_note(session, note, ticket)
    return note


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
