"""Posts, users and messages as API version 2.166 writes them (old names: tweet, not post)."""

from datetime import UTC, datetime
from typing import Any

from support.sandbox import searching, text
from support.sandbox.world import Message, Post, User

Wire = dict[str, Any]


def timestamp(at: datetime) -> str:
    """X writes whole seconds followed by ".000Z"."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def shown_text(post: Post) -> str:
    """`text` on the wire: hidden prefix first, escaped, and only the start of a long post."""
    body = text.shortened(post.text) if post.is_long else post.text
    return text.escaped(post.prefix + body)


def post(item: Post, fields: frozenset[str], replies: int = 0) -> Wire:
    """`fields` on top of the three X always sends; fields this X has nothing for are left out."""
    wire = {
        "id": str(item.id),
        "text": shown_text(item),
        "edit_history_tweet_ids": [str(item.id)],
    }
    extra = _post_extras(item, replies)
    return wire | {name: extra[name] for name in extra if name in fields and extra[name]}


def _post_extras(item: Post, replies: int) -> Wire:
    return {
        "author_id": str(item.author_id),
        "conversation_id": str(item.conversation_id),
        "created_at": timestamp(item.created_at),
        "display_text_range": [len(item.prefix), len(shown_text(item))],
        "edit_controls": {
            "edits_remaining": 0,
            "is_edit_eligible": False,
            "editable_until": timestamp(item.created_at),
        },
        "entities": _entities(shown_text(item), item.mentions),
        "in_reply_to_user_id": item.in_reply_to_user and str(item.in_reply_to_user),
        "lang": searching.language(item.text),
        "note_tweet": item.is_long and _note(item),
        "public_metrics": _post_metrics(replies),
        "referenced_tweets": _references(item),
        "reply_settings": item.reply_settings,
    }


def _note(item: Post) -> Wire:
    whole = text.escaped(item.prefix + item.text)
    return {"text": whole} | (
        {"entities": found} if (found := _entities(whole, item.mentions)) else {}
    )


def _references(item: Post) -> list[Wire]:
    pairs = (("quoted", item.quoted), ("replied_to", item.in_reply_to))
    return [{"type": kind, "id": str(target)} for kind, target in pairs if target]


def _post_metrics(replies: int) -> Wire:
    return {
        "retweet_count": 0,
        "reply_count": replies,
        "like_count": 0,
        "quote_count": 0,
        "bookmark_count": 0,
        "impression_count": 0,
    }


def _entities(wire_text: str, mentioned: tuple[User, ...]) -> Wire:
    """Places are code points of the text as sent, escapes and hidden prefix included."""
    known = {user.username.lower(): user for user in mentioned}
    mentions = [
        {
            "start": found.start(),
            "end": found.end(),
            "username": known[name].username,
            "id": str(known[name].id),
        }
        for found in text.handles(wire_text)
        if (name := found[1].lower()) in known
    ]
    tags = [
        {"start": found.start(), "end": found.end(), "tag": found[1]}
        for found in text.hashtags(wire_text)
    ]
    return ({"mentions": mentions} if mentions else {}) | ({"hashtags": tags} if tags else {})


def user(person: User, fields: frozenset[str], receives_dm: bool = False, posts: int = 0) -> Wire:
    wire: Wire = {"id": str(person.id), "name": person.name, "username": person.username}
    extra: Wire = {
        "connection_status": ["followed_by"] if person.follows_us else [],
        "created_at": timestamp(person.created_at),
        "description": person.description,
        "protected": person.protected,
        "public_metrics": _user_metrics(person, posts),
        "receives_your_dm": receives_dm,
        "subscription_type": "None",
        "verified": False,
        "verified_type": "none",
    }
    return wire | {name: extra[name] for name in extra if name in fields}


def _user_metrics(person: User, posts: int) -> Wire:
    return {
        "followers_count": person.followers,
        "following_count": person.following,
        "tweet_count": posts,
        "listed_count": 0,
        "like_count": 0,
    }


def message(item: Message, fields: frozenset[str]) -> Wire:
    """One DM event. X does not escape these."""
    wire: Wire = {"id": str(item.id), "event_type": "MessageCreate", "text": item.text}
    extra: Wire = {
        "created_at": timestamp(item.created_at),
        "dm_conversation_id": item.conversation_id,
        "sender_id": str(item.sender_id),
    }
    return wire | {name: extra[name] for name in extra if name in fields}
