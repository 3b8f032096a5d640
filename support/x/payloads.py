"""X's JSON in our words. Reads both vocabularies (tweet and post); ignores unknown fields."""

import html
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from support.x import fields
from support.x.fields import Json, inner, objects, words
from support.x.posts import Media, Missing, Page, Person, Post, Unread, Unreadable

T = TypeVar("T")
KINDS_OF_REFERENCE = ("replied_to", "quoted", "retweeted")
_HIDDEN = ("not-authorized", "unauthorized", "suspended", "withheld")


@dataclass(frozen=True)
class Included:
    """What X sent beside the items of a page, by id (media: by key)."""

    people: Mapping[str, Person] = field(default_factory=dict)
    media: Mapping[str, Media] = field(default_factory=dict)
    posts: Mapping[str, Post] = field(default_factory=dict)


def read_posts(body: Json) -> Page:
    """A timeline of posts (mentions, own posts, search, lookup)."""
    beside = included(body)
    return _page(body, lambda item: post_of(item, beside))


def read_dms(body: Json) -> Page:
    """A list of DM events; events that are not messages are passed over."""
    beside = included(body)
    events = [e for e in fields.items(body) if not isinstance(e, dict) or _is_message(e)]
    page = _page({**body, "data": events}, lambda item: dm_of(item, beside))
    return replace(page, items=len(fields.items(body)))


def read_person(item: Any) -> Person:
    """A user object; raises Unreadable without id or username."""
    item = fields.mapping(item)
    followers = inner(item, "public_metrics").get("followers_count")
    username = fields.text(item, "username")
    return Person(
        x_id=fields.identity(item, "id"),
        username=username,
        name=words(item, "name") or username,
        followers=followers if isinstance(followers, int) else None,
        bio=html.unescape(item["description"])
        if isinstance(item.get("description"), str)
        else None,
        joined_at=fields.maybe_time(item.get("created_at")),
        avatar_url=words(item, "profile_image_url") or None,
        protected=_maybe_bool(item, "protected"),
        receives_dm=_maybe_bool(item, "receives_your_dm"),
    )


def read_people(body: Json) -> dict[str, Person]:
    """A list of users, by id; what cannot be read is left out."""
    return {person.x_id: person for person in _readable(fields.items(body), read_person)}


def read_missing(body: Json) -> tuple[Missing, ...]:
    """What X says of the things it leaves out of an answer that is a 200 all the same."""
    return tuple(
        Missing(
            x_id=words(error, "resource_id", "value"),
            kind=words(error, "resource_type"),
            reason=_reason(error),
        )
        for error in objects(body, "errors")
    )


def _reason(error: Json) -> str:
    said = f"{words(error, 'type')} {words(error, 'title')} {words(error, 'detail')}".lower()
    if any(word in said for word in _HIDDEN):
        return "hidden"
    return "deleted" if "not-found" in said or "not found" in said else words(error, "title")


def included(body: Json) -> Included:
    """`includes` of an answer or an event; what cannot be read in it is left out."""
    includes = inner(body, "includes")
    people = {p.x_id: p for p in _readable(objects(includes, "users"), read_person)}
    media = {m.key: m for m in _readable(objects(includes, "media"), read_media)}
    alone = Included(people, media)
    there = _readable(objects(includes, "tweets", "posts"), lambda item: post_of(item, alone))
    return replace(alone, posts={post.x_id: post for post in there})


def _page(body: Json, read: Callable[[Any], Post]) -> Page:
    posts: list[Post] = []
    unread: list[Unread] = []
    for item in fields.items(body):
        try:
            posts.append(read(item))
        except Unreadable as error:
            unread.append(fields.unread(item, str(error)))
    token = words(inner(body, "meta"), "next_token")
    items = len(fields.items(body))
    return Page(tuple(posts), tuple(unread), token or None, items, read_missing(body))


def _readable(items: list[Any], read: Callable[[Any], T]) -> Iterator[T]:
    for item in items:
        try:
            yield read(item)
        except Unreadable:
            continue  # the item it stands beside names it by id; it can be asked for later


def post_of(item: Any, beside: Included) -> Post:
    """A public post; raises Unreadable."""
    item = fields.mapping(item)
    x_id, author = fields.identity(item, "id"), fields.identity(item, "author_id")
    references = _references(item)
    mentions = _mentions(item)
    return Post(
        x_id=x_id,
        author_x_id=author,
        text=html.unescape(_written(item)),
        posted_at=fields.moment(item, x_id),
        thread_x_id=str(item.get("conversation_id") or x_id),
        in_reply_to_x_id=references.get("replied_to", ""),
        language=words(item, "lang"),
        mentions=tuple(words(mention, "username").lower() for mention in mentions),
        mention_ids=tuple(words(mention, "id") for mention in mentions),
        named_ids=tuple(words(m, "id") for m in mentions if _is_written(m, item)),
        hashtags=tuple(words(tag, "tag").lower() for tag in _entities(item, "hashtags")),
        in_reply_to_user_x_id=str(item.get("in_reply_to_user_id") or ""),
        quoted_x_id=references.get("quoted", ""),
        reposted_x_id=references.get("retweeted", ""),
        history=_history(item, x_id),
        reply_settings=words(item, "reply_settings"),
        media=_media(item, beside),
        beside=tuple(beside.posts[i] for i in references.values() if i in beside.posts),
        author=beside.people.get(author),
        raw=item,
    )


def dm_of(item: Any, beside: Included) -> Post:
    """A direct message; raises Unreadable."""
    item = fields.mapping(item)
    x_id, sender = fields.identity(item, "id"), fields.identity(item, "sender_id")
    conversation = fields.text(item, "dm_conversation_id")
    return Post(
        x_id=x_id,
        author_x_id=sender,
        text=fields.text(item, "text"),
        posted_at=fields.moment(item, x_id),
        thread_x_id=conversation,
        media=_media(item, beside),
        author=beside.people.get(sender),
        private=True,
        recipient_x_id=other_side(conversation, sender),
        raw=item,
    )


def read_media(item: Any) -> Media:
    """A media object of `includes`; raises Unreadable without key or type."""
    item = fields.mapping(item)
    variants = [v for v in objects(item, "variants") if words(v, "content_type") == "video/mp4"]
    best = max(variants, key=lambda v: int(v.get("bit_rate") or 0), default={})
    return Media(
        key=fields.text(item, "media_key"),
        kind=fields.text(item, "type"),
        url=words(item, "url") or words(best, "url"),
        preview_url=words(item, "preview_image_url"),
        alt=words(item, "alt_text"),
        width=_number(item, "width"),
        height=_number(item, "height"),
    )


def _is_message(event: Json) -> bool:
    return bool(event.get("event_type", "MessageCreate") == "MessageCreate")


def other_side(conversation: str, sender: str) -> str:
    """The person across in a one-to-one conversation, whose id is `{smaller}-{larger}`."""
    sides = conversation.replace(":", "-").split("-")
    others = [side for side in sides if side != sender]
    return others[0] if len(sides) == 2 and others else ""


def _written(item: Json) -> str:
    """What was written, without the handles x.com puts before a reply.

    Posts over 280 come cut in `text`, whole in note_tweet (note_post in the new words).
    """
    note = words(inner(item, "note_tweet", "note_post"), "text")
    if note:
        return note
    text, start = fields.text(item, "text"), _shown_from(item)
    return text[start:] if 0 < start < len(text) else text


def _shown_from(item: Json) -> int:
    """Where the visible text begins: behind the handles x.com puts before a reply."""
    shown = item.get("display_text_range")
    start = shown[0] if isinstance(shown, list) and shown else 0
    return start if isinstance(start, int) else 0


def _references(item: Json) -> dict[str, str]:
    """Ids of the posts it refers to, by kind of reference."""
    found = {
        words(reference, "type"): str(reference.get("id") or "")
        for reference in objects(item, "referenced_tweets", "referenced_posts")
    }
    if "replied_to" not in found and item.get("in_reply_to_tweet_id"):
        found["replied_to"] = str(item["in_reply_to_tweet_id"])
    return {kind: found[kind] for kind in KINDS_OF_REFERENCE if found.get(kind)}


def _history(item: Json, x_id: str) -> tuple[str, ...]:
    """The ids of all versions where there is more than one; X was seen to send [""]."""
    found = item.get("edit_history_tweet_ids") or item.get("edit_history_post_ids")
    listed = found if isinstance(found, list) else []
    ids = {i for i in listed if isinstance(i, str) and i.isascii() and i.isdigit()} | {x_id}
    return tuple(sorted(ids, key=int)) if len(ids) > 1 else ()


def _entities(item: Json, name: str) -> list[dict[str, Any]]:
    """Entities of the whole text: those of a long post stand with its note."""
    note = inner(inner(item, "note_tweet", "note_post"), "entities")
    return objects(note, name) or objects(inner(item, "entities"), name)


def _mentions(item: Json) -> list[dict[str, Any]]:
    return [m for m in _entities(item, "mentions") if words(m, "username")]


def _is_written(mention: Json, item: Json) -> bool:
    return _number(mention, "start") >= _shown_from(item)


def _media(item: Json, beside: Included) -> tuple[Media, ...]:
    keys = inner(item, "attachments").get("media_keys")
    return tuple(
        beside.media.get(key, Media(key, "", ""))
        for key in (keys if isinstance(keys, list) else [])
        if isinstance(key, str)
    )


def _number(item: Json, name: str) -> int:
    value = item.get(name)
    return value if isinstance(value, int) else 0


def _maybe_bool(item: Json, name: str) -> bool | None:
    value = item.get(name)
    return value if isinstance(value, bool) else None
