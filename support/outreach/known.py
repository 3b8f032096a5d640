"""What manners have to know, asked of the database once for however many prospects.

The desk asks for itself: what whoever looks may not see still keeps people from being written to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from support.agents.records import Agent
from support.conversations.records import Conversation, Customer, Message, NoContact
from support.db import FOR_THE_DESK
from support.inbox.records import PassedPost
from support.incidents.records import IS_OPEN, Incident
from support.lexicon.records import LexiconWord
from support.outreach.records import Prospect
from support.sla.records import Calendar
from support.tickets.records import Ticket
from support.tickets.states import State
from support.x.records import Account

UNDER_WAY = ("approved", "handed")

Rows = Sequence[Any]
"""Rows of chosen columns."""


@dataclass(frozen=True)
class People:
    """What is known of authors, by their ids on X."""

    customers: dict[str, Any]
    barred: frozenset[str]
    offers: dict[str, list[Any]]
    """Every prospect with that author, whichever list and account it is of."""
    tickets: dict[str, int]
    """The newest that is not resolved."""


def people(session: Session, authors: Collection[str]) -> People:
    wanted = select(
        Customer.x_id,
        Customer.unwanted_at,
        Customer.muted_at,
        Customer.protected,
        Customer.hidden_reason,
    ).where(Customer.x_id.in_(authors))
    barred = select(NoContact.x_id).where(NoContact.x_id.in_(authors))
    tickets = (
        select(Customer.x_id, func.max(Ticket.id))
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .where(Customer.x_id.in_(authors), Ticket.state != State.RESOLVED.value)
        .group_by(Customer.x_id)
    )
    offers: dict[str, list[Any]] = defaultdict(list)
    for row in _rows(session, _offers(authors)):
        offers[row.author_x_id].append(row)
    return People(
        {row.x_id: row for row in _rows(session, wanted)},
        frozenset(row[0] for row in _rows(session, barred)),
        offers,
        {row[0]: row[1] for row in _rows(session, tickets)},
    )


def _offers(authors: Collection[str]) -> Any:
    decided, handed = aliased(Agent), aliased(Agent)
    return (
        select(
            Prospect.id,
            Prospect.author_x_id,
            Prospect.state,
            Prospect.handed_at,
            Prospect.sent_at,
            Account.handle,
            func.coalesce(handed.family_name, decided.family_name, "").label("who"),
        )
        .join(Account, Account.id == Prospect.account_id)
        .outerjoin(decided, decided.id == Prospect.decided_by_id)
        .outerjoin(handed, handed.id == Prospect.handed_by_id)
        .where(
            Prospect.author_x_id.in_(authors),
            or_(
                Prospect.state.in_(UNDER_WAY),
                Prospect.handed_at.is_not(None),
                Prospect.sent_at.is_not(None),
            ),
        )
    )


def shown(session: Session, prospects: Collection[Prospect]) -> dict[str, list[Any]]:
    """What X showed of each author's posts since the oldest of these: of the posts themselves, and
    of newer versions that were found under another id."""
    authors = {it.author_x_id for it in prospects}
    since = min(it.posted_at for it in prospects)
    wanted = select(Prospect.id, Prospect.author_x_id, Prospect.post_x_id, Prospect.raw)
    found: dict[str, list[Any]] = defaultdict(list)
    for row in _rows(
        session, wanted.where(Prospect.author_x_id.in_(authors), Prospect.posted_at >= since)
    ):
        found[row.author_x_id].append(row)
    return found


@dataclass(frozen=True)
class Around:
    """What was said to posts, by their ids on X."""

    tickets: dict[tuple[str, str], int]
    """By thread and author: somebody's matter that is a ticket already."""
    posts: dict[str, int]
    """Posts that came to us as messages."""
    answers: dict[str, set[str]]
    """Who replied; empty stands for us."""


def around(session: Session, prospects: Collection[Prospect], ours: Collection[str]) -> Around:
    posts = {it.post_x_id for it in prospects}
    threads = {it.thread_x_id for it in prospects} - {""}
    found = Around({}, {}, defaultdict(set))
    for row in _rows(session, _messages(posts, threads, {it.author_x_id for it in prospects})):
        author = "" if row.by_us else row.author or "?"
        found.answers[row.in_reply_to_x_id].add(author)
        if row.x_id in posts:
            found.posts[row.x_id] = row.ticket_id
        if not row.by_us:
            found.tickets[row.thread_x_id, author] = row.ticket_id
    beside = select(PassedPost.in_reply_to_x_id, PassedPost.author_x_id)
    said = select(Prospect.in_reply_to_x_id, Prospect.author_x_id)
    for query in (
        beside.where(PassedPost.in_reply_to_x_id.in_(posts)),
        said.where(Prospect.thread_x_id.in_(threads), Prospect.in_reply_to_x_id.in_(posts)),
    ):
        for answered, author in _rows(session, query):
            found.answers[answered].add("" if author in ours else author)
    return found


def _messages(posts: Collection[str], threads: Collection[str], authors: Collection[str]) -> Any:
    fits = or_(Message.in_reply_to_x_id.in_(posts), Customer.x_id.in_(authors))
    return (
        select(
            Message.x_id,
            Message.thread_x_id,
            Message.in_reply_to_x_id,
            Message.by_us,
            Message.ticket_id,
            Customer.x_id.label("author"),
        )
        .outerjoin(Customer, Customer.id == Message.author_id)
        .where(or_(Message.x_id.in_(posts), and_(Message.thread_x_id.in_(threads), fits)))
        .order_by(Message.id)
    )


def touches(session: Session, since: datetime) -> Rows:
    """Whom anybody contacted since then, or is about to, with the words."""
    lately = or_(
        Prospect.state.in_(UNDER_WAY),
        Prospect.handed_at >= since,
        and_(Prospect.state == "seen", Prospect.sent_at >= since),
    )
    wanted = select(
        Prospect.id,
        Prospect.account_id,
        Prospect.username,
        Prospect.name,
        Prospect.state,
        Prospect.decided_by_id,
        Prospect.decided_at,
        Prospect.handed_by_id,
        Prospect.handed_at,
        Prospect.sent_at,
        Prospect.body,
        Prospect.sent_text,
    )
    return _rows(session, wanted.where(lately))


def accounts(session: Session, ids: Collection[int]) -> dict[int, tuple[Account, Calendar]]:
    """Each with the hours it is open."""
    theirs = select(Account, Calendar).join(Calendar, Calendar.id == Account.calendar_id)
    rows = _rows(session, theirs.where(Account.id.in_(ids)))
    return {account.id: (account, calendar) for account, calendar in rows}


def our_ids(session: Session) -> frozenset[str]:
    return frozenset(row[0] for row in _rows(session, select(Account.x_id)))


def incidents(session: Session, accounts: Collection[int]) -> dict[int, list[Incident]]:
    found: dict[int, list[Incident]] = defaultdict(list)
    for row in _rows(session, select(Incident).where(Incident.account_id.in_(accounts), IS_OPEN)):
        found[row[0].account_id].append(row[0])
    return found


def words(session: Session) -> list[tuple[int | None, str]]:
    """The desk's own words to keep away from, each with the account it is for."""
    own = select(LexiconWord.account_id, LexiconWord.text).where(
        LexiconWord.purpose == "sensitive", LexiconWord.retired_at.is_(None)
    )
    return [(row[0], row[1]) for row in _rows(session, own.order_by(LexiconWord.id))]


def _rows(session: Session, query: Any) -> Rows:
    """Whatever it chooses."""
    return session.execute(query.execution_options(**FOR_THE_DESK)).all()
