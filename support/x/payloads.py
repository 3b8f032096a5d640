"""X's JSON in our words. Reads both vocabularies (tweet and post); ignores unknown fields."""

import hashlib
import html
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH_MS = 1_288_834_974_657
"""The moment X's snowflake ids count from, in Unix milliseconds."""
FIRST_SNOWFLAKE = 1 << 32
"""Smaller ids are from before November 2010 and carry no time."""


class Unreadable(ValueError):
    """An item lacks something a message cannot do without; str(error) names it."""


@dataclass(frozen=True)
class Person:
    """A user on X. What X did not send is None."""

    x_id: str
    username: str
    name: str
    followers: int | None = None
    bio: str | None = None
    joined_at: datetime | None = None


@dataclass(frozen=True)
class Post:
    """A public post, or a direct message when `private`."""

    x_id: str
    author_x_id: str
    text: str
    posted_at: datetime
    thread_x_id: str
    in_reply_to_x_id: str = ""
    language: str = ""
    mentions: tuple[str, ...] = ()
    """Handles in the post's own entities, in lower case."""
    author: Person | None = None
    private: bool = False
    recipient_x_id: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Unread:
    """An item that could not be read, and why."""

    reason: str
    raw: str
    digest: str


@dataclass(frozen=True)
class Page:
    """One answer of a timeline: what could be read, what could not, and where to go on."""

    posts: tuple[Post, ...]
    unread: tuple[Unread, ...]
    next_token: str | None
    items: int


def accepted_at(x_id: str) -> datetime | None:
    """When X made this id, from the snowflake's own milliseconds; None for ids without one."""
    number = int(x_id) if x_id.isascii() and x_id.isdigit() else 0
    if number < FIRST_SNOWFLAKE:
        return None
    milliseconds = (number >> 22) + EPOCH_MS
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)


def first_id_at(moment: datetime) -> str:
    """The smallest id X could have given at `moment`."""
    since_1970 = moment - datetime.fromtimestamp(0, UTC)
    milliseconds = since_1970 // timedelta(milliseconds=1) - EPOCH_MS
    return str(max(milliseconds, 0) << 22)


def read_posts(body: Mapping[str, Any]) -> Page:
    """A timeline of posts (mentions, own posts, search, lookup)."""
    people = _people(body)
    return _page(body, lambda item: _post(item, people))


def read_dms(body: Mapping[str, Any]) -> Page:
    """A list of DM events; events that are not messages are passed over."""
    people = _people(body)
    events = [e for e in _items(body) if not isinstance(e, dict) or _is_message(e)]
    page = _page({**body, "data": events}, lambda item: _dm(item, people))
    return Page(page.posts, page.unread, page.next_token, len(_items(body)))


def read_person(item: Any) -> Person:
    """A user object; raises Unreadable without id or username."""
    item = _object(item)
    metrics = item.get("public_metrics")
    followers = metrics.get("followers_count") if isinstance(metrics, dict) else None
    return Person(
        x_id=_id(item, "id"),
        username=_text(item, "username"),
        name=item["name"] if isinstance(item.get("name"), str) else _text(item, "username"),
        followers=followers if isinstance(followers, int) else None,
        bio=html.unescape(item["description"])
        if isinstance(item.get("description"), str)
        else None,
        joined_at=_maybe_time(item.get("created_at")),
    )


def read_people(body: Mapping[str, Any]) -> dict[str, Person]:
    """A list of users, by id; what cannot be read is left out."""
    return {person.x_id: person for person in _readable(_items(body))}


def _page(body: Mapping[str, Any], read: Callable[[Any], Post]) -> Page:
    posts: list[Post] = []
    unread: list[Unread] = []
    for item in _items(body):
        try:
            posts.append(read(item))
        except Unreadable as error:
            unread.append(_unread(item, str(error)))
    meta = body.get("meta")
    token = meta.get("next_token") if isinstance(meta, dict) else None
    return Page(tuple(posts), tuple(unread), token or None, len(_items(body)))


def _items(body: Mapping[str, Any]) -> list[Any]:
    data = body.get("data")
    if isinstance(data, dict):
        return [data]
    return data if isinstance(data, list) else []


def _unread(item: Any, reason: str) -> Unread:
    raw = json.dumps(item, sort_keys=True, default=str)
    return Unread(reason, raw, hashlib.sha256(raw.encode()).hexdigest())


def _people(body: Mapping[str, Any]) -> dict[str, Person]:
    includes = body.get("includes")
    users = includes.get("users") if isinstance(includes, dict) else None
    return {person.x_id: person for person in _readable(users if isinstance(users, list) else [])}


def _readable(users: list[Any]) -> Iterator[Person]:
    for user in users:
        try:
            yield read_person(user)
        except Unreadable:
            continue  # the post names its author by id; the profile can be read later


def _post(item: Any, people: Mapping[str, Person]) -> Post:
    item = _object(item)
    x_id, author = _id(item, "id"), _id(item, "author_id")
    return Post(
        x_id=x_id,
        author_x_id=author,
        text=html.unescape(_written(item)),
        posted_at=_time(item, x_id),
        thread_x_id=str(item.get("conversation_id") or x_id),
        in_reply_to_x_id=_replied_to(item),
        language=item["lang"] if isinstance(item.get("lang"), str) else "",
        mentions=_mentions(item),
        author=people.get(author),
        raw=item,
    )


def _dm(item: Any, people: Mapping[str, Person]) -> Post:
    item = _object(item)
    x_id, sender = _id(item, "id"), _id(item, "sender_id")
    return Post(
        x_id=x_id,
        author_x_id=sender,
        text=_text(item, "text"),
        posted_at=_time(item, x_id),
        thread_x_id=_text(item, "dm_conversation_id"),
        author=people.get(sender),
        private=True,
        recipient_x_id=_other_side(_text(item, "dm_conversation_id"), sender),
        raw=item,
    )


def _is_message(event: Mapping[str, Any]) -> bool:
    return bool(event.get("event_type", "MessageCreate") == "MessageCreate")


def _other_side(conversation: str, sender: str) -> str:
    """The person across in a one-to-one conversation, whose id is `{smaller}-{larger}`."""
    sides = conversation.replace(":", "-").split("-")
    others = [side for side in sides if side != sender]
    return others[0] if len(sides) == 2 and others else ""


def _written(item: Mapping[str, Any]) -> str:
    """What was written, without the handles x.com puts before a reply.

    Posts over 280 come cut in `text`, whole in note_tweet (note_post in the new words).
    """
    for name in ("note_tweet", "note_post"):
        note = item.get(name)
        if isinstance(note, dict) and isinstance(note.get("text"), str):
            return str(note["text"])
    text, shown = _text(item, "text"), item.get("display_text_range")
    start = shown[0] if isinstance(shown, list) and shown else 0
    return text[start:] if isinstance(start, int) and 0 < start < len(text) else text


def _replied_to(item: Mapping[str, Any]) -> str:
    for name in ("referenced_tweets", "referenced_posts"):
        references = item.get(name)
        for reference in references if isinstance(references, list) else []:
            if isinstance(reference, dict) and reference.get("type") == "replied_to":
                return str(reference.get("id") or "")
    return str(item.get("in_reply_to_tweet_id") or "")


def _mentions(item: Mapping[str, Any]) -> tuple[str, ...]:
    entities = item.get("entities")
    mentions = entities.get("mentions") if isinstance(entities, dict) else None
    named = [m.get("username") for m in mentions or [] if isinstance(m, dict)]
    return tuple(name.lower() for name in named if isinstance(name, str))


def _object(item: Any) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise Unreadable("the item is not a JSON object")
    return item


def _id(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    text = str(value) if isinstance(value, str | int) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise Unreadable(f"{name} is missing or is not an id of X")
    return text


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    if not isinstance(value, str):
        raise Unreadable(f"{name} is missing or is not text")
    return value


def _time(item: Mapping[str, Any], x_id: str) -> datetime:
    found = _maybe_time(item.get("created_at")) or accepted_at(x_id)
    if found is None:
        raise Unreadable("created_at is missing or is not a time")
    return found


def _maybe_time(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
