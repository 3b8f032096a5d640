"""What somebody typed on x.com in our name: nobody of the desk stands behind it, yet it is ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from support.conversations.records import Conversation, Message
from support.replies.records import typed_on_x

PAGE = 50


@dataclass(frozen=True)
class Typed:
    """A page of it, the newest first."""

    messages: Sequence[Message]
    next: Message | None
    """The last one shown, where there are more: what the next page comes after."""


def page(
    session: Session,
    start: datetime,
    end: datetime,
    *,
    account: int | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = PAGE,
) -> Typed:
    """What was posted from `start` on and before `end`; of one account, if named."""
    chosen = (
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.posted_at >= start, Message.posted_at < end, typed_on_x())
    )
    if account is not None:
        chosen = chosen.where(Conversation.account_id == account)
    if before is not None:
        at, number = before
        same = and_(Message.posted_at == at, Message.id < number)
        chosen = chosen.where(or_(Message.posted_at < at, same))
    rows = (
        chosen.options(
            joinedload(Message.ticket),
            joinedload(Message.conversation).joinedload(Conversation.customer),
            joinedload(Message.conversation).joinedload(Conversation.account),
        )
        .order_by(Message.posted_at.desc(), Message.id.desc())
        .limit(limit + 1)
    )
    found = session.scalars(rows).unique().all()
    shown = found[:limit]
    return Typed(shown, shown[-1] if len(found) > limit else None)
