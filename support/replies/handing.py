"""What a person posts by hand on x.com, because X does not let the API: handed over, and found.

A part that was handed waits until our own post to the same target shows up, through a push or a
read of our timeline. Its words may have been changed on x.com; what stands there is kept.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import CompoundSelect, case, select, union, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from support.conversations.records import (
    DM,
    PUBLIC,
    Conversation,
    Message,
    MessageVersion,
    SeenPost,
)
from support.db import changed, storable
from support.errors import N_, DeskError, SomeoneWasFirst
from support.replies.attempts import log_attempt
from support.replies.claiming import known_before, targets_of
from support.replies.quieting import may_go_by_hand
from support.replies.records import ANNOUNCED, Reply, ReplyPart
from support.replies.retries import comparable, find, look_since
from support.replies.sending import keep_words, settle
from support.replies.states import PartState
from support.tickets.records import Ticket
from support.x.eligibility import Ours, Verdict, Why, may_reply
from support.x.payloads import Included, post_of
from support.x.posts import Post, Unreadable
from support.x.records import Account


def verdict_on(session: Session, message: Message | None) -> Verdict:
    """Whether and how X lets us answer a customer's message, by what the desk holds of it."""
    if message is None:
        return Verdict(Why.UNKNOWN)
    account, customer = message.conversation.account, message.conversation.customer
    gone = message.emptied_reason or ("protected" if customer.protected else "")
    post = _post(session, message, account)
    if post is None:
        return Verdict(Why.UNKNOWN)
    return may_reply(post, Ours(account.x_id, account.handle), account.plan, gone=gone)


def _post(session: Session, message: Message, account: Account) -> Post | None:
    """The message as X showed it; None where what was kept of it cannot be read so."""
    if message.channel == DM or message.emptied_at is not None:
        return Post(
            x_id=message.x_id,
            author_x_id=message.conversation.customer.x_id,
            text="",
            posted_at=message.posted_at,
            thread_x_id=message.thread_x_id,
            private=message.channel == DM,
            encrypted=message.kind == "encrypted",
        )
    try:
        post = post_of(message.raw, Included())
    except Unreadable:
        return None
    quoted = _quoted(session, post, account) if post.quoted_x_id else ()
    return replace(post, beside=quoted)


def _quoted(session: Session, post: Post, account: Account) -> tuple[Post, ...]:
    """The quoted post, as far as whose it is: one of ours, or one X showed beside a message."""
    seen = session.get(SeenPost, post.quoted_x_id)
    if seen is not None:
        author = seen.author_x_id
    elif _is_ours(session, post.quoted_x_id, account):
        author = account.x_id
    else:
        return ()
    return (Post(post.quoted_x_id, author, "", post.posted_at, ""),)


def _is_ours(session: Session, x_id: str, account: Account) -> bool:
    """Whether the desk sent this post for the account, or saw it typed on x.com."""
    sent = (
        select(ReplyPart.id)
        .join(ReplyPart.reply)
        .join(Reply.conversation)
        .where(ReplyPart.x_id == x_id, Conversation.account_id == account.id)
    )
    typed = (
        select(Message.id)
        .join(Message.conversation)
        .where(
            Message.x_id == x_id,
            Message.by_us,
            Conversation.account_id == account.id,
        )
    )
    announced = select(ANNOUNCED.c.account_id).where(
        ANNOUNCED.c.x_id == x_id, ANNOUNCED.c.account_id == account.id
    )
    return any(session.scalars(it.limit(1)).first() for it in (sent, typed, announced))


def hand_over(session: Session, reply: Reply, now: datetime) -> None:
    """A person takes over what the API did not send: the first part that is not out yet."""
    may_go_by_hand(session, reply)
    part = next((p for p in reply.parts if p.state != PartState.POSTED), None)
    stopped = (PartState.REJECTED.value, PartState.QUEUED.value)
    mine = part is not None and changed(
        session,
        update(ReplyPart)
        .where(ReplyPart.id == part.id, ReplyPart.state.in_(stopped))
        .values(
            state=PartState.HANDED.value,
            handed_at=now,
            not_before=None,
            after_x_id=case(
                (ReplyPart.after_x_id != "", ReplyPart.after_x_id), else_=known_before(session)
            ),
        ),
    )
    if not mine or reply.conversation.is_private:
        raise DeskError(N_("この返信は、手での送信に切り替えられる状態ではありません。"))
    session.refresh(part)
    try:
        with session.begin_nested():
            reply.settled_at = None
    except IntegrityError as error:
        raise SomeoneWasFirst(N_("別の返信がこの投稿に送られています。")) from error


def found_by_hand(session: Session, post: Post, now: datetime) -> Ticket | None:
    """The ticket of the reply that waited for this post of ours; None where none did.

    The part becomes posted at X's time, the promise is kept, and the parts behind it go on
    through the API. Safe to call again with the same post.
    """
    part = _awaited(session, post)
    if part is None:
        return _noted(session, post)
    mine = changed(
        session,
        update(ReplyPart)
        .where(ReplyPart.id == part.id, ReplyPart.state == PartState.HANDED.value)
        .values(state=PartState.POSTED.value, x_id=post.x_id, posted_at=post.posted_at, reason=""),
    )
    session.refresh(part)
    if not mine and part.x_id != post.x_id:
        return None  # another post of ours was found for it in this very moment
    if mine:
        log_attempt(session, part.id, "by_hand", post.x_id, now)
        keep_words(session, part, post.text)
    session.flush()
    settle(session, part.reply_id, now)
    session.refresh(part.reply)
    return session.get_one(Ticket, part.reply.ticket_id)


def _noted(session: Session, post: Post) -> Ticket | None:
    """The ticket in which this post was noted in the meantime, by whoever else was shown it."""
    noted = (
        select(Ticket)
        .join(Reply, Reply.ticket_id == Ticket.id)
        .join(ReplyPart, ReplyPart.reply_id == Reply.id)
        .where(ReplyPart.x_id == post.x_id)
    )
    return session.scalars(noted.limit(1)).first()


def _awaited(session: Session, post: Post) -> ReplyPart | None:
    """The handed part this post of ours is: same account, same target, not before the handing.

    By the same words where several wait for a post to one target.
    """
    target = post.in_reply_to_x_id
    if post.private or not target:
        return None
    handed = (
        select(ReplyPart)
        .join(ReplyPart.reply)
        .join(Reply.conversation)
        .join(Conversation.account)
        .where(
            ReplyPart.state == PartState.HANDED.value,
            ReplyPart.reply_id.in_(_answering(target)),
            Account.x_id == post.author_x_id,
        )
        .order_by(ReplyPart.handed_at, ReplyPart.id)
    )
    fits = [part for part in session.scalars(handed) if _is(part, post)]
    words = comparable(storable(post.text))
    return min(fits, key=lambda part: comparable(part.text) != words, default=None)


def _answering(x_id: str) -> CompoundSelect[int]:
    """Ids of the live replies to the post with this id, in any version of it, or to a part."""
    answered = union(
        select(Message.id).where(Message.x_id == x_id, Message.channel == PUBLIC),
        select(MessageVersion.message_id).where(MessageVersion.x_id == x_id),
    )
    return union(
        select(Reply.id).where(Reply.answers_id.in_(answered), Reply.settled_at.is_(None)),
        select(ReplyPart.reply_id).where(ReplyPart.x_id == x_id),
    )


def _is(part: ReplyPart, post: Post) -> bool:
    assert part.handed_at is not None
    found = find(
        [post],
        text=part.text,
        targets=targets_of(part),
        since=look_since(part.after_x_id, part.handed_at),
        handed_at=part.handed_at,
        taken=(),
    )
    return found is not None
