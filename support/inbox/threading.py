"""Whom a customer's post is for, and which ticket it belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from support.x.posts import Post

REOPEN_WITHIN = timedelta(days=30)
"""An answer to a ticket resolved longer ago than this is a new matter."""


@dataclass(frozen=True)
class Ours:
    """Our accounts, as X names them."""

    handles: Mapping[str, str]
    """Their ids on X, and their handles in lower case."""
    posts: Mapping[str, str] = field(default_factory=dict)
    """Ids of posts known to be ours, and the account that wrote each."""


def continues(state: str, resolved_at: datetime | None, posted_at: datetime) -> bool:
    """Whether a post in the same thread goes on with that thread's last ticket.

    In public a thread is X's conversation_id, for one customer: posts of one customer in one
    thread are one ticket, and one root post can hold many customers. A DM thread is the DM
    conversation.
    """
    if state != "resolved" or resolved_at is None:
        return True
    return posted_at - resolved_at <= REOPEN_WITHIN


def thread_of(post: Post) -> str:
    """X's conversation_id. A root post that was edited is the root under each of its ids."""
    return post.first_x_id if post.thread_x_id in post.history else post.thread_x_id


def answers_us(post: Post, ours: Ours) -> str:
    """The account of ours whose post it directly replies to or quotes; empty for none."""
    if post.in_reply_to_x_id and post.in_reply_to_user_x_id in ours.handles:
        return post.in_reply_to_user_x_id
    for x_id in (post.in_reply_to_x_id, post.quoted_x_id):
        author = _author_of(x_id, post, ours)
        if author in ours.handles:
            return author
    return ""


def named_by(post: Post, ours: Ours) -> str:
    """The first of our accounts its author wrote into it; empty for none."""
    found = next((x_id for x_id in post.named_ids if x_id in ours.handles), "")
    return found or ("" if any(post.mention_ids) else _by_handle(post, ours))


def addressed(post: Post, ours: Ours, delivered_for: str) -> str:
    """The account of ours a post is for, whichever way and account brings it; empty for none.

    The author of what it answers, else the first one named, else the first carried along. What
    says nothing of the kind is for the account X showed it to.
    """
    if post.private:
        return _addressed_privately(post, ours, delivered_for)
    carried = next((x_id for x_id in post.mention_ids if x_id in ours.handles), "")
    found = answers_us(post, ours) or named_by(post, ours) or carried
    return found or ("" if _is_about_others(post, ours) else delivered_for)


def _addressed_privately(post: Post, ours: Ours, delivered_for: str) -> str:
    sides = (post.recipient_x_id, post.author_x_id)
    return next((x_id for x_id in sides if x_id in ours.handles), delivered_for)


def _is_about_others(post: Post, ours: Ours) -> bool:
    """Whether the post itself shows that it is for somebody else."""
    quoted = _author_of(post.quoted_x_id, post, ours)
    return bool(post.mentions or quoted)


def _author_of(x_id: str, post: Post, ours: Ours) -> str:
    """Who wrote a post it refers to; empty where neither X nor the desk can tell."""
    if not x_id:
        return ""
    beside = next((there.author_x_id for there in post.beside if there.x_id == x_id), "")
    return beside or ours.posts.get(x_id, "")


def _by_handle(post: Post, ours: Ours) -> str:
    """For mentions without ids: by the handles alone."""
    ids = {handle: x_id for x_id, handle in ours.handles.items()}
    return next((ids[name] for name in post.mentions if name in ids), "")
