"""Posts that become no ticket: each is kept once, with its reason, so that it can be counted."""

from datetime import datetime

from sqlalchemy.orm import Session

from support.db import storable
from support.inbox.recalling import Known
from support.inbox.records import PassedPost
from support.inbox.threading import thread_of
from support.x.payloads import Included, dm_of, post_of
from support.x.posts import Post, Unreadable
from support.x.records import Account


def pass_over(
    session: Session, account: Account, post: Post, reason: str, known: Known, now: datetime
) -> None:
    """Notes that a post became no ticket; of several versions the newest is kept."""
    found = set_aside(session, post, known)
    if found is None:
        found = PassedPost(x_id=post.first_x_id, account_id=account.id, decided_at=now)
        session.add(found)
    elif int(version_of(found)) >= int(post.x_id):
        return
    found.reason, found.author_x_id, found.posted_at = reason, post.author_x_id, post.posted_at
    found.username = storable(post.author.username)[:50] if post.author else found.username or ""
    found.in_reply_to_x_id = post.in_reply_to_x_id[:19]
    found.thread_x_id = thread_of(post)[:60]
    found.raw = dict(post.raw)
    session.flush()
    known.marks.setdefault("passed", {})[post.first_x_id] = ""


def set_aside(session: Session, post: Post, known: Known) -> PassedPost | None:
    """The row of this post, whichever version it holds."""
    if not known.has("passed", post.first_x_id):
        return None
    return session.get(PassedPost, post.first_x_id)


def version_of(passed: PassedPost) -> str:
    """Which version of the post is kept: its newest known."""
    x_id = str(passed.raw.get("id") or "")
    return x_id if x_id.isascii() and x_id.isdigit() else passed.x_id


def read_again(raw: object) -> Post | None:
    """A stored item in our words, without what X sent beside it; None where it was emptied."""
    try:
        if isinstance(raw, dict) and "dm_conversation_id" in raw:
            return dm_of(raw, Included())
        return post_of(raw, Included())
    except Unreadable:
        return None
