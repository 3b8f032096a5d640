"""Two matters in one ticket become two: messages that wait for an answer go on in a new ticket.

The inverse of tickets/merging.py, which also undoes it. The facts move (whose message it is, what
was pressed in answer to it); what is owed in both tickets then follows from the facts, so that
nothing is owed twice. What was answered stays where it was answered.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import Message
from support.errors import N_, Refused
from support.inbox import retelling
from support.inbox.tying import tie
from support.replies.records import Reply, ReplyPart
from support.replies.states import PartState
from support.search.indexing import enter_messages, enter_reply
from support.sla import keeping
from support.sla.levels import REPLY_KINDS, PromiseKind, in_force
from support.sla.levels import Terms as TermIds
from support.sla.records import promises_of
from support.tickets.noting import subject_from
from support.tickets.promising import changes_of, opened_with
from support.tickets.records import (
    SPLIT,
    SPLIT_OFF,
    TermsChange,
    Ticket,
    TicketTag,
    alone_with,
)
from support.tickets.states import State
from support.tickets.steps import record

OVER = (PartState.UNDONE.value, PartState.REJECTED.value, PartState.POSTED.value)
"""States of a part nothing is under way in."""


def movable(session: Session, ticket: Ticket) -> list[Message]:
    """The customer's messages that wait for an answer, the oldest first."""
    owed = keeping.open_promise(session, ticket.id, *REPLY_KINDS)
    if owed is None or ticket.merged_into_id is not None:
        return []
    theirs = select(Message).where(
        Message.ticket_id == ticket.id,
        Message.by_us.is_(False),
        Message.emptied_at.is_(None),
        Message.posted_at >= owed.started_at,
    )
    return list(session.scalars(theirs.order_by(Message.posted_at, Message.x_id)))


def split(
    session: Session, ticket: Ticket, ids: Sequence[int], *, by: Agent, now: datetime
) -> Ticket:
    """The messages of these ids go on in a new ticket, which is returned.

    It has the account, the customer, the assignee, the team, the priority and the tags of the old
    one, and is judged by the same terms; what its first message is owed is of the same kind and
    runs from the same moment as before. Raises Refused (field "split").
    """
    alone_with(session, ticket.id)
    moved = _chosen(session, ticket, set(ids))
    kind = _owed_kind(session, ticket)
    new = _beside(session, ticket, moved[0])
    record(session, ticket, SPLIT, by, now, into=new.id, messages=[m.id for m in moved])
    record(session, new, SPLIT_OFF, by, now, of=ticket.id, owed=kind.value)
    _move(session, ticket, new, moved)
    for changed in (ticket, new):
        retelling.rebuild(session, changed)
    tie(session, [ticket, new])
    session.flush()
    return new


def _chosen(session: Session, ticket: Ticket, ids: set[int]) -> list[Message]:
    if ticket.merged_into_id is not None:
        raise Refused("split", N_("ほかのチケットにまとめたチケットは分けられません。"))
    waiting = movable(session, ticket)
    moved = [message for message in waiting if message.id in ids]
    if not moved:
        raise Refused("split", N_("新しいチケットに移す投稿を選んでください。"))
    if ids - {message.id for message in moved}:
        raise Refused(
            "split", N_("選んだ投稿の中に、もう返信待ちでないものがあります。選び直してください。")
        )
    if not _something_stays(session, ticket, moved):
        raise Refused("split", N_("すべての投稿は移せません。1件は元のチケットに残してください。"))
    if _is_being_answered(session, [message.id for message in moved]):
        raise Refused(
            "split",
            N_("選んだ投稿への返信を送信中です。送り終えるか取り消してから分けてください。"),
        )
    return moved


def _something_stays(session: Session, ticket: Ticket, moved: list[Message]) -> bool:
    stays = select(Message.id).where(
        Message.ticket_id == ticket.id,
        Message.by_us.is_(False),
        Message.emptied_at.is_(None),
        Message.id.not_in([message.id for message in moved]),
    )
    return session.scalar(stays.limit(1)) is not None


def _is_being_answered(session: Session, ids: list[int]) -> bool:
    under_way = (
        select(ReplyPart.id)
        .join(Reply)
        .where(Reply.answers_id.in_(ids), ReplyPart.state.not_in(OVER))
    )
    return session.scalar(under_way.limit(1)) is not None


def _owed_kind(session: Session, ticket: Ticket) -> PromiseKind:
    owed = keeping.open_promise(session, ticket.id, *REPLY_KINDS)
    assert owed is not None  # there was something to move
    return PromiseKind(owed.kind)


def _beside(session: Session, ticket: Ticket, first: Message) -> Ticket:
    """A ticket beside the old one, as it would stand had `first` opened it."""
    changes = changes_of(session, ticket.id)
    began = in_force(opened_with(ticket), changes, first.posted_at)
    new = Ticket(
        conversation=ticket.conversation,
        thread_x_id=ticket.thread_x_id,
        came_from_id=ticket.came_from_id,
        split_from_id=ticket.id,
        subject=subject_from(first.text),
        state=State.OPEN.value,
        assignee=ticket.assignee,
        team_id=ticket.team_id,
        priority=ticket.priority,
        opened_calendar_id=began.calendar_id,
        opened_level_id=began.level_id,
        calendar_id=ticket.calendar_id,
        service_level_id=ticket.service_level_id,
        opened_at=first.posted_at,
        last_message_at=first.posted_at,
        tags=[TicketTag(name=tag.name) for tag in ticket.tags],
        latest_message=None,
        leading_promise=None,
    )
    session.add(new)
    session.flush()
    _carry_terms(session, ticket, new, began)
    return new


def _carry_terms(session: Session, ticket: Ticket, new: Ticket, began: TermIds) -> None:
    """What changed since its first message changed for it too."""
    theirs = select(TermsChange).where(
        TermsChange.ticket_id == ticket.id, TermsChange.at > new.opened_at
    )
    for row in session.scalars(theirs.order_by(TermsChange.at, TermsChange.id)):
        new.terms_at = row.at
        session.add(
            TermsChange(
                ticket_id=new.id,
                at=row.at,
                from_calendar_id=row.from_calendar_id,
                from_level_id=row.from_level_id,
                calendar_id=row.calendar_id,
                service_level_id=row.service_level_id,
                carry=row.carry,
                since=row.since,
                why=row.why,
                agent_id=row.agent_id,
            )
        )
    if new.terms_at is None:
        new.calendar_id, new.service_level_id = began.calendar_id, began.level_id


def _move(session: Session, ticket: Ticket, new: Ticket, moved: list[Message]) -> None:
    """The messages, what was tried in answer to them, and the promise that is owed to one."""
    ids = [message.id for message in moved]
    ticket.latest_message = ticket.leading_promise = None
    session.flush()
    for message in moved:
        message.ticket = new
    replies = list(session.scalars(select(Reply).where(Reply.answers_id.in_(ids))))
    for reply in replies:
        reply.ticket_id = new.id
    for promise in promises_of(session, ticket.id):
        if promise.is_open and promise.kind in REPLY_KINDS and promise.message_id in ids:
            promise.ticket = new
    session.flush()
    enter_messages(session, moved)
    for reply in replies:
        enter_reply(session, reply)
