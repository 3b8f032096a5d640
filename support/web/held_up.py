"""How much an account has that does not go out: parts of the frame's one question."""

from sqlalchemy import ColumnElement, bindparam, case, func, select

from support.approval.records import IS_OPEN, Approval
from support.conversations.records import Conversation
from support.replies.records import Reply, ReplyPart
from support.replies.standing import late
from support.x.records import Account


def waiting() -> ColumnElement[int]:
    """Counted for accounts that stand still only: the others' replies are on their way."""
    replies = (
        select(func.count())
        .select_from(Reply)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .where(Conversation.account_id == Account.id, Reply.settled_at.is_(None))
        .where(Reply.id.not_in(select(Approval.reply_id).where(IS_OPEN)))
        .correlate(Account)
        .scalar_subquery()
    )
    return case((Account.stopped_at.is_not(None), replies), else_=0)


def aged() -> ColumnElement[int]:
    """One that stands still is told of as that."""
    parts = (
        select(func.count())
        .select_from(ReplyPart)
        .join(Reply, Reply.id == ReplyPart.reply_id)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .where(
            Conversation.account_id == Account.id,
            Reply.settled_at.is_(None),
            late(bindparam("now"), bindparam("ago"), bindparam("doubt")),
        )
        .correlate(Account)
        .scalar_subquery()
    )
    return case((Account.stopped_at.is_(None), parts), else_=0)
