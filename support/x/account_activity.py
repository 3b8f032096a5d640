"""The deprecated Account Activity API: objects of version 1.1, turned into those of version 2."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from support.x import fields
from support.x.fields import Json, inner, objects, words
from support.x.happenings import Event
from support.x.payloads import Included, included, post_of, read_person
from support.x.posts import Person, Post, Unread, Unreadable
from support.x.pushed_dms import is_message, media_item, message_of

POSTS, DMS, DELETIONS = "tweet_create_events", "direct_message_events", "tweet_delete_events"
USER = "user_event"
PASSED_OVER = frozenset(
    {
        "direct_message_indicate_typing_events",
        "direct_message_mark_read_events",
        "favorite_events",
        "follow_events",
        "mute_events",
        "block_events",
        "replay_job_status",
    }
)
_BESIDE = frozenset({"for_user_id", "user_has_blocked", "users", "apps"})
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WRITTEN = re.compile(r"\w{3} (\w{3}) (\d\d) (\d\d):(\d\d):(\d\d) \+0000 (\d{4})", re.ASCII)


def is_account_activity(body: Json) -> bool:
    return "for_user_id" in body or USER in body or "replay_job_status" in body


def read_account_activity(body: Json) -> Event:
    """One body; what cannot be read of its items stands beside what can."""
    kind = next((name for name in body if name not in _BESIDE), "")[:60]
    for_x_id = str(body.get("for_user_id") or "")
    if kind == USER:
        return _user_event(body)
    if kind in PASSED_OVER:
        return Event(kind, for_x_id)
    if kind == DELETIONS:
        gone = [fields.identity(inner(item, "status"), "id") for item in objects(body, kind)]
        return Event(kind, for_x_id, deleted=tuple(gone))
    if kind not in (POSTS, DMS):
        return Event(kind, for_x_id, known=False)
    people = _people(inner(body, "users"))
    read: Callable[[Any], Post] = read_post if kind == POSTS else lambda e: message_of(e, people)
    items = body[kind] if isinstance(body[kind], list) else []
    wanted = [item for item in items if kind == POSTS or is_message(item)]
    posts, unread = _each(wanted, read)
    return Event(kind, for_x_id, posts=posts, unread=unread)


def _each(
    items: list[Any], read: Callable[[Any], Post]
) -> tuple[tuple[Post, ...], tuple[Unread, ...]]:
    posts: list[Post] = []
    unread: list[Unread] = []
    for item in items:
        try:
            posts.append(read(item))
        except Unreadable as error:
            unread.append(fields.unread(item, str(error)))
    return tuple(posts), tuple(unread)


def _user_event(body: Json) -> Event:
    revoke = inner(inner(body, USER), "revoke")
    if not revoke:
        return Event(USER, known=False)
    who = fields.identity(inner(revoke, "source"), "user_id")
    return Event(f"{USER}.revoke", who, revoked_x_id=who)


def read_post(status: Any) -> Post:
    """A post of version 1.1; raises Unreadable.

    It does not know its thread where it is an answer: `thread_x_id` is empty then, and the post
    it answers tells.
    """
    status = fields.mapping(status)
    post = post_of(_item(status), _beside(status))
    return replace(post, thread_x_id="" if post.in_reply_to_x_id else post.x_id)


def _item(status: Json) -> dict[str, Any]:
    """The words of version 2. A long text is whole in extended_tweet, and in full_text."""
    whole = inner(status, "extended_tweet") or status
    x_id = _id(status, "id")
    return {
        "id": x_id,
        "text": words(whole, "full_text", "text"),
        "author_id": _id(inner(status, "user"), "id"),
        "created_at": _time(words(status, "created_at")),
        "lang": words(status, "lang"),
        "in_reply_to_user_id": _id(status, "in_reply_to_user_id"),
        "referenced_tweets": _references(status),
        "display_text_range": whole.get("display_text_range"),
        "entities": _entities(inner(whole, "entities")),
        "attachments": {"media_keys": [item["media_key"] for item in _media(status)]},
        "edit_history_tweet_ids": _history(status),
    }


def _references(status: Json) -> list[dict[str, str]]:
    found = {
        "replied_to": _id(status, "in_reply_to_status_id"),
        "quoted": _id(status, "quoted_status_id") or _id(inner(status, "quoted_status"), "id"),
        "retweeted": _id(inner(status, "retweeted_status"), "id"),
    }
    return [{"type": kind, "id": x_id} for kind, x_id in found.items() if x_id]


def _history(status: Json) -> list[str]:
    """Ids of all versions, where X tells them (edit_history, added to version 1.1 late)."""
    ids = inner(status, "edit_history").get("initial_tweet_id"), _id(status, "id")
    return [str(x_id) for x_id in ids if x_id]


def _entities(entities: Json) -> dict[str, Any]:
    return {
        "mentions": [
            {**_span(m), "username": words(m, "screen_name"), "id": _id(m, "id")}
            for m in objects(entities, "user_mentions")
        ],
        "hashtags": [{**_span(t), "tag": words(t, "text")} for t in objects(entities, "hashtags")],
    }


def _span(entity: Json) -> dict[str, Any]:
    found = entity.get("indices")
    start, end = found if isinstance(found, list) and len(found) == 2 else (0, 0)
    return {"start": start, "end": end}


def _media(status: Json) -> list[dict[str, Any]]:
    whole = inner(status, "extended_tweet") or status
    found: list[dict[str, Any]] = []
    for item in objects(inner(whole, "extended_entities", "entities"), "media"):
        try:
            found.append(media_item(item))
        except Unreadable:
            continue
    return found


def _beside(status: Json) -> Included:
    """Its author, its media, and the posts it holds."""
    held = [inner(status, name) for name in ("quoted_status", "retweeted_status")]
    posts = [post for item in held if item for post in _readable_post(item)]
    media = included({"includes": {"media": _media(status)}}).media
    people = _people({"author": inner(status, "user")})
    return Included(people, media, {post.x_id: post for post in posts})


def _readable_post(item: Json) -> Iterator[Post]:
    try:
        yield read_post(item)
    except Unreadable:
        return


def _people(users: Json) -> dict[str, Person]:
    found: dict[str, Person] = {}
    for user in users.values():
        try:
            person = read_person(_person(user))
        except Unreadable:
            continue
        found[person.x_id] = person
    return found


def _person(user: Any) -> dict[str, Any]:
    user = fields.mapping(user)
    return {
        "id": _id(user, "id"),
        "username": user.get("screen_name"),
        "name": user.get("name"),
        "description": user.get("description"),
        "created_at": _time(words(user, "created_at")),
        "protected": user.get("protected"),
        "profile_image_url": user.get("profile_image_url_https"),
        "public_metrics": {"followers_count": user.get("followers_count")},
    }


def _id(item: Json, name: str) -> str:
    """The id in digits: the number beside it is too large for some readers."""
    return words(item, f"{name}_str") or str(item.get(name) or "")


def _time(written: str) -> str | None:
    """`Tue Nov 24 23:13:04 +0000 2026` as version 2 writes it; None: not a time."""
    found = _WRITTEN.fullmatch(written)
    if found is None or found[1] not in _MONTHS:
        return None
    day, hour, minute, second, year = (int(found[n]) for n in (2, 3, 4, 5, 6))
    try:
        at = datetime(year, _MONTHS.index(found[1]) + 1, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return at.isoformat()
