"""Retracting: one of our public posts is taken down from X.

The wish is a row; a worker carries it out and tries again until X says that the post is gone,
which may be said twice without harm.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import Conversation
from support.errors import N_, DeskError
from support.replies import committing
from support.replies.claiming import Hands
from support.replies.reasons import checked
from support.replies.records import IS_WISHED, Reply, ReplyPart, Retraction
from support.replies.retries import backoff
from support.replies.sending import client_or_stop
from support.replies.states import PartState
from support.x.connecting import stop
from support.x.errors import Meaning, XError, reason_for_agents, reason_to_stop
from support.x.ledger import charge
from support.x.pricing import DELETE
from support.x.records import Account

AT_ONCE = 20


def ask(session: Session, part: ReplyPart, now: datetime, *, by: Agent, reason: str) -> Retraction:
    """A person wants the post gone. Asking again after X refused asks X again.

    The caller rolls back when this raises. Raises Refused for the form.
    """
    reply = part.reply
    if part.state != PartState.POSTED or reply.conversation.is_private:
        raise DeskError(N_("Xから削除できるのは、公開で送信済みの投稿だけです。"))
    if reply.settled_at is None:
        raise DeskError(N_("この返信は続きを送信中です。送り終わってから削除してください。"))
    if part.deleted_at is not None:
        raise DeskError(N_("この投稿は、すでにXから削除されています。"))
    reason = checked(reason)
    wish = session.scalar(select(Retraction).where(Retraction.part_id == part.id))
    if wish is None:
        wish = Retraction(part_id=part.id, agent_id=by.id, reason=reason, asked_at=now)
        wish.not_before, wish.tries, wish.refused = now, 0, ""
        _first(session, wish)
    elif wish.refused:
        wish.agent_id, wish.reason, wish.asked_at = by.id, reason, now
        wish.not_before, wish.tries, wish.refused = now, 0, ""
    return wish


def _first(session: Session, wish: Retraction) -> None:
    try:
        with session.begin_nested():
            session.add(wish)
    except IntegrityError as error:
        raise DeskError(N_("この投稿の削除は、すでに依頼されています。")) from error


def carry_out(session: Session, account_id: int, hands: Hands) -> list[int]:
    """Asks X to take down what is wished for; commits after each. The ids of the tickets."""
    account = session.get(Account, account_id)
    wishes = _due(session, account_id, hands.clock()) if account is not None else []
    if account is None or account.stopped_at is not None or not wishes:
        session.rollback()
        return []
    client = client_or_stop(account, hands)
    session.commit()
    tickets = []
    for wish_id, x_id, ticket_id in wishes if client is not None else ():
        assert client is not None
        try:
            client.delete_post(x_id)
        except XError as error:
            _note_refused(session, wish_id, error, hands.clock())
        else:
            _note_gone(session, wish_id, hands)
        session.commit()
        tickets.append(ticket_id)
    return tickets


def _due(session: Session, account_id: int, now: datetime) -> list[tuple[int, str, int]]:
    """Wish, X's id of the post and ticket, the oldest first."""
    found = (
        select(Retraction.id, ReplyPart.x_id, Reply.ticket_id)
        .join(ReplyPart, ReplyPart.id == Retraction.part_id)
        .join(Reply, Reply.id == ReplyPart.reply_id)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .where(
            Conversation.account_id == account_id,
            IS_WISHED,
            Retraction.not_before <= now,
        )
        .order_by(Retraction.id)
        .limit(AT_ONCE)
    )
    return [(wish, x_id or "", ticket) for wish, x_id, ticket in session.execute(found)]


def _note_gone(session: Session, wish_id: int, hands: Hands) -> None:
    wish, now = session.get_one(Retraction, wish_id), hands.clock()
    if wish.done_at is not None:
        return  # another worker was as quick
    wish.done_at, wish.tries = now, wish.tries + 1
    wish.part.deleted_at = wish.part.deleted_at or now
    committing.take_back(session, wish.part, now)
    reply = wish.part.reply
    account_id = reply.conversation.account_id
    to_whom = {"agent_id": wish.agent_id, "reply_id": reply.id}
    charge(session, account_id, DELETE, 1, now=now, prices=hands.prices, **to_whom)


def _note_refused(session: Session, wish_id: int, error: XError, now: datetime) -> None:
    wish = session.get_one(Retraction, wish_id)
    wish.tries += 1
    if error.meaning is Meaning.ACCOUNT:
        stop(wish.part.reply.conversation.account, reason_to_stop(error), now)
    elif error.meaning in (Meaning.NOT_SENT, Meaning.NO_ANSWER):
        wish.not_before = error.retry_at or now + backoff(wish.tries)
    else:
        wish.refused = reason_for_agents(error.detail)[:300]
