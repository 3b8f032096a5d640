"""Posts that become no ticket: each is kept once, with its reason, so that it can be counted."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from support.conversations.records import Message
from support.db import storable
from support.inbox import editing
from support.inbox.recalling import Known
from support.inbox.records import PassedPost
from support.inbox.threading import thread_of
from support.x.payloads import Included, dm_of, post_of
from support.x.posts import Post, Unreadable
from support.x.records import Account

OTHERS = "other_versions"
"""Under this name the raw item of the newest version holds those of the others."""


def pass_over(
    session: Session, account: Account, post: Post, reason: str, known: Known, now: datetime
) -> None:
    """Notes that a post became no ticket; of several versions the newest says why."""
    found = set_aside(session, post, known)
    if found is None:
        found = PassedPost(x_id=post.first_x_id, account_id=account.id, decided_at=now, raw={})
        session.add(found)
    raws = {**raws_of(found), post.x_id: dict(post.raw)}
    newest, *others = [raws[x_id] for x_id in sorted(raws, key=int, reverse=True)]
    found.raw = newest | ({OTHERS: others} if others else {})
    if post.x_id != max(raws, key=int):
        return
    found.reason, found.author_x_id, found.posted_at = reason, post.author_x_id, post.posted_at
    found.username = storable(post.author.username)[:50] if post.author else found.username or ""
    found.in_reply_to_x_id = post.in_reply_to_x_id[:19]
    found.thread_x_id = thread_of(post)[:60]
    session.flush()
    known.marks.setdefault("passed", {})[post.first_x_id] = ""


def set_aside(session: Session, post: Post, known: Known) -> PassedPost | None:
    """The row of this post, whichever versions it holds."""
    if not known.has("passed", post.first_x_id):
        return None
    return session.get(PassedPost, post.first_x_id)


def unpass(session: Session, message: Message, known: Known, now: datetime) -> set[str]:
    """A message of which another version, or another account's copy, was passed over before.

    Returns the ids of the versions that were kept.
    """
    if not known.has("passed", message.x_id):
        return set()
    passed = session.get_one(PassedPost, message.x_id)
    for version in versions_of(passed):
        if not known.has_version(message, version):
            editing.add_version(message, version, now)
    session.delete(passed)
    del known.marks["passed"][message.x_id]
    return set(raws_of(passed))


def raws_of(passed: PassedPost) -> dict[str, dict[str, Any]]:
    """What X sent of each version, by its id; nothing once X took the post back."""
    newest = {name: value for name, value in passed.raw.items() if name != OTHERS}
    found = [*passed.raw.get(OTHERS, ()), newest]
    return {_id_in(raw, passed.x_id): raw for raw in found if raw}


def _id_in(raw: dict[str, Any], otherwise: str) -> str:
    """Some pushed events name themselves by something else than a number."""
    x_id = raw.get("id")
    return x_id if isinstance(x_id, str) and x_id.isascii() and x_id.isdigit() else otherwise


def versions_of(passed: PassedPost) -> list[Post]:
    """The post in every version kept, the oldest first."""
    raws = raws_of(passed)
    found = [read_again(raws[x_id]) for x_id in sorted(raws, key=int)]
    return [post for post in found if post is not None]


def read_again(raw: object) -> Post | None:
    """A stored item in our words, without what X sent beside it; None where it was emptied."""
    try:
        if isinstance(raw, dict) and "dm_conversation_id" in raw:
            return dm_of(raw, Included())
        return post_of(raw, Included())
    except Unreadable:
        return None
