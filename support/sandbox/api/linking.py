"""Answers that carry posts or users, with what they link to in `includes` and `errors`."""

import sqlite3
from collections.abc import Iterable

from support.sandbox import parameters, payloads, people, posting, posts, problems
from support.sandbox.api.door import Answer
from support.sandbox.parameters import Shape
from support.sandbox.world import Message, Post, User

# X adds the field that an expansion follows even where it was not asked for.
_FIELD_OF = {
    "author_id": "author_id",
    "in_reply_to_user_id": "in_reply_to_user_id",
    "referenced_tweets.id": "referenced_tweets",
    "referenced_tweets.id.author_id": "referenced_tweets",
    "entities.mentions.username": "entities",
}


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
    referenced, missing = _referenced(db, shown, shape)
    users = _linked_users(db, shown, referenced, shape)
    includes = _filled(
        {
            "users": [user(db, viewer, person, shape.user_fields) for person in users],
            "tweets": [post(db, item, shape) for item in referenced],
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
    replies = posts.reply_count(db, item.id) if "public_metrics" in fields else 0
    return payloads.post(item, fields, replies)


def user(
    db: sqlite3.Connection, viewer: User | None, person: User, fields: frozenset[str]
) -> Answer:
    receives = (
        viewer is not None
        and "receives_your_dm" in fields
        and posting.receives_dm(db, person, viewer)
    )
    count = people.post_count(db, person.id) if "public_metrics" in fields else 0
    return payloads.user(person, fields, receives, count)


def unseen(db: sqlite3.Connection, item: Post | None, parameter: str, value: str) -> Answer | None:
    """The `errors` entry for a post that cannot be shown; None when it can."""
    if item is None or item.deleted:
        return problems.not_found("tweet", parameter, value)
    author = people.by_id(db, item.author_id)
    if author and author.protected:
        return problems.not_visible(parameter, value)
    return None


def _referenced(
    db: sqlite3.Connection, shown: Iterable[Post], shape: Shape
) -> tuple[list[Post], list[Answer]]:
    if not {"referenced_tweets.id", "referenced_tweets.id.author_id"} & shape.expansions:
        return [], []
    wanted = [target for item in shown for target in (item.quoted, item.in_reply_to) if target]
    there, missing = [], []
    for target in dict.fromkeys(wanted):
        item = posts.by_id(db, target)
        error = unseen(db, item, "referenced_tweets.id", str(target))
        if error:
            missing.append(error)
        elif item:
            there.append(item)
    return there, missing


def _linked_users(
    db: sqlite3.Connection, shown: list[Post], referenced: list[Post], shape: Shape
) -> Iterable[User]:
    wanted: list[int] = []
    for item in shown:
        wanted += [item.author_id] * ("author_id" in shape.expansions)
        if "in_reply_to_user_id" in shape.expansions and item.in_reply_to_user:
            wanted.append(item.in_reply_to_user)
        if "entities.mentions.username" in shape.expansions:
            wanted += [person.id for person in item.mentions]
    if "referenced_tweets.id.author_id" in shape.expansions:
        wanted += [item.author_id for item in referenced]
    return people.by_ids(db, wanted).values()


def message_list(
    db: sqlite3.Connection,
    viewer: User | None,
    found: list[Message],
    fields: frozenset[str],
    shape: Shape,
    size: int,
) -> Answer:
    shown = found[:size]
    implied = {"sender_id"} & shape.expansions
    senders = people.by_ids(db, (item.sender_id for item in shown)) if implied else {}
    users = [user(db, viewer, person, shape.user_fields) for person in senders.values()]
    meta: Answer = {"result_count": len(shown)}
    if len(found) > size:
        meta["next_token"] = parameters.next_token(shown[-1].id)
    data = [payloads.message(item, fields | implied) for item in shown]
    return _filled({"data": data, "includes": _filled({"users": users})}) | {"meta": meta}


def _filled(parts: Answer) -> Answer:
    return {name: part for name, part in parts.items() if part}
