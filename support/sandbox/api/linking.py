"""Answers that carry posts or users, with what they link to in `includes` and `errors`."""

import sqlite3
from collections.abc import Iterable

from support.sandbox import messaging, parameters, payloads, people, posting, posts, problems
from support.sandbox.addresses import face, private, public
from support.sandbox.api.door import Answer, base
from support.sandbox.ground import ground
from support.sandbox.parameters import Shape
from support.sandbox.world import Message, Post, User

# X adds the field that an expansion follows even where it was not asked for.
_FIELD_OF = {
    "attachments.media_keys": "attachments",
    "author_id": "author_id",
    "in_reply_to_user_id": "in_reply_to_user_id",
    "referenced_tweets.id": "referenced_tweets",
    "referenced_tweets.id.author_id": "referenced_tweets",
    "referenced_tweets.id.attachments.media_keys": "referenced_tweets",
    "entities.mentions.username": "entities",
}
_REFERENCED = frozenset(name for name in _FIELD_OF if name.startswith("referenced_tweets.id"))


def post_list(
    db: sqlite3.Connection, viewer: User | None, found: list[Post], shape: Shape, size: int
) -> Answer:
    """A timeline page; `found` holds one more than `size` when there is a further page."""
    shown = found[:size]
    answer = linked(db, viewer, shown, shape)
    meta: Answer = {"result_count": len(shown)}
    if shown:
        meta |= {"newest_id": str(shown[0].id), "oldest_id": str(shown[-1].id)}
    if len(found) > size:
        meta["next_token"] = parameters.next_token(shown[-1].id)
    return answer | {"meta": meta}


def linked(db: sqlite3.Connection, viewer: User | None, shown: list[Post], shape: Shape) -> Answer:
    """`data`, `includes` and `errors` for these posts; each only where there is something in it."""
    ground().usage[ground().clock().date()] += len(shown)
    referenced, missing = _referenced(db, viewer, shown, shape)
    users = _linked_users(db, shown, referenced, shape)
    includes = _filled(
        {
            "users": [user(db, viewer, person, shape.user_fields) for person in users],
            "tweets": [post(db, item, shape) for item in referenced],
            "media": _linked_media(shown, referenced, shape),
        }
    )
    return _filled(
        {
            "data": [post(db, item, shape) for item in shown],
            "includes": includes,
            "errors": missing,
        }
    )


def post(db: sqlite3.Connection, item: Post, shape: Shape) -> Answer:
    implied = {_FIELD_OF[name] for name in shape.expansions if name in _FIELD_OF}
    fields = shape.post_fields | implied
    about = posting.about(db, item, ground().clock(), counted="public_metrics" in fields)
    return payloads.post(item, fields, about)


def user(
    db: sqlite3.Connection, viewer: User | None, person: User, fields: frozenset[str]
) -> Answer:
    receives = (
        viewer is not None
        and "receives_your_dm" in fields
        and messaging.receives_dm(db, person, viewer)
    )
    count = people.post_count(db, person.id) if "public_metrics" in fields else 0
    return payloads.user(person, fields, receives, count, face(base(), person.id))


def unseen(
    db: sqlite3.Connection, viewer: User | None, item: Post | None, parameter: str, value: str
) -> Answer | None:
    """The `errors` entry for a post that cannot be shown; None when it can."""
    author = people.by_id(db, item.author_id) if item else None
    if item is None or item.deleted or author is None or author.state == "deactivated":
        return problems.not_found("tweet", parameter, value)
    if viewer and viewer.id == author.id:
        return None
    if author.protected or author.state == "suspended":
        return problems.not_visible(parameter, value)
    return None


def absent(person: User | None, parameter: str, value: str) -> Answer | None:
    """The `errors` entry for a user who cannot be shown; None for one who can."""
    if person and person.state == "suspended":
        return problems.suspended(parameter, value)
    if person is None or person.state != "active":
        return problems.not_found("user", parameter, value)
    return None


def _referenced(
    db: sqlite3.Connection, viewer: User | None, shown: Iterable[Post], shape: Shape
) -> tuple[list[Post], list[Answer]]:
    if not _REFERENCED & shape.expansions:
        return [], []
    wanted = [target for item in shown for target in (item.reposted, item.quoted, item.in_reply_to)]
    there, missing = [], []
    for target in dict.fromkeys(filter(None, wanted)):
        item = posts.by_id(db, target)
        error = unseen(db, viewer, item, "referenced_tweets.id", str(target))
        if error:
            missing.append(error)
        elif item:
            there.append(item)
    return there, missing


def _linked_users(
    db: sqlite3.Connection, shown: list[Post], referenced: list[Post], shape: Shape
) -> list[User]:
    wanted: list[int] = []
    for item in shown:
        wanted += [item.author_id] * ("author_id" in shape.expansions)
        if "in_reply_to_user_id" in shape.expansions and item.in_reply_to_user:
            wanted.append(item.in_reply_to_user)
        if "entities.mentions.username" in shape.expansions:
            wanted += [person.id for person in item.mentions]
    if "referenced_tweets.id.author_id" in shape.expansions:
        wanted += [item.author_id for item in referenced]
    return [person for person in people.by_ids(db, wanted).values() if person.state == "active"]


def _linked_media(shown: list[Post], referenced: list[Post], shape: Shape) -> list[Answer]:
    holders = shown if "attachments.media_keys" in shape.expansions else []
    if "referenced_tweets.id.attachments.media_keys" in shape.expansions:
        holders = holders + referenced
    items = {item.id: item for holder in holders for item in holder.media}
    return [
        payloads.media(item, shape.media_fields, public(base(), item)) for item in items.values()
    ]


def message_list(
    db: sqlite3.Connection,
    viewer: User,
    found: list[Message],
    fields: frozenset[str],
    shape: Shape,
    size: int,
) -> Answer:
    shown = found[:size]
    meta: Answer = {"result_count": len(shown)}
    if len(found) > size:
        meta["next_token"] = parameters.next_token(shown[-1].id)
    return messages(db, viewer, shown, fields, shape) | {"meta": meta}


def messages(
    db: sqlite3.Connection,
    viewer: User,
    shown: list[Message],
    fields: frozenset[str],
    shape: Shape,
) -> Answer:
    """`data` and `includes` for these messages; each only where there is something in it."""
    implied = {"sender_id"} & shape.expansions
    with_media = "attachments.media_keys" in shape.expansions
    implied |= {"attachments"} if with_media else set()
    wanted = (item.sender_id for item in shown) if "sender_id" in implied else ()
    users = [user(db, viewer, who, shape.user_fields) for who in people.by_ids(db, wanted).values()]
    media = [
        payloads.media(one, shape.media_fields, private(base(), one, item.id))
        for item in shown
        if with_media
        for one in item.media
    ]
    data = [payloads.message(item, fields | implied) for item in shown]
    return _filled({"data": data, "includes": _filled({"users": users, "media": media})})


def _filled(parts: Answer) -> Answer:
    return {name: part for name, part in parts.items() if part}
