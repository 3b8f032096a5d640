"""Our own posts, seen on X: typed there, or sent by the desk and shown to it again.

They never make a ticket. What answers a customer's message joins its ticket; what answers
nothing we know is set aside, and found again should that message turn up later.
"""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from support.conversations.records import DM, PUBLIC, Message, MessageVersion
from support.inbox import editing, retelling
from support.inbox.following import followed
from support.inbox.passing import pass_over, unpass, versions_of
from support.inbox.recalling import Known
from support.inbox.records import PassedPost
from support.inbox.threading import thread_of
from support.replies import handing
from support.replies.records import Reply, ReplyPart
from support.replies.retries import same_words
from support.replies.states import PartState
from support.tickets import noting
from support.tickets.records import alone_with
from support.x.posts import Post
from support.x.records import Account


def take_ours(
    session: Session, account: Account, post: Post, reason: str, known: Known, now: datetime
) -> None:
    """`account` wrote it; `reason`: why it is no ticket."""
    awaited = handing.found_by_hand(session, post, now)
    if awaited is not None:
        known.touched.append(awaited)
        return
    answered = answered_by(session, post)
    if answered is None:
        pass_over(session, account, post, reason, known, now)
    elif not is_being_sent(session, answered.conversation_id, post):
        _join(session, answered, post, known, now)


def answered_by(session: Session, post: Post) -> Message | None:
    """The customer's message our own post answers, if the desk knows it."""
    at = editing.said_at(post)
    theirs = select(Message).where(Message.by_us.is_(False), Message.posted_at <= at)
    if post.private:
        theirs = theirs.where(Message.thread_x_id == post.thread_x_id, Message.channel == DM)
    elif post.in_reply_to_x_id:
        edited = select(MessageVersion.message_id).where(
            MessageVersion.x_id == post.in_reply_to_x_id
        )
        named = or_(Message.x_id == post.in_reply_to_x_id, Message.id.in_(edited))
        theirs = theirs.where(named, Message.channel == PUBLIC)
    else:
        return None
    newest = theirs.order_by(Message.posted_at.desc(), Message.x_id.desc())
    return session.scalar(newest.limit(1))


def is_being_sent(session: Session, conversation_id: int, post: Post) -> bool:
    """Whether it is a reply of the desk: on its way, so that its worker will note the id, or one
    whose id was noted since we looked for posts we know."""
    ids = {post.x_id, *post.history}
    on_the_way = ReplyPart.state.in_([PartState.POSTING.value, PartState.UNKNOWN.value])
    sent = (
        select(ReplyPart.text, ReplyPart.x_id)
        .join(Reply)
        .where(Reply.conversation_id == conversation_id, or_(on_the_way, ReplyPart.x_id.in_(ids)))
    )
    return any(x_id in ids or same_words(text, post.text) for text, x_id in session.execute(sent))


def _join(session: Session, answered: Message, post: Post, known: Known, now: datetime) -> None:
    ticket, at = alone_with(session, answered.ticket_id), editing.said_at(post)
    if ticket.resolved_at is not None and ticket.resolved_at <= at:
        ticket = followed(session, ticket)
    late = retelling.came_late(session, ticket, at)
    message = Message(
        conversation=ticket.conversation,
        ticket=ticket,
        x_id=post.first_x_id,
        channel=ticket.conversation.channel,
        by_us=True,
        thread_x_id=thread_of(post)[:60],
        in_reply_to_x_id=post.in_reply_to_x_id[:19],
        quoted_x_id=post.quoted_x_id[:19],
        posted_at=at,
        received_at=now,
    )
    editing.begin(message, post, now)
    session.add(message)
    known.add(message)
    known.touched.append(ticket)
    unpass(session, message, known, now)
    if known.is_disordered(ticket, late=late):
        return
    terms = known.terms_in_force(session).terms_of(ticket)
    noting.note_reply_accepted(session, ticket, answered, terms, at=message.posted_at, agent=None)


def claim(session: Session, message: Message, x_ids: set[str], known: Known, now: datetime) -> None:
    """A customer's message turned up; what we wrote in answer to it may have come before it.

    `x_ids`: the ids of the versions that turned up.
    """
    for key in known.answered_as(message, x_ids):
        for x_id in known.waiting.pop(key, ()):
            passed = session.get(PassedPost, x_id)
            ours = versions_of(passed) if passed is not None else []
            if passed is None or not ours or passed.posted_at < message.posted_at:
                known.waiting.setdefault(key, []).append(x_id)
                continue
            known.marks.setdefault("passed", {})[x_id] = ""
            account = message.conversation.account
            take_ours(session, account, ours[0], passed.reason, known, now)
