"""What a press stands on: all that has to be known of tickets before replies to them are stored.

Read for one press or for many at once, each time anew, and by one way only: what holds for an
agent's reply holds for whatever is sent to many.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from support.agents.records import Agent, is_working
from support.conversations.records import Message
from support.replies import clearing
from support.replies.clearing import Asking
from support.replies.records import Reply, ReplyPart
from support.replies.states import PartState
from support.tickets.records import Ticket


@dataclass(frozen=True)
class Ground:
    known: Mapping[str, Reply]
    """By their keys: replies that were pressed already."""
    works: bool
    """Whether whoever presses may, until the transaction ends."""
    newest_replies: Mapping[int, int]
    """By ticket: of those a person pressed and did not take back."""
    newest_messages: Mapping[int, int]
    """By conversation, written by anyone: what comes after it the agent has not seen."""
    asking: Asking


def ground_of(
    session: Session, tickets: Sequence[Ticket], keys: Collection[str], agent: Agent
) -> Ground:
    pressed = session.scalars(select(Reply).where(Reply.key.in_(keys)))
    return Ground(
        {it.key: it for it in pressed},
        is_working(session, agent.id),
        newest_replies(session, {it.id for it in tickets}),
        _newest_messages(session, {it.conversation_id for it in tickets}),
        clearing.asking_now(session, {it.conversation.account_id for it in tickets}),
    )


def newest_replies(
    session: Session, ticket_ids: Collection[int], *, but: Collection[int] = ()
) -> dict[int, int]:
    theirs = (
        select(Reply.ticket_id, func.max(Reply.id))
        .where(
            Reply.ticket_id.in_(ticket_ids),
            Reply.automatic.is_(False),
            exists().where(
                ReplyPart.reply_id == Reply.id, ReplyPart.state != PartState.UNDONE.value
            ),
        )
        .group_by(Reply.ticket_id)
    )
    if but:
        theirs = theirs.where(Reply.id.not_in(but))
    return {row[0]: row[1] for row in session.execute(theirs)}


def _newest_messages(session: Session, conversation_ids: Collection[int]) -> dict[int, int]:
    newest = (
        select(Message.conversation_id, func.max(Message.id))
        .where(Message.conversation_id.in_(conversation_ids))
        .group_by(Message.conversation_id)
    )
    return {row[0]: row[1] for row in session.execute(newest)}
