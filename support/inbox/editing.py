"""An edited post stays one message: its versions, in whatever order they arrive (docs/adr/0006)."""

from datetime import datetime

from support.conversations.records import Message, MessageVersion
from support.db import storable
from support.inbox.attaching import attach
from support.tickets import noting
from support.x.posts import Post
from support.x.snowflakes import accepted_at


def write(message: Message, post: Post) -> None:
    """What a message says is what this version says."""
    message.text = storable(post.text)
    message.language = storable(post.language)[:8]
    message.raw = dict(post.raw)
    attach(message, post)


def said_at(post: Post) -> datetime:
    """When its first version was posted: the customer has waited since then."""
    first = post.first_x_id
    return post.posted_at if post.x_id == first else accepted_at(first) or post.posted_at


def begin(message: Message, post: Post, now: datetime) -> None:
    """A new message from whichever version came first; one that is not the first is a version."""
    write(message, post)
    if post.x_id != post.first_x_id:
        message.latest_x_id, message.edited_at = post.x_id, post.posted_at
        message.versions.append(_version(post.x_id, message.text, post.posted_at, now))


def add_version(message: Message, post: Post, now: datetime) -> bool:
    """One more version of a known message; True if it changed when the message was first said.

    An emptied message stays empty.
    """
    if message.emptied_at is not None:
        return False
    if not message.latest_x_id:
        first = _version(message.x_id, message.text, message.posted_at, message.received_at)
        message.versions.append(first)
    message.versions.append(_version(post.x_id, storable(post.text), post.posted_at, now))
    if int(post.x_id) > int(message.target_x_id):
        write(message, post)
        message.latest_x_id, message.edited_at = post.x_id, post.posted_at
    moved = post.x_id == message.x_id and message.posted_at != post.posted_at
    if moved:
        message.posted_at = post.posted_at
    noting.note_edit(message)
    return moved


def _version(x_id: str, text: str, written_at: datetime, now: datetime) -> MessageVersion:
    return MessageVersion(x_id=x_id, text=text, written_at=written_at, received_at=now)
