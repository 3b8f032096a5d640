"""Trying rules out: what they would change about the newest posts, before they are saved."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from support.conversations.records import Conversation, Message
from support.inbox.intake import Decision, Policy, decide
from support.inbox.passing import read_again
from support.inbox.recalling import OURS, authors_of
from support.inbox.records import PassedPost
from support.inbox.threading import Ours
from support.x.posts import Post
from support.x.records import Account

AGAINST = 500
"""How many of the newest posts rules are tried on."""


@dataclass(frozen=True)
class Tried:
    """One stored post as the rules see it."""

    post: Post
    username: str
    ticket_id: int | None
    """Its ticket; None: it was passed over."""


@dataclass(frozen=True)
class Change:
    """A post that would fare differently."""

    tried: Tried
    now: Decision
    then: Decision


@dataclass(frozen=True)
class Trial:
    """What came of it."""

    posts: int
    changes: list[Change]


def try_out(session: Session, policy: Policy, *, instead_of: Policy) -> Trial:
    """Which of the newest posts `policy` would decide on otherwise than the one in force.

    Muted people are left out: that is no matter of the rules.
    """
    tried = newest(session)
    quoted = {it.post.quoted_x_id for it in tried if it.post.quoted_x_id}
    accounts = session.execute(select(Account.x_id, Account.handle)).all()
    handles = {x_id: handle.lower() for x_id, handle in accounts}
    ours = Ours(handles, authors_of(session, quoted) if quoted else {})
    changes = []
    for it in tried:
        before, after = decide(it.post, ours, instead_of), decide(it.post, ours, policy)
        if before.taken != after.taken:
            changes.append(Change(it, before, after))
    return Trial(len(tried), changes)


def newest(session: Session) -> list[Tried]:
    """The newest posts of other people that the desk still holds, taken or passed over."""
    found = [*_taken(session), *_passed(session)]
    found.sort(key=lambda it: it.post.posted_at, reverse=True)
    return found[:AGAINST]


def _taken(session: Session) -> Iterator[Tried]:
    rows = (
        select(Message)
        .where(Message.by_us.is_(False), Message.emptied_at.is_(None), Message.channel == "public")
        .options(undefer(Message.raw))
        .options(joinedload(Message.conversation).joinedload(Conversation.customer))
        .order_by(Message.posted_at.desc())
        .limit(AGAINST)
    )
    for message in session.scalars(rows):
        post = read_again(message.raw)
        if post is not None:
            yield Tried(post, message.conversation.customer.username, message.ticket_id)


def _passed(session: Session) -> Iterator[Tried]:
    rows = (
        select(PassedPost)
        .where(PassedPost.reason.not_in([*OURS, "muted"]))
        .options(undefer(PassedPost.raw))
        .order_by(PassedPost.decided_at.desc())
        .limit(AGAINST)
    )
    for passed in session.scalars(rows):
        post = read_again(passed.raw)
        if post is not None:
            yield Tried(post, passed.username, None)
