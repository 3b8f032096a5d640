"""What X shows us becomes messages: each exactly once, whatever the order or repetition."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from support.conversations.records import DM, PUBLIC, Conversation, Customer, Message
from support.db import storable
from support.inbox.attaching import attach
from support.inbox.records import IntakeRefusal
from support.inbox.threading import continues
from support.inbox.tying import tie
from support.replies import handing
from support.replies.records import Reply, ReplyPart
from support.replies.retries import comparable
from support.replies.states import PartState
from support.sla.keeping import Terms, terms_of
from support.tickets import handling
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
    refused: int = 0


@dataclass
class Known:
    """What the desk already has of the posts of one page, looked up at once.

    By the author's id on X, so that what this page adds needs no id of ours yet: a page is
    written in one go at its end.
    """

    x_ids: set[str]
    customers: dict[str, Customer]
    conversations: dict[str, Conversation]
    tickets: dict[tuple[str, str], Ticket]
    """By author and thread."""
    touched: list[Ticket] = field(default_factory=list)
    arrived: int = 0
    """Messages of customers this page adds."""


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

    An item that cannot be stored is kept as a refusal with its reason; the others go on.
    """
    taken = Taken()
    ordered = sorted(posts, key=lambda post: (post.posted_at, int(post.x_id)))
    for item in unread:
        refuse(session, account, item, stream=stream, now=now)
        taken.refused += 1
    try:
        with session.begin_nested():
            _take_all(session, account, ordered, taken, now)
    except OperationalError:
        raise  # the database is away, the posts are not to blame
    except Exception as error:  # whatever it is about one post, it must not keep out the others
        log.warning("page_taken_one_by_one", account=account.id, error=type(error).__name__)
        taken.tickets, taken.messages, taken.known = set(), 0, 0
        _take_singly(session, account, ordered, taken, stream, now)
    return taken


def _take_all(
    session: Session, account: Account, posts: list[Post], taken: Taken, now: datetime
) -> None:
    terms = terms_of(session, account.calendar_id, account.service_level_id)
    known = _look_up(session, account, posts)
    for post in posts:
        _take(session, account, post, known, terms, taken, now)
    session.flush()
    tie(session, known.touched)
    taken.tickets.update(ticket.id for ticket in known.touched)
    taken.messages += known.arrived


def _take_singly(
    session: Session, account: Account, posts: list[Post], taken: Taken, stream: str, now: datetime
) -> None:
    for post in posts:
        try:
            with session.begin_nested():
                _take_all(session, account, [post], taken, now)
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
    session: Session,
    account: Account,
    post: Post,
    known: Known,
    terms: Terms,
    taken: Taken,
    now: datetime,
) -> None:
    if post.x_id in known.x_ids:
        taken.known += 1
        return
    known.x_ids.add(post.x_id)
    if post.author_x_id == account.x_id:
        _take_ours(session, account, post, known, terms, taken, now)
        return
    customer = _customer(session, post, known, now)
    conversation = _conversation(session, account, customer, post, known)
    ticket = known.tickets.get((post.author_x_id, post.thread_x_id))
    if ticket is None or not continues(ticket.state, ticket.resolved_at, post.posted_at):
        ticket = handling.open_ticket(
            session, conversation, post.thread_x_id, first=storable(post.text), at=post.posted_at
        )
        known.tickets[post.author_x_id, post.thread_x_id] = ticket
    message = _message(session, conversation, ticket, post, False, now)
    handling.note_customer_message(session, ticket, message, terms)
    known.touched.append(ticket)
    known.arrived += 1


def _take_ours(
    session: Session,
    account: Account,
    post: Post,
    known: Known,
    terms: Terms,
    taken: Taken,
    now: datetime,
) -> None:
    """Our own post, typed on x.com or coming back from the desk; it never makes a ticket."""
    awaited = handing.found_by_hand(session, post, now)
    if awaited is not None:
        known.touched.append(awaited)
        return
    answered = _answered_by(session, post)
    if answered is None or _is_being_sent(session, answered.conversation_id, post):
        return
    ticket = session.get_one(Ticket, answered.ticket_id)
    _message(session, ticket.conversation, ticket, post, True, now)
    handling.note_reply_accepted(session, ticket, answered, terms, at=post.posted_at, agent=None)
    known.touched.append(ticket)


def _answered_by(session: Session, post: Post) -> Message | None:
    """The customer's message our own post answers, if the desk knows it."""
    theirs = select(Message).where(Message.by_us.is_(False), Message.posted_at <= post.posted_at)
    if post.private:
        theirs = theirs.where(Message.thread_x_id == post.thread_x_id, Message.channel == DM)
    elif post.in_reply_to_x_id:
        theirs = theirs.where(Message.x_id == post.in_reply_to_x_id, Message.channel == PUBLIC)
    else:
        return None
    return session.scalar(theirs.order_by(Message.posted_at.desc()).limit(1))


def _is_being_sent(session: Session, conversation_id: int, post: Post) -> bool:
    """Whether a reply of the desk with these words is on its way: its worker will note the id."""
    on_the_way = (
        select(ReplyPart.text)
        .join(Reply)
        .where(
            Reply.conversation_id == conversation_id,
            ReplyPart.state.in_([PartState.POSTING.value, PartState.UNKNOWN.value]),
        )
    )
    words = comparable(post.text)
    return any(comparable(text) == words for text in session.scalars(on_the_way))


def _look_up(session: Session, account: Account, posts: list[Post]) -> Known:
    channel = DM if any(post.private for post in posts) else PUBLIC
    x_ids = [post.x_id for post in posts]
    seen = set(
        session.scalars(
            select(Message.x_id).where(Message.x_id.in_(x_ids), Message.channel == channel)
        )
    )
    ours = select(ReplyPart.x_id).where(ReplyPart.x_id.in_(x_ids))
    seen.update(x_id for x_id in session.scalars(ours) if x_id)
    people = select(Customer).where(Customer.x_id.in_({post.author_x_id for post in posts}))
    customers = {customer.x_id: customer for customer in session.scalars(people)}
    conversations = _conversations(session, account, channel, customers)
    return Known(seen, customers, conversations, _tickets(session, conversations, posts))


def _conversations(
    session: Session, account: Account, channel: str, customers: Mapping[str, Customer]
) -> dict[str, Conversation]:
    if not customers:
        return {}
    x_ids = {customer.id: x_id for x_id, customer in customers.items()}
    theirs = select(Conversation).where(
        Conversation.account_id == account.id,
        Conversation.channel == channel,
        Conversation.customer_id.in_(x_ids),
    )
    return {x_ids[found.customer_id]: found for found in session.scalars(theirs)}


def _tickets(
    session: Session, conversations: Mapping[str, Conversation], posts: list[Post]
) -> dict[tuple[str, str], Ticket]:
    """The newest ticket of each thread of these conversations."""
    if not conversations:
        return {}
    x_ids = {conversation.id: x_id for x_id, conversation in conversations.items()}
    theirs = select(Ticket).where(
        Ticket.conversation_id.in_(x_ids),
        Ticket.thread_x_id.in_({post.thread_x_id for post in posts}),
    )
    ordered = session.scalars(theirs.order_by(Ticket.id))
    return {(x_ids[ticket.conversation_id], ticket.thread_x_id): ticket for ticket in ordered}


def _customer(session: Session, post: Post, known: Known, now: datetime) -> Customer:
    x_id = post.author_x_id
    customer = known.customers.get(x_id)
    if customer is None:
        customer = Customer(x_id=x_id, username="", name="", bio="", memo="", first_seen_at=now)
        known.customers[x_id] = customer
        session.add(customer)
    if post.author is not None and post.author.x_id == x_id:
        _update_profile(customer, post.author)
    return customer


def _update_profile(customer: Customer, person: Person) -> None:
    """The profile as X shows it now; what X did not send stays as it was."""
    customer.username = storable(person.username)[:50]
    customer.name = storable(person.name)[:200]
    if person.bio is not None:
        customer.bio = storable(person.bio)
    if person.followers is not None:
        customer.followers = person.followers
    if person.joined_at is not None:
        customer.joined_at = person.joined_at
    if person.avatar_url is not None:
        customer.avatar_url = storable(person.avatar_url)
    if person.protected is not None:
        customer.protected = person.protected
    if person.protected is False and customer.hidden_at is not None:  # out in the open again
        customer.hidden_at, customer.hidden_reason = None, ""


def _conversation(
    session: Session, account: Account, customer: Customer, post: Post, known: Known
) -> Conversation:
    found = known.conversations.get(post.author_x_id)
    if found is None:
        channel = DM if post.private else PUBLIC
        found = Conversation(account=account, customer=customer, channel=channel)
        session.add(found)
        known.conversations[post.author_x_id] = found
    return found


def _message(
    session: Session,
    conversation: Conversation,
    ticket: Ticket,
    post: Post,
    by_us: bool,
    now: datetime,
) -> Message:
    message = Message(
        conversation=conversation,
        ticket=ticket,
        x_id=post.x_id,
        channel=conversation.channel,
        by_us=by_us,
        text=storable(post.text),
        language=storable(post.language)[:8],
        thread_x_id=post.thread_x_id[:60],
        in_reply_to_x_id=post.in_reply_to_x_id[:19],
        posted_at=post.posted_at,
        received_at=now,
        raw=dict(post.raw),
    )
    attach(message, post)
    session.add(message)
    return message


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
