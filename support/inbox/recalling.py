"""What the desk already has of the posts of one page, looked up at once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, String, cast, literal, select, union_all
from sqlalchemy.orm import Session

from support.compliance.records import ComplianceEntry
from support.conversations.records import (
    DM,
    PUBLIC,
    Conversation,
    Customer,
    Message,
    MessageVersion,
    NoContact,
    SeenPost,
)
from support.inbox.following import answered_tickets, followed
from support.inbox.intake import Policy, Reason, policy_from
from support.inbox.records import IntakePolicy, PassedPost
from support.inbox.threading import Ours, thread_of
from support.replies.records import ANNOUNCED, Reply, ReplyPart
from support.terms.choosing import Policy as Terms
from support.terms.choosing import policy_in_force as terms_in_force
from support.tickets.records import Ticket
from support.x.posts import Post
from support.x.records import Account

Place = tuple[int, str, str]
"""A conversation by what a post says of it: account, the author's id on X, channel.

What a page adds needs no id of ours yet: it is written in one go at its end.
"""
OURS = (Reason.OWN.value, Reason.OTHER_ACCOUNT.value)


@dataclass
class Known:
    """The desk's memory of one page of posts; what the page adds is put in as it goes."""

    accounts: dict[str, Account]
    """Ours, by id on X."""
    ours: Ours
    policy: Policy
    marks: dict[str, dict[str, str]]
    """What kind of row knows an id, and what it says of it; see `_marks`."""
    waiting: dict[str, list[str]]
    """Ids of our own posts set aside, by the post or DM thread they answer."""
    customers: dict[str, Customer]
    conversations: dict[Place, Conversation] = field(default_factory=dict)
    tickets: dict[tuple[Place, str], Ticket] = field(default_factory=dict)
    """By conversation and thread, the newest of each."""
    answered: dict[str, Ticket] = field(default_factory=dict)
    """Where a thread was split in several tickets: by what a post answers, where that was said."""
    fresh: dict[tuple[str, str], Message] = field(default_factory=dict)
    """Messages this page adds, by channel and id."""
    terms: Terms | None = None
    """What tickets are judged by, once it was asked for."""
    touched: list[Ticket] = field(default_factory=list)
    people: list[Customer] = field(default_factory=list)
    """Those the page adds."""
    renamed: list[Customer] = field(default_factory=list)
    """Those the desk knew by another name."""
    edited: list[Message] = field(default_factory=list)
    """Messages it had before the page, of which there is another version."""
    disordered: dict[int, Ticket] = field(default_factory=dict)
    """Tickets in which something turned up that was said before what was known."""
    wanted: bool = False
    """A person wants these posts, whatever the rules say."""

    def has(self, kind: str, *x_ids: str) -> bool:
        return any(x_id in self.marks.get(kind, ()) for x_id in x_ids)

    def add(self, message: Message) -> None:
        """A message this page adds or changes."""
        self.fresh[message.channel, message.x_id] = message

    def has_message(self, post: Post) -> bool:
        key = (channel_of(post), post.first_x_id)
        return key in self.fresh or self.has(*key)

    def has_version(self, message: Message, post: Post) -> bool:
        """Whether a message already holds what this post says."""
        if not message.latest_x_id:
            return post.x_id == message.x_id
        return any(version.x_id == post.x_id for version in message.versions)

    def message_lacking(self, session: Session, post: Post) -> Message | None:
        """The message this post is another version of; None where it is nothing new."""
        channel, first = channel_of(post), post.first_x_id
        message = self.fresh.get((channel, first))
        if message is None:
            only = not self.marks[channel][first] and post.x_id == first
            if only or self.has("version", post.x_id):
                return None
            its = select(Message).where(Message.x_id == first, Message.channel == channel)
            message = session.scalars(its).one()
        return None if self.has_version(message, post) else message

    def is_disordered(self, ticket: Ticket, *, late: bool) -> bool:
        """Whether what is owed in a ticket is worked out anew at the end of the page."""
        if late:
            self.disordered[id(ticket)] = ticket
        return id(ticket) in self.disordered

    def answered_as(self, message: Message, x_ids: set[str]) -> set[str]:
        """Under what names our own posts may be waiting for this message."""
        if message.channel == DM:
            return {message.thread_x_id}
        return {message.x_id, *x_ids} & self.waiting.keys()

    def look_for_waiting(self, session: Session, x_ids: set[str]) -> None:
        """Asks for what waits for versions the page itself does not name."""
        if x_ids:
            for _, x_id, own in session.execute(_waiting(PassedPost.in_reply_to_x_id, x_ids)):
                self.waiting.setdefault(x_id, []).append(own)

    def ticket_for(self, place: Place, thread: str, post: Post) -> Ticket | None:
        """The ticket a post goes on with: of a split thread the one that holds what it answers."""
        newest = self.tickets.get((place, thread))
        if not self.answered or newest is None or not post.in_reply_to_x_id:
            return newest
        said = self.fresh.get((channel_of(post), post.in_reply_to_x_id))
        here = said.ticket if said else self.answered.get(post.in_reply_to_x_id)
        same = here is not None and here.conversation is newest.conversation
        return here if same else newest

    def account_for(self, x_id: str, otherwise: Account) -> Account:
        return self.accounts.get(x_id, otherwise)

    def terms_in_force(self, session: Session) -> Terms:
        if self.terms is None:
            self.terms = terms_in_force(session)
        return self.terms


def recall(session: Session, posts: list[Post]) -> Known:
    """Five look-ups by index, however long the page and the desk's history are."""
    accounts = {account.x_id: account for account in session.scalars(select(Account))}
    handles = {x_id: account.handle.lower() for x_id, account in accounts.items()}
    ours = Ours(handles, _written_by_us(session, posts))
    marks, waiting = _marks(session, posts)
    authors = {post.author_x_id for post in posts} - set(handles)
    people = select(Customer).where(Customer.x_id.in_(authors))
    customers = {customer.x_id: customer for customer in session.scalars(people)}
    known = Known(accounts, ours, policy_in_force(session), marks, waiting, customers)
    if customers:
        known.conversations = _conversations(session, customers)
        known.tickets, known.answered = _tickets(session, known.conversations, posts)
    return known


def policy_in_force(session: Session) -> Policy:
    newest = select(IntakePolicy.rules).order_by(IntakePolicy.id.desc()).limit(1)
    return policy_from(session.scalar(newest) or {})


def _marks(
    session: Session, posts: Collection[Post]
) -> tuple[dict[str, dict[str, str]], dict[str, list[str]]]:
    """Every row that knows one of these posts, in one question.

    `public` and `dm`: a message, with the id of its newest version. `version`: of an edited one.
    `part`: the desk sent or announced it. `passed`: it became no ticket. `gone`: X took it back.
    `seen`: it stands beside a message. `barred`: a person not to be written to, who is nobody here
    yet.
    """
    x_ids, beside, threads = _ids(posts)
    people = {post.author_x_id for post in posts}
    barred = _known("barred", NoContact.x_id, people)
    found = session.execute(union_all(*_questions(x_ids, beside, threads), barred))
    marks: dict[str, dict[str, str]] = {}
    waiting: dict[str, list[str]] = {}
    for kind, x_id, more in found:
        if kind == "waiting":
            waiting.setdefault(x_id, []).append(more)
        else:
            marks.setdefault(kind, {})[x_id] = more or ""
    return marks, waiting


def _ids(posts: Iterable[Post]) -> tuple[set[str], set[str], set[str]]:
    x_ids: set[str] = set()
    beside: set[str] = set()
    threads: set[str] = set()
    for post in posts:
        x_ids.update((post.x_id, *post.history))
        beside.update(there.x_id for there in post.beside)
        if post.private:
            threads.add(post.thread_x_id)
    return x_ids, beside, threads


def _questions(x_ids: set[str], beside: set[str], threads: set[str]) -> list[Select[Any]]:
    every = x_ids | beside
    asked = [
        select(Message.channel, Message.x_id, Message.latest_x_id).where(Message.x_id.in_(every)),
        _known("version", MessageVersion.x_id, x_ids),
        _known("part", ReplyPart.x_id, every),
        _known("part", ANNOUNCED.c.x_id, every),
        _known("passed", PassedPost.x_id, x_ids),
        _known("gone", ComplianceEntry.x_id, every),
        _waiting(PassedPost.in_reply_to_x_id, x_ids),
    ]
    if beside:
        asked.append(_known("seen", SeenPost.x_id, beside))
    if threads:
        asked.append(_waiting(PassedPost.thread_x_id, threads))
    return asked


def _known(kind: str, column: Any, x_ids: set[str]) -> Select[Any]:
    return select(literal(kind), column, cast(literal(""), String)).where(column.in_(x_ids))


def _waiting(column: Any, keys: set[str]) -> Select[Any]:
    mine = select(literal("waiting"), column, PassedPost.x_id)
    return mine.where(column.in_(keys), PassedPost.reason.in_(OURS))


def _written_by_us(session: Session, posts: Iterable[Post]) -> dict[str, str]:
    """Which of the posts these quote we wrote, where X did not send them along."""
    beside = {there.x_id for post in posts for there in post.beside}
    asked = {post.quoted_x_id for post in posts if post.quoted_x_id} - beside
    return authors_of(session, asked) if asked else {}


def authors_of(session: Session, x_ids: Iterable[str]) -> dict[str, str]:
    """Those of these posts that are ours, and the account that wrote each."""
    x_ids = set(x_ids)
    sent = (
        select(ReplyPart.x_id, Account.x_id)
        .join(Reply, Reply.id == ReplyPart.reply_id)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .join(Account, Account.id == Conversation.account_id)
        .where(ReplyPart.x_id.in_(x_ids))
    )
    announced = (
        select(ANNOUNCED.c.x_id, Account.x_id)
        .join(Account, Account.id == ANNOUNCED.c.account_id)
        .where(ANNOUNCED.c.x_id.in_(x_ids))
    )
    typed = (
        select(Message.x_id, Account.x_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Account, Account.id == Conversation.account_id)
        .where(Message.x_id.in_(x_ids), Message.by_us.is_(True))
    )
    aside = select(PassedPost.x_id, PassedPost.author_x_id).where(
        PassedPost.x_id.in_(x_ids), PassedPost.reason.in_(OURS)
    )
    rows: list[Any] = list(session.execute(union_all(sent, announced, typed, aside)))
    return {row[0]: row[1] for row in rows}


def _conversations(
    session: Session, customers: Mapping[str, Customer]
) -> dict[Place, Conversation]:
    x_ids = {customer.id: x_id for x_id, customer in customers.items()}
    theirs = select(Conversation).where(Conversation.customer_id.in_(x_ids))
    return {
        (found.account_id, x_ids[found.customer_id], found.channel): found
        for found in session.scalars(theirs)
    }


def _tickets(
    session: Session, conversations: Mapping[Place, Conversation], posts: Iterable[Post]
) -> tuple[dict[tuple[Place, str], Ticket], dict[str, Ticket]]:
    """The newest ticket of each thread; of threads that were split, who answers what."""
    if not conversations:
        return {}, {}
    places = {conversation.id: place for place, conversation in conversations.items()}
    theirs = select(Ticket).where(
        Ticket.conversation_id.in_(places),
        Ticket.thread_x_id.in_({thread_of(post) for post in posts}),
    )
    # While a customer's words are added, no worker may note that all of theirs were answered.
    ordered = list(session.scalars(theirs.order_by(Ticket.id).with_for_update(key_share=True)))
    found = {(places[ticket.conversation_id], ticket.thread_x_id): ticket for ticket in ordered}
    newest = {key: followed(session, ticket) for key, ticket in found.items()}
    parted = any(ticket.split_from_id is not None for ticket in ordered)
    return newest, answered_tickets(session, ordered, posts) if parted else {}


def channel_of(post: Post) -> str:
    return DM if post.private else PUBLIC
