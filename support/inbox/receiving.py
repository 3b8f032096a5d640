"""What X shows us becomes messages: each exactly once, whatever the order or repetition."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from support.conversations.records import Message
from support.db import storable
from support.inbox import coming_back, editing, filing, retelling
from support.inbox.intake import TAKEN, decide, is_taken_back
from support.inbox.passing import pass_over, unpass, versions_of
from support.inbox.recalling import OURS, Known, channel_of, recall
from support.inbox.records import IntakeRefusal, PassedPost
from support.inbox.threading import addressed
from support.inbox.tying import tie
from support.replies.acknowledging import acknowledge
from support.search import indexing
from support.terms.choosing import anything_acknowledged, policy_in_force
from support.tickets import noting
from support.tickets.records import Ticket
from support.x.posts import Person, Post, Unread
from support.x.records import Account

log = structlog.get_logger()


@dataclass
class Taken:
    """What came of one page: ids of the tickets that changed, and how many items were what."""

    tickets: set[int] = field(default_factory=set)
    messages: int = 0
    known: int = 0
    passed: int = 0
    refused: int = 0
    said: list[Message] = field(default_factory=list)
    """What customers said that the desk did not know."""

    def add(self, more: "Taken") -> None:
        self.tickets |= more.tickets
        self.messages += more.messages
        self.known += more.known
        self.passed += more.passed
        self.refused += more.refused
        self.said += more.said


def receive(
    session: Session,
    account: Account,
    posts: Iterable[Post],
    unread: Iterable[Unread] = (),
    *,
    stream: str,
    now: datetime,
) -> Taken:
    """Takes posts in, oldest first; the caller commits them together with its cursor.

    `account` is whom X showed them to; whom they are for, the posts say themselves. An item
    that cannot be stored is kept as a refusal with its reason; the others go on.
    """
    taken = Taken()
    ordered = sorted(posts, key=lambda post: (editing.said_at(post), int(post.x_id)))
    for item in unread:
        refuse(session, account, item, stream=stream, now=now)
        taken.refused += 1
    try:
        with session.begin_nested():
            page = _take_all(session, account, ordered, now)
        taken.add(page)
    except OperationalError:
        raise  # the database is away, the posts are not to blame
    except Exception as error:  # whatever it is about one post, it must not keep out the others
        log.warning("page_taken_one_by_one", account=account.id, error=type(error).__name__)
        _take_singly(session, account, ordered, taken, stream, now)
    _acknowledge(session, account, taken, now)
    return taken


def _acknowledge(session: Session, account: Account, taken: Taken, now: datetime) -> None:
    """Out of hours; what goes wrong here must not cost a message."""
    if not taken.said or not anything_acknowledged(session):
        return
    try:
        with session.begin_nested():
            acknowledge(session, taken.said, policy_in_force(session), now)
    except OperationalError:
        raise
    except Exception as error:
        log.warning("not_acknowledged", account=account.id, error=type(error).__name__)


def take_up(session: Session, passed: PassedPost, now: datetime) -> Ticket | None:
    """A person wants a post as a ticket that the rules passed over; None where it cannot be."""
    versions = versions_of(passed)
    if not versions or passed.reason in OURS:
        return None
    post = versions[-1]
    if passed.username:
        post = replace(post, author=Person(post.author_x_id, passed.username, passed.username))
    account = session.get_one(Account, passed.account_id)
    taken = _take_all(session, account, [post], now, wanted=True)
    return session.get_one(Ticket, min(taken.tickets)) if taken.tickets else None


def _take_all(
    session: Session,
    account: Account,
    posts: list[Post],
    now: datetime,
    *,
    wanted: bool = False,
) -> Taken:
    taken = Taken()
    if not posts:
        return taken
    known = recall(session, posts)
    known.wanted = wanted
    known.terms_in_force(session)  # before anything is added: a look-up writes what waits
    for post in posts:
        _take(session, account, post, known, taken, now)
    session.flush()
    for ticket in known.disordered.values():
        retelling.rebuild(session, ticket)
    session.flush()
    _enter(session, known)
    tie(session, known.touched)
    taken.tickets.update(ticket.id for ticket in known.touched)
    return taken


def _enter(session: Session, known: Known) -> None:
    """What the page added can be found from now on, and whom it named."""
    edited = dict.fromkeys(known.edited)  # a page may hold several versions of one message
    new = [indexing.of_message(it) for it in known.fresh.values() if it not in edited]
    indexing.write(session, new + [indexing.of_customer(c) for c in known.people], new=True)
    if edited or known.renamed:
        changed = [indexing.of_message(message) for message in edited]
        indexing.write(session, changed + [indexing.of_customer(c) for c in known.renamed])


def _take_singly(
    session: Session, account: Account, posts: list[Post], taken: Taken, stream: str, now: datetime
) -> None:
    for post in posts:
        try:
            with session.begin_nested():
                alone = _take_all(session, account, [post], now)
            taken.add(alone)
        except (OperationalError, IntegrityError):
            raise  # another worker took the same post in this very moment: it is read again
        except Exception as error:
            log.exception("post_refused", account=account.id, x_id=post.x_id)
            reason = f"the desk could not store it: {type(error).__name__}"
            raw = storable(json.dumps(dict(post.raw), default=str))
            item = Unread(reason, raw, f"{stream}:{post.x_id}")
            refuse(session, account, item, stream=stream, now=now)
            taken.refused += 1


def _take(
    session: Session, shown_to: Account, post: Post, known: Known, taken: Taken, now: datetime
) -> None:
    """One post. One that is taken in any of its versions, or by any of our accounts, is taken."""
    if known.has("gone", post.x_id, *post.history) or known.has("part", post.x_id, *post.history):
        taken.known += 1
        return
    if known.has_message(post):
        taken.known += 1
        _take_version(session, post, known, now)
        return
    account = known.account_for(addressed(post, known.ours, shown_to.x_id), shown_to)
    author = known.customers.get(post.author_x_id)
    if author is not None and is_taken_back(post, author.hidden_at, author.hidden_reason):
        taken.known += 1
        return
    muted = author is not None and author.muted_at is not None
    decision = TAKEN if known.wanted else decide(post, known.ours, known.policy, muted=muted)
    if decision.reason in OURS:
        writer = known.accounts[post.author_x_id]
        coming_back.take_ours(session, writer, post, decision.reason, known, now)
    elif not decision.taken:
        taken.passed += 1
        pass_over(session, account, post, decision.reason, known, now)
    else:
        taken.messages += 1
        _take_message(session, account, post, known, taken, now)


def _take_message(
    session: Session, account: Account, post: Post, known: Known, taken: Taken, now: datetime
) -> None:
    place = (account.id, post.author_x_id, channel_of(post))
    conversation = filing.conversation_of(session, account, post, place, known, now)
    ticket = filing.ticket_of(session, conversation, post, place, known)
    late = retelling.came_late(session, ticket, editing.said_at(post))
    message = filing.add_message(session, conversation, ticket, post, now)
    known.add(message)
    known.touched.append(ticket)
    filing.keep_beside(session, post, known, now)
    taken.said.append(message)
    if not known.is_disordered(ticket, late=late):
        terms = known.terms_in_force(session).terms_of(ticket)
        noting.note_customer_message(session, ticket, message, terms)
    more = unpass(session, message, known, now)
    known.look_for_waiting(session, more - {post.x_id})
    coming_back.claim(session, message, {post.x_id, *more}, known, now)


def _take_version(session: Session, post: Post, known: Known, now: datetime) -> None:
    """A message we have; of a version we do not have, it is one more."""
    message = known.message_lacking(session, post)
    if message is None:
        return
    moved = editing.add_version(message, post, now)
    known.add(message)
    known.edited.append(message)
    known.touched.append(message.ticket)
    if moved:
        known.is_disordered(message.ticket, late=True)
    if not message.by_us:
        coming_back.claim(session, message, {post.x_id}, known, now)


def refuse(session: Session, account: Account, item: Unread, *, stream: str, now: datetime) -> None:
    """Keeps an item that could not become a message, once, for a person to look at."""
    if not session.scalar(select(IntakeRefusal.id).where(IntakeRefusal.digest == item.digest)):
        session.add(
            IntakeRefusal(
                account_id=account.id,
                stream=stream,
                digest=item.digest,
                reason=item.reason,
                raw=item.raw,
                refused_at=now,
            )
        )
        session.flush()
