"""Reading an account's streams on X from where we stopped to the newest."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from support.inbox.receiving import Taken, receive, refuse
from support.inbox.records import Cursor
from support.x.client import XClient
from support.x.posts import Page, Person, Post, Unread
from support.x.records import Account

MENTIONS, DMS, OWN = "mentions", "dms", "own"
MOST_PAGES = 40
X_SHOWS_MENTIONS = 800
AT_ONCE = 100
"""Posts taken in by one transaction: short enough not to keep other writers waiting."""


def read_stream(
    session: Session, account: Account, stream: str, client: XClient, now: datetime
) -> Taken:
    """Everything new in one stream. Commits as it goes, posts together with the cursor.

    All pages are fetched first, without a transaction; X gives the newest first, and only the
    oldest first can be taken in with a cursor that never skips anything.
    """
    cursor = _cursor(session, account, stream)
    since = cursor.since_id
    session.commit()
    pages = list(_pages(client, stream, since))
    posts = _with_authors(client, [post for page in pages for post in page.posts])
    posts.sort(key=lambda post: int(post.x_id))
    unread = [item for page in pages for item in page.unread]
    taken = Taken()
    fresh = [post for post in posts if int(post.x_id) > int(since or 0)]
    for at in range(0, max(len(fresh), 1), AT_ONCE):
        chunk = fresh[at : at + AT_ONCE]
        cursor = session.merge(cursor)
        session.refresh(account)
        if chunk:
            cursor.since_id = chunk[-1].x_id
        cursor.read_at = now
        taken.add(receive(session, account, chunk, unread, stream=stream, now=now))
        unread = []
        session.commit()
    _report_hole(session, account, stream, since, pages, now)
    return taken


def _pages(client: XClient, stream: str, since: str) -> Iterable[Page]:
    read: dict[str, Callable[[str | None], Page]] = {
        MENTIONS: lambda page: client.mentions(since_id=since, page=page),
        OWN: lambda page: client.own_posts(since_id=since, page=page),
        DMS: lambda page: client.dms(page=page),
    }
    token: str | None = None
    for _ in range(MOST_PAGES):
        page = read[stream](token)
        yield page
        token = page.next_token
        if token is None or _reaches_back(page.posts, since):
            return


def _with_authors(client: XClient, posts: list[Post]) -> list[Post]:
    """Profiles X left out of its answer are asked for; without them people have no name."""
    unnamed = sorted({post.author_x_id for post in posts if post.author is None})
    found: dict[str, Person] = {}
    for at in range(0, len(unnamed), AT_ONCE):
        found |= client.people(unnamed[at : at + AT_ONCE])
    return [
        replace(post, author=found[post.author_x_id]) if post.author_x_id in found else post
        for post in posts
    ]


def _reaches_back(posts: Iterable[Post], since: str) -> bool:
    """Direct messages know no since_id: reading stops at what was read before."""
    return bool(since) and any(int(post.x_id) <= int(since) for post in posts)


def _report_hole(
    session: Session, account: Account, stream: str, since: str, pages: list[Page], now: datetime
) -> None:
    """X shows the 800 newest mentions only; what was beyond them is named, not hidden."""
    seen = sum(page.items for page in pages)
    if stream == MENTIONS and since and seen >= X_SHOWS_MENTIONS:
        reason = f"X showed only the {seen} newest mentions since {since}; older ones are missing"
        item = Unread(reason, "", f"hole:{account.id}:{since}")
        refuse(session, account, item, stream=stream, now=now)
        session.commit()


def may_read(session: Session, account: Account, stream: str, now: datetime) -> bool:
    """False while X wants to be left alone; asking all the same would only prolong it."""
    not_before = _cursor(session, account, stream).not_before
    return not_before is None or not_before <= now


def rest(session: Session, account: Account, stream: str, *, until: datetime) -> None:
    """X's limit for this stream is used up `until` then."""
    session.merge(_cursor(session, account, stream)).not_before = until
    session.flush()


def _cursor(session: Session, account: Account, stream: str) -> Cursor:
    known = session.get(Cursor, (account.id, stream))
    return known or Cursor(account_id=account.id, stream=stream, since_id="", not_before=None)


def begin(session: Session, account: Account, *, after_id: str) -> None:
    """Starts an account's streams at `after_id`: what X had before is not turned into tickets."""
    for stream in (MENTIONS, DMS, OWN):
        if session.get(Cursor, (account.id, stream)) is None:
            session.add(Cursor(account_id=account.id, stream=stream, since_id=after_id))
    session.flush()
