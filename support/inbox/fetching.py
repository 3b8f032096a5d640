"""What others said around a public ticket, asked for by a colleague who wants to understand it.

X is asked once, for as much as is said beforehand, and bills what it shows. What comes is kept
as context only: never a message, never a ticket.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, union_all, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import Message, SeenPost
from support.db import changed, storable
from support.errors import N_, Refused
from support.inbox.intake import is_taken_back
from support.inbox.recalling import Known, recall
from support.inbox.records import ThreadFetch
from support.inbox.threading import thread_of
from support.replies.records import ReplyPart
from support.tickets.records import Ticket, alone_with
from support.x.client import XClient
from support.x.ledger import charge, pace_of
from support.x.posts import Post
from support.x.pricing import POST_READ, Prices
from support.x.records import Account
from support.x.snowflakes import accepted_at

MOST = 50
"""Posts of a thread one look asks for; the newest are enough to understand one."""
MOST_PARENTS = 10
REACH = timedelta(days=7)
"""How far back X's search looks."""
GIVEN_UP = timedelta(minutes=15)
"""After which a look no worker came to counts as failed."""
BEGUN = "away"
"""The problem of a look while X is asked: what is true of it should the worker not come back."""


@dataclass(frozen=True)
class Plan:
    """What would be asked of X."""

    parents: tuple[str, ...]
    """Posts the thread refers to that are not here: X shows them however old they are."""
    searched: bool
    """Whether the thread is young enough for X's search."""
    began_earlier: bool
    """It began before what the search sees: some of it will be missing."""

    @property
    def most(self) -> int:
        return len(self.parents) + (MOST if self.searched else 0)


def plan(session: Session, ticket: Ticket, now: datetime) -> Plan:
    """What there is to ask for; raises Refused where X cannot or must not be asked."""
    conversation = ticket.conversation
    if conversation.is_private:
        raise Refused("fetch", N_("DMには前後の公開の投稿がありません。"))
    account = conversation.account
    if account.stopped_at is not None:
        raise Refused("fetch", N_("Xとの接続が止まっているため、いまは取り込めません。"))
    if pace_of(session, account, now).rests:
        raise Refused(
            "fetch",
            N_(
                "今月のX利用料金が上限に近いため、取り込みを止めています。返信のために残しています。"
            ),
        )
    made = _plan(session, ticket, now)
    if not made.most:
        raise Refused(
            "fetch",
            N_(
                "Xの検索で探せるのは直近7日間の投稿だけです。このスレッドはそれより古いため取り込めま"
                "せん。Xの画面で確かめてください。"
            ),
        )
    return made


def _plan(session: Session, ticket: Ticket, now: datetime) -> Plan:
    began = accepted_at(ticket.thread_x_id) if ticket.thread_x_id.isdecimal() else None
    theirs = select(Message.in_reply_to_x_id, Message.quoted_x_id, Message.posted_at).where(
        Message.ticket_id == ticket.id, Message.by_us.is_(False)
    )
    rows = session.execute(theirs.order_by(Message.posted_at.desc()).limit(MOST)).all()
    referred = {x_id for row in rows for x_id in row[:2] if x_id}
    if began is not None:
        referred.add(ticket.thread_x_id)
    unknown = sorted(referred - _here(session, referred), key=int)[:MOST_PARENTS]
    return Plan(
        parents=tuple(unknown),
        searched=any(row.posted_at >= now - REACH for row in rows),
        began_earlier=began is None or began < now - REACH,
    )


def _here(session: Session, x_ids: set[str]) -> set[str]:
    if not x_ids:
        return set()
    columns = (Message.x_id, SeenPost.x_id, ReplyPart.x_id)
    found = union_all(*(select(column).where(column.in_(x_ids)) for column in columns))
    return set(session.scalars(found))


def newest(session: Session, ticket_id: int) -> ThreadFetch | None:
    """The last look at this ticket's thread."""
    theirs = select(ThreadFetch).where(ThreadFetch.ticket_id == ticket_id)
    return session.scalar(theirs.order_by(ThreadFetch.id.desc()).limit(1))


def is_under_way(fetch: ThreadFetch, now: datetime) -> bool:
    return fetch.done_at is None and now - fetch.asked_at < GIVEN_UP


def ask(session: Session, ticket: Ticket, *, by: Agent, now: datetime) -> ThreadFetch:
    """A worker will ask X; while one does, nobody asks again. Raises Refused as `plan` does."""
    alone_with(session, ticket.id)
    last = newest(session, ticket.id)
    if last is not None and is_under_way(last, now):
        return last
    plan(session, ticket, now)
    fetch = ThreadFetch(ticket_id=ticket.id, agent_id=by.id, asked_at=now)
    session.add(fetch)
    session.flush()
    return fetch


def waiting(session: Session, now: datetime) -> Sequence[int]:
    """Looks no worker has begun."""
    open_ones = select(ThreadFetch.id).where(
        ThreadFetch.done_at.is_(None),
        ThreadFetch.problem != BEGUN,
        ThreadFetch.asked_at > now - GIVEN_UP,
    )
    return session.scalars(open_ones.order_by(ThreadFetch.id)).all()


def look(
    session: Session, fetch: ThreadFetch, client: XClient, *, now: datetime, prices: Prices
) -> None:
    """Asks X and keeps what others said. Commits around the calls; raises XError or Refused.

    Whatever happens, X is asked once for one look: it bills each.
    """
    ticket = session.get_one(Ticket, fetch.ticket_id)
    account, thread = ticket.conversation.account, ticket.thread_x_id
    if not _begin(session, fetch.id):
        return
    wanted = plan(session, ticket, now)
    session.commit()
    posts: list[Post] = []
    more = False
    try:
        if wanted.parents:
            posts += client.posts(list(wanted.parents)).posts
        if wanted.searched:
            page = client.thread(thread, most=MOST)
            posts += page.posts
            more = page.next_token is not None
    finally:  # X showed it, so it costs, whatever becomes of it
        charge(session, account.id, POST_READ, len(posts), now=now, prices=prices)
        session.commit()
    session.refresh(fetch, with_for_update=True)
    if fetch.done_at is None:
        fetch.found = _keep(session, thread, posts, now)
        fetch.more, fetch.done_at, fetch.problem = more, now, ""
    session.commit()


def _begin(session: Session, fetch_id: int) -> bool:
    """Whether it is ours to ask X: of workers who heard the same bell only one does."""
    unbegun = update(ThreadFetch).where(
        ThreadFetch.id == fetch_id, ThreadFetch.done_at.is_(None), ThreadFetch.problem != BEGUN
    )
    return changed(session, unbegun.values(problem=BEGUN)) == 1


def fail(session: Session, fetch: ThreadFetch, problem: str, now: datetime) -> None:
    """Nothing came of it; whoever asked reads why and may ask again."""
    session.refresh(fetch, with_for_update=True)
    if fetch.done_at is None:
        fetch.done_at, fetch.problem = now, problem


def _keep(session: Session, thread: str, posts: Sequence[Post], now: datetime) -> int:
    """Posts of others, once each; how many of them are new."""
    found = {post.x_id: post for post in posts if not post.private}
    if not found:
        return 0
    known = recall(session, list(found.values()))
    stored = select(SeenPost).where(SeenPost.x_id.in_(found))
    seen = {row.x_id: row for row in session.scalars(stored)}
    for post in seen.values():
        post.thread_x_id = thread
    unseen = [it for it in found.values() if it.x_id not in seen and _is_of_others(it, known)]
    return _insert(session, thread, [_context(post, thread, now) for post in unseen])


def _insert(session: Session, thread: str, rows: list[dict[str, Any]]) -> int:
    """How many of them nobody had kept: a read may have brought the same post this very moment."""
    if not rows:
        return 0
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    adding = (sqlite.insert(SeenPost) if on_sqlite else postgresql.insert(SeenPost)).values(rows)
    added = set(session.scalars(adding.on_conflict_do_nothing().returning(SeenPost.x_id)))
    others = SeenPost.x_id.in_({row["x_id"] for row in rows} - added)
    session.execute(update(SeenPost).where(others).values(thread_x_id=thread))
    return len(added)


def _is_of_others(post: Post, known: Known) -> bool:
    """Neither ours, nor a message of the desk, nor taken back by X."""
    ids = (post.x_id, *post.history)
    if post.author_x_id in known.ours.handles or post.reposted_x_id:
        return False
    if known.has_message(post) or known.has("part", *ids) or known.has("gone", *ids):
        return False
    author = known.customers.get(post.author_x_id)
    return author is None or not is_taken_back(post, author.hidden_at, author.hidden_reason)


def _context(post: Post, thread: str, now: datetime) -> dict[str, Any]:
    person = post.author
    return {
        "x_id": post.x_id,
        "author_x_id": post.author_x_id,
        "username": storable(person.username)[:50] if person else "",
        "name": storable(person.name)[:200] if person else "",
        "text": storable(post.text),
        "thread_x_id": thread if thread_of(post)[:60] == thread else "",
        "posted_at": post.posted_at,
        "seen_at": now,
    }


def why_refused(account: Account) -> str:
    """The problem of a look X did not let through."""
    return "stopped" if account.stopped_at is not None else "away"
