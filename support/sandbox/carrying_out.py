"""Orders of the control API, carried out in the world. Callers hold the transaction."""

import sqlite3
from dataclasses import asdict
from datetime import datetime
from typing import Any

from support.sandbox import (
    media,
    messages,
    messaging,
    numbering,
    orders,
    people,
    pictures,
    posting,
    posts,
    samples,
    served,
    snowflakes,
    text,
    uploading,
)
from support.sandbox.ground import Ground
from support.sandbox.parameters import Window
from support.sandbox.posting import Draft, Refusal
from support.sandbox.world import Media, Message, Post, User

Answer = dict[str, Any]
EVERYTHING = Window(0, snowflakes.LARGEST, 100_000)


def post(db: sqlite3.Connection, ground: Ground, order: orders.PostOrder, now: datetime) -> Answer:
    known = posts.by_ref(db, order.ref) if order.ref is not None else None
    if known:
        return _post(known, already=True)
    author = posting.introduce(db, order.author, now)
    desk = people.by_id(db, ground.account_id)
    target = _target(db, order)
    written = desk and order.mention_desk and _is_between_others(db, author, desk, target)
    draft = Draft(
        text=_naming(desk, order.text) if desk and written else order.text,
        in_reply_to=target,
        quoted=order.quotes,
        exclude=order.exclude,
        carry=(desk,) if desk and order.mention_desk else (),
        reply_settings=order.reply_settings,
        created_at=order.created_at,
        id=order.id,
        ref=order.ref,
        media=_media(db, author, order.media, "tweet", now),
        reposts=order.reposts,
    )
    return _post(posting.write(db, author, draft, now, ground.weigh), already=False)


def _is_between_others(
    db: sqlite3.Connection, author: User, desk: User, target: int | None
) -> bool:
    """Whether the desk could only be named in the words: carried along unseen it is nobody's."""
    parent = posts.by_id(db, target) if target is not None else None
    return parent is not None and parent.author_id not in (author.id, desk.id)


def _naming(desk: User, words: str) -> str:
    named = {name.lower() for name in text.usernames_in(words)}
    return words if desk.username.lower() in named else f"@{desk.username} {words}"


def _target(db: sqlite3.Connection, order: orders.PostOrder) -> int | None:
    if order.in_reply_to_ref is None:
        return order.in_reply_to
    parent = posts.by_ref(db, order.in_reply_to_ref)
    if parent is None:
        raise Refusal(f"in_reply_to_ref names nothing that was posted: {order.in_reply_to_ref}")
    return parent.id


def message(
    db: sqlite3.Connection, ground: Ground, order: orders.MessageOrder, now: datetime
) -> Answer:
    known = messages.by_ref(db, order.ref) if order.ref is not None else None
    if known:
        return _message(known, already=True)
    sender = posting.introduce(db, order.sender, now)
    to: orders.Given = {"id": ground.account_id} if order.to is None else order.to
    recipient = posting.introduce(db, to, now)
    sent = messaging.message(
        db,
        sender,
        recipient,
        order.text,
        now,
        created_at=order.created_at,
        ref=order.ref,
        media=_media(db, sender, order.media, "dm", now),
    )
    return _message(sent, already=False)


def _media(
    db: sqlite3.Connection,
    owner: User,
    asked: tuple[orders.MediaOrder, ...],
    purpose: str,
    now: datetime,
) -> tuple[Media, ...]:
    return tuple(_medium(db, owner, order, f"{purpose}_{order.kind}", now) for order in asked)


def _medium(
    db: sqlite3.Connection, owner: User, order: orders.MediaOrder, category: str, now: datetime
) -> Media:
    """The file given, or a sample."""
    number = numbering.next_id(db, now)
    if order.content is not None:
        content, found = order.content, pictures.measure(order.content)
        if found is None or found.mime not in uploading.FITTING[order.kind]:
            raise Refusal("content of media is not a file of its type")
    elif order.kind == "image":
        content = samples.picture(number >> 22, order.width, order.height)
        found = pictures.Measured("image/png", order.width, order.height)
    else:
        content, found = samples.film(), pictures.Measured("video/mp4", *samples.FILM_SIZE)
    length = samples.FILM_MS if order.kind == "video" else None
    item = Media(
        number, owner.id, category, found.mime, now, found.width, found.height, length,
        order.alt_text,
    )  # fmt: skip
    media.add(db, item, content)
    return item


def edit(db: sqlite3.Connection, ground: Ground, post_id: int, words: str, now: datetime) -> Answer:
    return _post(posting.edit(db, post_id, words, now, ground.weigh), already=False)


def person(user: User) -> Answer:
    return asdict(user) | {"id": str(user.id), "created_at": user.created_at.isoformat()}


def _post(post: Post, already: bool) -> Answer:
    return {
        "id": str(post.id),
        "created_at": post.created_at.isoformat(),
        "conversation_id": str(post.conversation_id),
        "already": already,
    }


def _message(message: Message, already: bool) -> Answer:
    return {
        "id": str(message.id),
        "created_at": message.created_at.isoformat(),
        "dm_conversation_id": message.conversation_id,
        "already": already,
    }


def sent(db: sqlite3.Connection, account_id: int) -> Answer:
    """All our account wrote, oldest first, with whom it was for."""
    ours = posts.written_by(db, account_id, EVERYTHING)
    private = messages.written_by(db, account_id)
    return {
        "posts": [_sent_post(db, item) for item in reversed(ours)],
        "dms": [_sent_message(db, item) for item in private],
    }


def _sent_post(db: sqlite3.Connection, post: Post) -> Answer:
    return {
        "id": str(post.id),
        "created_at": post.created_at.isoformat(),
        "conversation_id": str(post.conversation_id),
        "text": post.text,
        "in_reply_to": str(post.in_reply_to) if post.in_reply_to else None,
        "to": _username(db, post.in_reply_to_user),
    }


def _sent_message(db: sqlite3.Connection, message: Message) -> Answer:
    return {
        "id": str(message.id),
        "created_at": message.created_at.isoformat(),
        "dm_conversation_id": message.conversation_id,
        "text": message.text,
        "to": _username(db, message.recipient_id),
    }


def _username(db: sqlite3.Connection, user_id: int | None) -> str | None:
    user = people.by_id(db, user_id) if user_id else None
    return user.username if user else None


def state(db: sqlite3.Connection, account_id: int) -> Answer:
    """What a feeder paces itself by: totals, and how far a client has read."""
    account = people.by_id(db, account_id)
    return {
        "account": {"id": str(account_id), "username": account.username if account else None},
        "mentions": _reading(served.reading(db, account_id, "mentions")),
        "dms": _reading(served.reading(db, account_id, "dms")),
        "posts_by_others": posts.count_by_others(db, account_id),
        "own_posts": people.post_count(db, account_id),
        "own_dms": len(messages.written_by(db, account_id)),
    }


def _reading(reading: served.Reading) -> Answer:
    return asdict(reading) | {
        "newest_id": str(reading.newest_id),
        "newest_served_id": str(reading.newest_served_id),
    }
