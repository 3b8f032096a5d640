"""Tickets that have to do with each other are tied by hand; each then leads to the other."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.errors import N_, Refused
from support.tickets.records import Ticket, TicketLink, alone_with
from support.tickets.steps import record

MOST = 50
"""Links of one ticket; where more belong together an incident is meant."""

SAME = N_("別のチケットの番号を入力してください。")
NO_SUCH = N_("#%(id)s というチケットはありません。番号を確かめてください。")
NO_NUMBER = N_("関連づけるチケットの番号を入力してください。")
ALREADY = N_("すでに関連づけられています。")
FULL = N_("関連づけられる数の上限に達しているため")
TOO_MANY = N_("1つのチケットに関連づけられるのは%(n)s件までです。")


def named(session: Session, words: str) -> Ticket:
    """The ticket a person means by "#123" or "123". Raises Refused where there is none."""
    number = words.strip().lstrip("#＃")
    if not (number.isdecimal() and len(number) < 10):
        raise Refused("link", NO_NUMBER)
    found = session.get(Ticket, int(number))
    if found is None:
        raise Refused("link", NO_SUCH, id=int(number))
    return found


def link(session: Session, ticket: Ticket, other: Ticket, *, by: Agent, now: datetime) -> None:
    """Ties the two; it stands in the story of both. Raises Refused."""
    if ticket.id == other.id:
        raise Refused("link", SAME)
    low, high = sorted((ticket.id, other.id))
    for number in (low, high):  # who ties the same two in this moment waits and finds them tied
        alone_with(session, number)
    if session.get(TicketLink, (low, high)) is not None:
        raise Refused("link", ALREADY)
    if any(_number_of(session, it.id) >= MOST for it in (ticket, other)):
        raise Refused("link", TOO_MANY, n=MOST)
    session.add(TicketLink(ticket_id=low, other_id=high, agent_id=by.id, made_at=now))
    record(session, ticket, "linked", by, now, other=other.id)
    record(session, other, "linked", by, now, other=ticket.id)
    session.flush()


def unlink(session: Session, ticket: Ticket, other: Ticket, *, by: Agent, now: datetime) -> bool:
    """Whether they were tied until now."""
    low, high = sorted((ticket.id, other.id))
    found = session.get(TicketLink, (low, high))
    if found is None:
        return False
    session.delete(found)
    record(session, ticket, "unlinked", by, now, other=other.id)
    record(session, other, "unlinked", by, now, other=ticket.id)
    session.flush()
    return True


def _number_of(session: Session, ticket_id: int) -> int:
    theirs = or_(TicketLink.ticket_id == ticket_id, TicketLink.other_id == ticket_id)
    return session.scalar(select(func.count()).select_from(TicketLink).where(theirs)) or 0
