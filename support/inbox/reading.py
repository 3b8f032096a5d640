"""Reading an account's streams on X from where we stopped to the newest."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.inbox.holes import DMS as DMS
from support.inbox.holes import MENTIONS as MENTIONS
from support.inbox.holes import OWN as OWN
from support.inbox.holes import Gap, gap
from support.inbox.receiving import Taken, receive
from support.inbox.records import Cursor, Hole
from support.x.client import XClient
from support.x.errors import XError
from support.x.ledger import charge
from support.x.posts import Page, Person, Post, Unread
from support.x.pricing import USER_READ, X_PRICES, Prices, kind_of_read
from support.x.records import Account
from support.x.snowflakes import accepted_at, first_id_at

MOST_PAGES = 40
AT_ONCE = 100
"""Posts taken in by one transaction: short enough not to keep other writers waiting."""
OVERLAP = timedelta(hours=1)
"""How far before the newest known direct message every read looks: one may show late."""


@dataclass
class Reading:
    """What one read of a stream found, and what ended it before its end, if anything."""

    pages: list[Page] = field(default_factory=list)
    stopped_by: XError | None = None

    @property
    def posts(self) -> list[Post]:
        return [post for page in self.pages for post in page.posts]

    @property
    def unread(self) -> list[Unread]:
        return [item for page in self.pages for item in page.unread]


def read_stream(
    session: Session,
    account: Account,
    stream: str,
    client: XClient,
    now: datetime,
    prices: Prices = X_PRICES,
) -> Taken:
    """Everything new in one stream. Commits as it goes, posts together with the cursor.

    All pages are fetched first, without a transaction; X gives the newest first, and only the
    oldest first can be taken in with a cursor that never skips anything. A read that X stops
    midway keeps what it got and leaves the cursor where it was; then it raises XError.
    """
    cursor = _cursor(session, account, stream)
    edge, since, read_at = edge_of(cursor), cursor.since_id, cursor.read_at
    session.commit()
    reading = _read(client, stream, edge)
    people: dict[str, Person] = {}
    try:
        _look_up(client, reading.pages, people)
    finally:
        # X showed it, so it costs, whatever becomes of it.
        items = billed(reading, since, read_at, now)
        _charge(session, account, stream, items, people, now, prices)
    posts = _with_authors(reading.posts, people)
    posts.sort(key=lambda post: int(post.x_id))
    fresh = [post for post in posts if int(post.x_id) > int(edge or 0)]
    taken = _take(session, account, cursor, fresh, reading, now)
    if reading.stopped_by is not None:
        raise reading.stopped_by
    return taken


def edge_of(cursor: Cursor) -> str:
    """After which id a read takes posts in."""
    newest_at = accepted_at(cursor.since_id)
    if cursor.stream != DMS or newest_at is None:
        return cursor.since_id
    overlapping = first_id_at(newest_at - OVERLAP)
    return max(overlapping, cursor.first_id or "0", key=int)


def _take(
    session: Session,
    account: Account,
    cursor: Cursor,
    fresh: list[Post],
    reading: Reading,
    now: datetime,
) -> Taken:
    taken, unread = Taken(), reading.unread
    missing = None if reading.stopped_by else _missing(cursor, fresh, reading, now)
    for at in range(0, max(len(fresh), 1), AT_ONCE):
        chunk = fresh[at : at + AT_ONCE]
        cursor = session.merge(cursor)
        session.refresh(account)
        if reading.stopped_by is None:
            _move(cursor, chunk, now)
        if missing is not None:
            note_hole(session, account, cursor.stream, missing, now)
        taken.add(receive(session, account, chunk, unread, stream=cursor.stream, now=now))
        unread, missing = [], None
        session.commit()
    return taken


def _move(cursor: Cursor, chunk: list[Post], now: datetime) -> None:
    newest = [cursor.since_id or "0", *(post.x_id for post in chunk)]
    if chunk:
        cursor.since_id = max(newest, key=int)
    cursor.read_at = now


def _missing(cursor: Cursor, fresh: list[Post], reading: Reading, now: datetime) -> Gap | None:
    return gap(
        cursor.stream,
        since_id=cursor.since_id,
        read_at=cursor.read_at,
        items=sum(page.items for page in reading.pages),
        oldest_at=min((post.posted_at for post in fresh), default=None),
        now=now,
    )


def note_hole(session: Session, account: Account, stream: str, found: Gap, now: datetime) -> None:
    """Something may be missing for good; it is named, once, until a person looked into it."""
    same = select(Hole.id).where(
        Hole.account_id == account.id,
        Hole.stream == stream,
        Hole.from_at == found.from_at,
        Hole.noted_at.is_(None),
    )
    if session.scalar(same) is None:
        session.add(
            Hole(
                account_id=account.id,
                stream=stream,
                from_at=found.from_at,
                until_at=found.until_at,
                reason=found.reason,
                found_at=now,
            )
        )


def _read(client: XClient, stream: str, edge: str) -> Reading:
    read: dict[str, Callable[[str | None], Page]] = {
        MENTIONS: lambda page: client.mentions(since_id=edge, page=page),
        OWN: lambda page: client.own_posts(since_id=edge, page=page),
        DMS: lambda page: client.dms(page=page),
    }
    reading = Reading()
    token: str | None = None
    for _ in range(MOST_PAGES):
        try:
            page = read[stream](token)
        except XError as error:
            if not reading.pages:
                raise
            reading.stopped_by = error
            break
        reading.pages.append(page)
        token = page.next_token
        if token is None or _reaches_back(page.posts, edge):
            break
    return reading


def _look_up(client: XClient, pages: list[Page], people: dict[str, Person]) -> None:
    """Profiles X left out of its answers are asked for; without them people have no name."""
    posts = [post for page in pages for post in page.posts]
    unnamed = sorted({post.author_x_id for post in posts if post.author is None})
    for at in range(0, len(unnamed), AT_ONCE):
        people |= client.people(unnamed[at : at + AT_ONCE])


def _with_authors(posts: list[Post], people: dict[str, Person]) -> list[Post]:
    return [
        replace(post, author=people[post.author_x_id]) if post.author_x_id in people else post
        for post in posts
    ]


def billed(reading: Reading, since: str, read_at: datetime | None, now: datetime) -> int:
    """How many things of a read X bills: each once a UTC day, and messages are read over and over.

    `since` and `read_at`: how far and when the stream was read before.
    """
    items = sum(page.items for page in reading.pages)
    if read_at is None or read_at.astimezone(UTC).date() != now.astimezone(UTC).date():
        return items
    return items - sum(int(post.x_id) <= int(since or 0) for post in reading.posts)


def _charge(
    session: Session,
    account: Account,
    stream: str,
    items: int,
    people: dict[str, Person],
    now: datetime,
    prices: Prices,
) -> None:
    kind = kind_of_read(stream, owned=account.owns_app)
    charge(session, account.id, kind, items, now=now, prices=prices)
    charge(session, account.id, USER_READ, len(people), now=now, prices=prices)
    session.commit()


def _reaches_back(posts: Iterable[Post], since: str) -> bool:
    """Direct messages know no since_id: reading stops at what was read before."""
    return bool(since) and any(int(post.x_id) <= int(since) for post in posts)


def rest(session: Session, account: Account, stream: str, *, until: datetime) -> None:
    """X's limit for this stream is used up `until` then."""
    session.merge(_cursor(session, account, stream)).not_before = until
    session.flush()


def _cursor(session: Session, account: Account, stream: str) -> Cursor:
    known = session.get(Cursor, (account.id, stream))
    return known or Cursor(account_id=account.id, stream=stream, since_id="", first_id="")


def begin(session: Session, account: Account, *, after_id: str) -> None:
    """Starts an account's streams at `after_id`: what X had before is not turned into tickets."""
    for stream in (MENTIONS, DMS, OWN):
        if session.get(Cursor, (account.id, stream)) is None:
            started = {"since_id": after_id, "first_id": after_id}
            session.add(Cursor(account_id=account.id, stream=stream, **started))
    session.flush()
