"""What became of what was handed over: our own post, seen on X, and their answer to it.

Nobody tells this module: it finds what it waits for in what the desk was shown anyway, whichever
push or read brought it, in whatever order and however often. Belief does not count: somebody was
contacted when X shows us our own post under theirs, also where it was typed on x.com and the desk
knew of no hand-off.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased, undefer

from support.conversations.records import PUBLIC, Conversation, Customer, Message
from support.db import changed, storable
from support.inbox.passing import versions_of
from support.inbox.records import PassedPost
from support.outreach import contacting
from support.outreach.course import Deed, State, leads_from, told_as
from support.outreach.optouts import Grade, asks_not_to
from support.outreach.records import Prospect, ProspectEvent
from support.outreach.refusing import ANSWERED_SO, never_again
from support.outreach.switching import one_after_another
from support.replies.records import Reply, ReplyPart
from support.replies.retries import same_words
from support.tickets.records import alone_with
from support.x.records import Account

LOOKED_FOR = timedelta(days=30)
"""So long after it was found an own post under a prospect's is still taken for an offer."""
AT_ONCE = 500
ANSWERED_WITHIN = timedelta(days=7)
"""Later, and in no thread with it, what somebody writes us is a matter of its own."""


@dataclass
class Followed:
    """What a look found; ids of the tickets whose page shows more now."""

    seen: int = 0
    answered: int = 0
    refused: int = 0
    tickets: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.seen or self.answered or self.refused)


@dataclass(frozen=True)
class _Ours:
    """A post of ours under a prospect's."""

    x_id: str
    text: str
    at: datetime
    account_id: int


def follow(session: Session, now: datetime) -> Followed:
    """Looks at all that may have come to something; the caller commits. Safe to call again."""
    found = Followed()
    if session.scalar(select(Prospect.id).limit(1)) is None:
        return found  # most desks never go outreaching
    one_after_another(session)
    for prospect, ours in _own_posts(session, now):
        found.seen += _see(session, prospect, ours, now)
    for prospect, message in _answers(session, now):
        found.tickets |= _note_answer(session, prospect, message, found, now)
    session.flush()
    return found


def _own_posts(session: Session, now: datetime) -> list[tuple[Prospect, _Ours]]:
    """Each prospect under whose post one of ours stands, with the one that is the offer."""
    under: dict[Prospect, list[_Ours]] = {}
    for rows in (_passed(session, now), _typed(session, now), _sent(session, now)):
        for prospect, ours in rows:
            under.setdefault(prospect, []).append(ours)
    return [(it, _the_offer(it, posts)) for it, posts in under.items()]


def _the_offer(prospect: Prospect, posts: list[_Ours]) -> _Ours:
    """By the account that was to offer it, then by its words, then the first one."""
    return min(
        posts,
        key=lambda post: (
            post.account_id != prospect.account_id,
            not same_words(prospect.body, post.text),
            post.at,
            int(post.x_id),
        ),
    )


def _unseen(now: datetime) -> Any:
    lately = Prospect.found_at > now - LOOKED_FOR
    return and_(Prospect.sent_x_id.is_(None), Prospect.state.in_(leads_from(Deed.SEE)), lately)


def _passed(session: Session, now: datetime) -> Iterable[tuple[Prospect, _Ours]]:
    """Where the desk holds their post for no ticket, ours to it was set aside."""
    rows = session.execute(
        select(Prospect, PassedPost, Account.id)
        .join(PassedPost, PassedPost.in_reply_to_x_id == Prospect.post_x_id)
        .join(Account, Account.x_id == PassedPost.author_x_id)
        .where(_unseen(now))
        .options(undefer(PassedPost.raw))
        .order_by(Prospect.id)
        .limit(AT_ONCE)
    )
    for prospect, passed, account_id in rows:
        versions = versions_of(passed)
        text = versions[-1].text if versions else ""
        yield prospect, _Ours(passed.x_id, text, passed.posted_at, account_id)


def _typed(session: Session, now: datetime) -> Iterable[tuple[Prospect, _Ours]]:
    """Where their post became a ticket meanwhile, ours stands in its conversation."""
    theirs, ours = aliased(Message), aliased(Message)
    rows = session.execute(
        select(Prospect, ours, Conversation.account_id)
        .join(theirs, and_(theirs.x_id == Prospect.post_x_id, theirs.channel == PUBLIC))
        .join(Conversation, Conversation.id == theirs.conversation_id)
        .join(
            ours,
            and_(
                ours.conversation_id == theirs.conversation_id,
                ours.by_us,
                ours.in_reply_to_x_id == Prospect.post_x_id,
            ),
        )
        .where(_unseen(now), Prospect.skip_reason != "ticket")
        .order_by(Prospect.id)
        .limit(AT_ONCE)
    )
    for prospect, message, account_id in rows:
        yield prospect, _Ours(message.x_id, message.text, message.posted_at, account_id)


def _sent(session: Session, now: datetime) -> Iterable[tuple[Prospect, _Ours]]:
    """The same, where the desk itself sent the answer from that ticket."""
    rows = session.execute(
        select(Prospect, ReplyPart, Conversation.account_id)
        .join(Message, and_(Message.x_id == Prospect.post_x_id, Message.channel == PUBLIC))
        .join(Reply, Reply.answers_id == Message.id)
        .join(ReplyPart, ReplyPart.reply_id == Reply.id)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .where(_unseen(now), Prospect.skip_reason != "ticket")
        .where(ReplyPart.position == 1, ReplyPart.x_id.is_not(None))
        .order_by(Prospect.id)
        .limit(AT_ONCE)
    )
    for prospect, part, account_id in rows:
        if part.x_id and part.posted_at:
            yield prospect, _Ours(part.x_id, part.text, part.posted_at, account_id)


def _see(session: Session, prospect: Prospect, ours: _Ours, now: datetime) -> int:
    """1 where this look was the one to note it."""
    values = {"sent_x_id": ours.x_id, "sent_at": ours.at, "sent_text": storable(ours.text)}
    there = Prospect.id == prospect.id, Prospect.sent_x_id.is_(None)
    try:
        with session.begin_nested():
            mine = changed(
                session,
                update(Prospect)
                .where(*there)
                .values(state=State.SEEN.value, skip_reason="", **values),
            )
    except IntegrityError:  # this post of ours was noted of another prospect in this very moment
        return 0
    session.refresh(prospect)
    if mine:
        known = prospect.handed_at is not None
        contacting.note(
            session, prospect, told_as(Deed.SEE), None, now, account=ours.account_id, handed=known
        )
    return mine


def _answers(session: Session, now: datetime) -> list[tuple[Prospect, Message]]:
    """What whoever was contacted wrote to us since, the oldest first.

    In the same thread, in answer to our post, or soon after to any account: an invitation to a
    direct message is answered there.
    """
    lately = Prospect.sent_at > now - LOOKED_FOR - ANSWERED_WITHIN
    news = or_(Prospect.answered_at.is_(None), Message.received_at > now - ANSWERED_WITHIN)
    rows = session.execute(
        select(Prospect, Message)
        .join(Customer, Customer.x_id == Prospect.author_x_id)
        .join(Conversation, Conversation.customer_id == Customer.id)
        .join(Message, Message.conversation_id == Conversation.id)
        .where(Prospect.state == State.SEEN.value, lately, news)
        .where(Message.by_us.is_(False), Message.posted_at >= Prospect.sent_at)
        .order_by(Message.posted_at, Message.id)
    )
    return [(it, message) for it, message in rows if _is_an_answer(it, message)]


def _is_an_answer(prospect: Prospect, message: Message) -> bool:
    assert prospect.sent_at is not None
    if message.in_reply_to_x_id == prospect.sent_x_id:
        return True
    if prospect.thread_x_id and message.thread_x_id == prospect.thread_x_id:
        return True
    return message.posted_at - prospect.sent_at <= ANSWERED_WITHIN


def _note_answer(
    session: Session, prospect: Prospect, message: Message, found: Followed, now: datetime
) -> set[int]:
    """The first is linked; each is read for a refusal, which holds at once."""
    tickets: set[int] = set()
    if prospect.answered_at is None:
        tickets |= _link(session, prospect, message, found, now)
    if message.emptied_at is not None:
        return tickets
    grade = asks_not_to(message.text).grade
    if grade is not Grade.NONE and _heed(session, prospect, message, grade, now):
        found.refused += grade is Grade.REFUSAL
        tickets.add(message.ticket_id)
    return tickets


def _link(
    session: Session, prospect: Prospect, message: Message, found: Followed, now: datetime
) -> set[int]:
    ticket = alone_with(session, message.ticket_id)
    number = ticket.merged_into_id or ticket.id
    there = Prospect.id == prospect.id, Prospect.answered_at.is_(None)
    values = {"ticket_id": number, "answered_at": message.posted_at}
    if not changed(session, update(Prospect).where(*there).values(**values)):
        return set()
    session.refresh(prospect)
    contacting.note(session, prospect, "answered", None, now, ticket=number)
    found.answered += 1
    return {number}


def _heed(
    session: Session, prospect: Prospect, message: Message, grade: Grade, now: datetime
) -> bool:
    """Once: a colleague who lifts it afterwards is not overruled by the same words."""
    kind = "opted_out" if grade is Grade.REFUSAL else "complained"
    told = ProspectEvent.prospect_id == prospect.id, ProspectEvent.kind == kind
    if session.scalar(select(ProspectEvent.id).where(*told).limit(1)) is not None:
        return False
    if grade is Grade.REFUSAL:
        who = {"username": prospect.username, "name": prospect.name}
        never_again(session, prospect.author_x_id, **who, by=None, reason=ANSWERED_SO, now=now)
    contacting.note(session, prospect, kind, None, now, message=message.id)
    return True
