"""What X took back leaves the desk: words, media and raw data go; a tombstone and a log stay.

Every verb here can be called again: what is empty already is left alone and logged once.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from support.agents.records import Agent
from support.compliance import elsewhere
from support.compliance.records import ComplianceEntry
from support.compliance.releasing import release
from support.conversations.records import (
    DM,
    PUBLIC,
    Conversation,
    Customer,
    Message,
    MessageVersion,
)
from support.drafts.keeping import forget_of
from support.replies import committing
from support.replies.records import Reply, ReplyPart
from support.search.indexing import enter_customers, enter_messages
from support.tickets.noting import subject_from
from support.tickets.records import Ticket

POST, DIRECT, PERSON = "post", "dm", "person"
DELETED, PROTECTED, SUSPENDED, GONE = "deleted", "protected", "suspended", "gone"
AT_ONCE = 200
"""Ids or rows one statement names."""


@dataclass(frozen=True)
class Notice:
    """That something is to go: why, how and when we heard of it, and who asked for it."""

    reason: str
    noticed_by: str
    """webhook, check, reading or person."""
    noticed_at: datetime
    now: datetime
    agent: Agent | None = None


def empty_posts(
    session: Session,
    x_ids: Collection[str],
    *,
    kind: str = POST,
    reason: str,
    noticed_by: str,
    noticed_at: datetime,
    now: datetime,
    agent: Agent | None = None,
) -> list[int]:
    """Empties posts (or direct messages) X shows no more; ids of the tickets that changed.

    Any version's id stands for the whole post. Ids nobody here knows are logged as well: a post
    that arrives after its deletion must not come back.
    """
    notice = Notice(reason, noticed_by, noticed_at, now, agent)
    changed: set[int] = set()
    wanted = sorted(set(x_ids))
    for at in range(0, len(wanted), AT_ONCE):
        changed |= _empty_some(session, wanted[at : at + AT_ONCE], kind, notice)
    return sorted(changed)


def hide_person(
    session: Session,
    x_id: str,
    *,
    reason: str,
    noticed_by: str,
    noticed_at: datetime,
    now: datetime,
    agent: Agent | None = None,
) -> list[int]:
    """Empties all a person wrote, and their profile; ids of the tickets that changed.

    Whoever protects their account hides their posts, not the direct messages they sent us: X goes
    on showing those to both sides, and so does the desk.
    """
    notice = Notice(reason, noticed_by, noticed_at, now, agent)
    theirs = select(Customer).where(Customer.x_id == x_id).with_for_update()
    customer = session.scalar(theirs)
    items, changed = elsewhere.empty_all_of(session, x_id, notice.reason, now), set[int]()
    news = customer is not None and customer.hidden_reason != reason
    if customer is not None:
        mine = _written_by(customer)
        if reason == PROTECTED:
            mine = and_(mine, Message.channel == PUBLIC)
        emptied, changed = empty_where(session, mine, notice)
        items += emptied
        empty_profile(customer, notice)
        enter_customers(session, [customer])
    if news or items or not _is_logged(session, PERSON, x_id, reason):
        log(session, PERSON, x_id, notice, items=items)
    session.flush()
    return sorted(changed)


def empty_where(
    session: Session, which: ColumnElement[bool], notice: Notice, *, most: int | None = None
) -> tuple[int, set[int]]:
    """Empties the messages `which` picks, `most` at a time; how many things, and their tickets."""
    items, tickets = 0, dict[int, Ticket]()
    chosen = select(Message).where(which, Message.emptied_at.is_(None)).order_by(Message.id)
    found = _whole(session, chosen.limit(most) if most else chosen)
    for message in found:
        items += _empty_message(message, notice)
        tickets[message.ticket_id] = message.ticket
    enter_messages(session, found)
    _release(session, tickets, notice)
    return items, set(tickets)


def log(
    session: Session,
    kind: str,
    x_id: str,
    notice: Notice,
    *,
    items: int,
    account_id: int | None = None,
    message_id: int | None = None,
) -> None:
    """Keeps that it is gone, with ids only."""
    session.add(
        ComplianceEntry(
            kind=kind,
            x_id=x_id,
            account_id=account_id,
            message_id=message_id,
            reason=notice.reason,
            noticed_by=notice.noticed_by,
            agent_id=notice.agent.id if notice.agent else None,
            noticed_at=notice.noticed_at,
            emptied_at=notice.now,
            items=items,
        )
    )


def _empty_some(session: Session, x_ids: list[str], kind: str, notice: Notice) -> set[int]:
    """One handful of ids: what is found of each is emptied, then logged under that id."""
    there = _messages(session, x_ids, DM if kind == DIRECT else PUBLIC)
    parts = _our_parts(session, x_ids)
    others = elsewhere.empty_posts(session, x_ids, notice.reason, notice.now)
    logged = set(_logged(session, kind, x_ids))
    tickets: dict[int, Ticket] = {}
    changed: set[int] = set()
    for x_id in x_ids:
        message, part, items = there.get(x_id), parts.get(x_id), others.get(x_id, 0)
        if message is not None and message.emptied_at is None:
            items += _empty_message(message, notice)
            tickets[message.ticket_id] = message.ticket
        if part is not None and part[0].deleted_at is None:
            part[0].deleted_at = notice.noticed_at
            committing.take_back(session, part[0], notice.now)
            changed.add(part[1].ticket_id)
        if items or x_id not in logged:
            account_id = _account_of(message, part[1] if part else None)
            number = message.id if message else None
            log(
                session,
                kind,
                x_id,
                notice,
                items=items,
                account_id=account_id,
                message_id=number,
            )
    enter_messages(session, set(there.values()))
    _release(session, tickets, notice)
    return changed | set(tickets)


def _messages(session: Session, x_ids: list[str], channel: str) -> dict[str, Message]:
    """By each of the ids: an edited post has several."""
    versions = {
        number: x_id
        for x_id, number in session.execute(
            select(MessageVersion.x_id, MessageVersion.message_id).where(
                MessageVersion.x_id.in_(x_ids)
            )
        )
    }
    named = or_(Message.x_id.in_(x_ids), Message.id.in_(versions))
    found = _whole(
        session, select(Message).where(Message.channel == channel, named).order_by(Message.id)
    )
    by_id: dict[str, Message] = {}
    for message in found:
        by_id[versions.get(message.id, message.x_id)] = message
        by_id[message.x_id] = message
    return by_id


def _whole(session: Session, chosen: Select[Message]) -> list[Message]:
    """Messages with all that hangs on them, held against other writers."""
    eager = chosen.options(
        selectinload(Message.attachments),
        selectinload(Message.versions),
        selectinload(Message.ticket),
        selectinload(Message.conversation),
    )
    return list(session.scalars(eager.with_for_update(of=Message)))


def _our_parts(session: Session, x_ids: list[str]) -> dict[str, tuple[ReplyPart, Reply]]:
    sent = select(ReplyPart, Reply).join(Reply).where(ReplyPart.x_id.in_(x_ids))
    return {str(part.x_id): (part, reply) for part, reply in session.execute(sent)}


def _empty_message(message: Message, notice: Notice) -> int:
    """How many things lost their content. Our own words stay; X's copy and the media go."""
    items = 1 + len(message.attachments) + len(message.versions)
    message.emptied_at, message.emptied_reason = notice.now, notice.reason
    message.raw = {}
    message.attachments.clear()
    if message.by_us:
        return items
    texts = {message.text, *(version.text for version in message.versions)}
    if message.ticket.subject in {subject_from(text) for text in texts}:
        message.ticket.subject = ""
    message.text = ""
    for version in message.versions:
        version.text = ""
    return items


def _release(session: Session, tickets: dict[int, Ticket], notice: Notice) -> None:
    session.flush()
    if notice.reason == elsewhere.PURGED:
        forget_of(session, tickets)
    for ticket_id in [*tickets]:  # what was owed in a merged ticket is owed in the other
        into = tickets[ticket_id].merged_into_id
        if into is not None and into not in tickets:
            tickets[into] = session.get_one(Ticket, into)
    for _, ticket in sorted(tickets.items()):
        release(session, ticket, reason=notice.reason, at=notice.now)


def empty_profile(customer: Customer, notice: Notice) -> None:
    """Their words and picture. Ids stay: without them a late post would bring all back."""
    customer.name = customer.bio = customer.avatar_url = ""
    customer.followers = customer.joined_at = None
    customer.protected = notice.reason == PROTECTED
    customer.hidden_at = customer.hidden_at or notice.noticed_at
    customer.hidden_reason = notice.reason
    if notice.reason == elsewhere.PURGED:
        customer.username = customer.x_id


def _written_by(customer: Customer) -> ColumnElement[bool]:
    with_us = select(Conversation.id).where(Conversation.customer_id == customer.id)
    unnamed = and_(Message.author_id.is_(None), Message.conversation_id.in_(with_us))
    return and_(Message.by_us.is_(False), or_(Message.author_id == customer.id, unnamed))


def _account_of(message: Message | None, reply: Reply | None) -> int | None:
    if message is not None:
        return message.conversation.account_id
    return reply.conversation.account_id if reply is not None else None


def _logged(session: Session, kind: str, x_ids: Iterable[str]) -> Iterable[str]:
    logged = select(ComplianceEntry.x_id).where(ComplianceEntry.kind == kind)
    return session.scalars(logged.where(ComplianceEntry.x_id.in_(x_ids)))


def _is_logged(session: Session, kind: str, x_id: str, reason: str) -> bool:
    return (
        session.scalar(
            select(ComplianceEntry.id)
            .where(
                ComplianceEntry.kind == kind,
                ComplianceEntry.x_id == x_id,
                ComplianceEntry.reason == reason,
            )
            .limit(1)
        )
        is not None
    )
