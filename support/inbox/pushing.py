"""What X pushed becomes messages: read in the order it came, stored with the state of its row.

The bodies were stored by the webhook. A crash anywhere leaves them new, and they are read again.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from support.conversations.records import Customer, Message
from support.errors import N_
from support.inbox.receiving import receive
from support.inbox.records import Delivery
from support.x import connecting
from support.x.events import billed_as, kind_of, read_event
from support.x.happenings import Event
from support.x.ledger import charge
from support.x.posts import Person, Post, Unread, Unreadable
from support.x.records import Account, XApp

NEW, READ, UNKNOWN, UNREADABLE, ASIDE = "new", "read", "unknown", "unreadable", "aside"
STREAM = "push"
AT_ONCE = {"sqlite": 10}
MOST_AT_ONCE = 100
"""Deliveries one transaction reads; on SQLite the webhook waits as long as it takes."""
TRY_AGAIN = timedelta(minutes=1)
MOST_TRIES = 10
KEEP_READ = timedelta(days=30)
"""How long the row of a delivery is kept once its body is emptied; it is counted only."""
FOR_NOBODY = N_("このデスクに接続されていないアカウントあての通知です。")
REVOKED = N_("Xの設定で、このアプリへの許可が取り消されました。接続し直してください。")


class Empty(Protocol):
    """Empties what X took back; the ids of the tickets that changed. See compliance/emptying."""

    def __call__(
        self,
        session: Session,
        x_ids: Collection[str],
        *,
        kind: str,
        reason: str,
        noticed_by: str,
        noticed_at: datetime,
        now: datetime,
    ) -> list[int]: ...


@dataclass
class Asked:
    """What X was asked before the transaction: profiles it left out, consents it says are gone."""

    people: dict[str, Person] = field(default_factory=dict)
    revoked: dict[str, bool] = field(default_factory=dict)
    """By the account's id on X: whether its token is refused now."""


@dataclass
class Taken:
    """What came of some deliveries."""

    tickets: set[int] = field(default_factory=set)
    deliveries: int = 0
    messages: int = 0
    known: int = 0
    refused: int = 0


@dataclass
class _Pile:
    """Items for one account and one channel, in the order they came."""

    posts: list[Post] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def ready(now: datetime) -> ColumnElement[bool]:
    """Which deliveries may be read now; one that failed waits a little."""
    rested = or_(Delivery.tried_at.is_(None), Delivery.tried_at <= now - TRY_AGAIN)
    return (Delivery.state == NEW) & rested


def is_waiting(session: Session, now: datetime) -> bool:
    return session.scalar(select(Delivery.id).where(ready(now)).limit(1)) is not None


def in_line(session: Session, now: datetime) -> list[int]:
    """The ids of the next deliveries, the oldest first."""
    most = AT_ONCE.get(session.get_bind().dialect.name, MOST_AT_ONCE)
    line = select(Delivery.id).where(ready(now)).order_by(Delivery.id).limit(most)
    return list(session.scalars(line))


def questions(session: Session, ids: Sequence[int]) -> tuple[list[str], list[Account]]:
    """What to ask X before taking these in: people without a name, accounts said to be revoked."""
    events = [event for event in map(_event_of, _bodies(session, ids)) if event is not None]
    posts = [post for event in events for post in event.posts]
    unnamed = {post.author_x_id for post in posts if post.author is None}
    known = select(Customer.x_id).where(Customer.x_id.in_(unnamed), Customer.username != "")
    ours = select(Account.x_id).where(Account.x_id.in_(unnamed))
    unnamed -= {*session.scalars(known), *session.scalars(ours)} if unnamed else set()
    revoked = {event.revoked_x_id for event in events if event.revoked_x_id}
    accounts = session.scalars(select(Account).where(Account.x_id.in_(revoked))) if revoked else ()
    return sorted(unnamed), list(accounts)


def _bodies(session: Session, ids: Sequence[int]) -> list[bytes]:
    return list(session.scalars(select(Delivery.body).where(Delivery.id.in_(ids))))


def _event_of(body: bytes) -> Event | None:
    try:
        return read_event(body)
    except Unreadable:
        return None


def take_in(
    session: Session, ids: Sequence[int], asked: Asked, empty: Empty, now: datetime
) -> Taken:
    """Reads these deliveries as far as they are still new; the caller commits.

    Another worker with the same ids waits here, and then finds nothing to do.
    """
    line = select(Delivery).where(Delivery.id.in_(ids), Delivery.state == NEW)
    deliveries = list(session.scalars(line.order_by(Delivery.id).with_for_update()))
    accounts = _accounts(session)
    taken = Taken(deliveries=len(deliveries))
    events = [_read(delivery, accounts, asked, now) for delivery in deliveries]
    _store(session, accounts, [event for event in events if event], asked, taken, now)
    _follow(session, accounts, events, asked, empty, taken, now)
    _charge(session, accounts, [event for event in events if event], now)
    _note_pushed(session, deliveries)
    session.flush()
    return taken


def _accounts(session: Session) -> dict[str, Account]:
    return {account.x_id: account for account in session.scalars(select(Account))}


def _read(
    delivery: Delivery, accounts: dict[str, Account], asked: Asked, now: datetime
) -> Event | None:
    """The event, where it is for us; the row says what became of it."""
    delivery.tried_at = now
    try:
        event = read_event(delivery.body)
    except Unreadable as error:
        delivery.state, delivery.reason = UNREADABLE, str(error)[:300]
        delivery.event_type = kind_of(delivery.body)
        return None
    delivery.event_type = event.kind
    if not event.known:
        delivery.state = UNKNOWN
        return None
    if (event.posts or event.unread or event.revoked_x_id) and event.for_x_id not in accounts:
        delivery.state, delivery.reason = UNKNOWN, FOR_NOBODY
        return None
    if event.revoked_x_id and event.revoked_x_id not in asked.revoked:
        return None  # it came between the question and now: the next round asks
    delivery.state, delivery.reason, delivery.body = READ, "", b""
    return event


def _store(
    session: Session,
    accounts: dict[str, Account],
    events: list[Event],
    asked: Asked,
    taken: Taken,
    now: datetime,
) -> None:
    piles: dict[tuple[str, bool], _Pile] = {}
    for event in events:
        for post in event.posts:
            pile = piles.setdefault((event.for_x_id, post.private), _Pile())
            pile.posts.append(_named(post, asked.people))
        if event.unread:
            piles.setdefault((event.for_x_id, False), _Pile()).unread.extend(event.unread)
    for (x_id, _), pile in piles.items():
        posts = threaded(session, _once(pile.posts))
        here = receive(session, accounts[x_id], posts, pile.unread, stream=STREAM, now=now)
        taken.tickets |= here.tickets
        taken.messages += here.messages
        taken.known += here.known
        taken.refused += here.refused


def _named(post: Post, people: dict[str, Person]) -> Post:
    if post.author is not None or post.author_x_id not in people:
        return post
    return replace(post, author=people[post.author_x_id])


def _once(posts: list[Post]) -> list[Post]:
    """A mention that is a reply comes as both; the one that names its author is the better."""
    found: dict[str, Post] = {}
    for post in posts:
        if post.x_id not in found or found[post.x_id].author is None:
            found[post.x_id] = post
    return list(found.values())


def threaded(session: Session, posts: list[Post]) -> list[Post]:
    """Finds the thread of answers that came without one: that of the post they answer."""
    lost = {post.in_reply_to_x_id for post in posts if not post.thread_x_id}
    if not lost:
        return posts
    stored = select(Message.x_id, Message.thread_x_id).where(Message.x_id.in_(lost))
    threads = {x_id: thread for x_id, thread in session.execute(stored) if x_id}
    found = []
    for post in sorted(posts, key=lambda post: int(post.x_id)):
        if not post.thread_x_id:
            above = post.in_reply_to_x_id
            post = replace(post, thread_x_id=threads.get(above, above))
        threads[post.x_id] = post.thread_x_id
        found.append(post)
    return found


def _follow(
    session: Session,
    accounts: dict[str, Account],
    events: list[Event | None],
    asked: Asked,
    empty: Empty,
    taken: Taken,
    now: datetime,
) -> None:
    """What is not a message: posts that are gone, consents that were taken back."""
    gone = [x_id for event in events if event for x_id in event.deleted]
    if gone:
        taken.tickets |= set(
            empty(
                session,
                gone,
                kind="post",
                reason="deleted",
                noticed_by="webhook",
                noticed_at=now,
                now=now,
            )
        )
    for event in events:
        if event and event.revoked_x_id and asked.revoked[event.revoked_x_id]:
            connecting.stop(accounts[event.revoked_x_id], REVOKED, now)


def _charge(
    session: Session, accounts: dict[str, Account], events: list[Event], now: datetime
) -> None:
    """What X asks for pushing these, each time it pushes them."""
    billed = Counter((event.for_x_id, billed_as(event.kind)) for event in events)
    for (x_id, kind), items in billed.items():
        if kind and x_id in accounts:
            charge(session, accounts[x_id].id, kind, items, now=now)


def _note_pushed(session: Session, deliveries: list[Delivery]) -> None:
    newest: dict[int, datetime] = {}
    for delivery in deliveries:
        if delivery.app_id is not None:
            newest[delivery.app_id] = delivery.received_at
    for app_id, at in newest.items():
        app = session.get(XApp, app_id)
        if app is not None and (app.pushed_at is None or app.pushed_at < at):
            app.pushed_at = at


def put_back(session: Session, delivery_id: int, reason: str, now: datetime) -> None:
    """One that could not be stored waits and is tried again; after many times it is shown."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None or delivery.state != NEW:
        return
    delivery.tries, delivery.tried_at = delivery.tries + 1, now
    delivery.reason = reason[:300]
    if delivery.tries >= MOST_TRIES:
        delivery.state, delivery.event_type = UNREADABLE, kind_of(delivery.body)


def try_again(session: Session, wanted: Callable[[type[Delivery]], ColumnElement[bool]]) -> int:
    """Puts what could not be read back in line, after an upgrade say; how many."""
    found = select(Delivery).where(
        Delivery.state.in_([UNREADABLE, UNKNOWN, ASIDE]), wanted(Delivery)
    )
    deliveries = list(session.scalars(found.with_for_update()))
    for delivery in deliveries:
        delivery.state, delivery.tried_at, delivery.tries = NEW, None, 0
    return len(deliveries)


def put_aside(session: Session, delivery: Delivery) -> None:
    """Somebody looked at it and it need not be shown; it stays and can still be tried again."""
    if delivery.state in (UNREADABLE, UNKNOWN):
        delivery.state = ASIDE


def forget_old(session: Session, now: datetime) -> None:
    """Rows of what was read a while ago go; nothing that was not read goes with them."""
    old = delete(Delivery).where(Delivery.state == READ, Delivery.received_at < now - KEEP_READ)
    session.execute(old, execution_options={"synchronize_session": False})
