"""Posts, users and messages as API version 2.166 writes them (old names: tweet, not post)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from support.sandbox import addresses, rules, searching, text
from support.sandbox.addresses import Addresses
from support.sandbox.world import Media, Message, Post, User

Wire = dict[str, Any]


def timestamp(at: datetime) -> str:
    """X writes whole seconds followed by ".000Z"."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


@dataclass(frozen=True)
class About:
    """What the world knows of a post beyond the post itself."""

    versions: list[int]
    first_made: datetime
    editable: bool
    author: str
    counts: dict[str, int] = field(default_factory=dict)
    """replies, quotes, reposts."""


def visible_text(post: Post) -> str:
    """Escaped, only the start of a long post, and with the hidden prefix first."""
    body = text.shortened(post.text) if post.is_long else post.text
    return text.escaped(post.prefix + body)


def shown_text(post: Post) -> str:
    """`text` on the wire: the visible text, and a link for the media it carries."""
    link = [addresses.link(post.id)] if post.media else []
    return " ".join(filter(None, [visible_text(post), *link]))


def post(item: Post, fields: frozenset[str], about: About) -> Wire:
    """`fields` on top of the three X always sends; fields this X has nothing for are left out."""
    wire = {
        "id": str(item.id),
        "text": shown_text(item),
        "edit_history_tweet_ids": [str(version) for version in about.versions],
    }
    extra = _post_extras(item, about)
    return wire | {name: extra[name] for name in extra if name in fields and extra[name]}


def _post_extras(item: Post, about: About) -> Wire:
    return {
        "attachments": item.media and {"media_keys": [one.key for one in item.media]},
        "author_id": str(item.author_id),
        "conversation_id": str(item.conversation_id),
        "created_at": timestamp(item.created_at),
        "display_text_range": [len(item.prefix), len(visible_text(item))],
        "edit_controls": {
            "edits_remaining": max(0, rules.EDITS + 1 - len(about.versions)),
            "is_edit_eligible": about.editable,
            "editable_until": timestamp(about.first_made + rules.EDITABLE_FOR),
        },
        "entities": _entities(shown_text(item), item.mentions) | _media_links(item, about),
        "in_reply_to_user_id": item.in_reply_to_user and str(item.in_reply_to_user),
        "lang": searching.language(item.text),
        "note_tweet": item.is_long and _note(item),
        "public_metrics": _post_metrics(about.counts),
        "referenced_tweets": _references(item),
        "reply_settings": item.reply_settings,
    }


def _note(item: Post) -> Wire:
    whole = text.escaped(item.prefix + item.text)
    return {"text": whole} | (
        {"entities": found} if (found := _entities(whole, item.mentions)) else {}
    )


def _references(item: Post) -> list[Wire]:
    pairs = (
        ("retweeted", item.reposted),
        ("quoted", item.quoted),
        ("replied_to", item.in_reply_to),
    )
    return [{"type": kind, "id": str(target)} for kind, target in pairs if target]


def _post_metrics(counts: dict[str, int]) -> Wire:
    return {
        "retweet_count": counts.get("reposts", 0),
        "reply_count": counts.get("replies", 0),
        "like_count": 0,
        "quote_count": counts.get("quotes", 0),
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


def _media_links(item: Post, about: About) -> Wire:
    """The one link in the text stands for every picture, so X lists it once for each."""
    if not item.media:
        return {}
    link, whole = addresses.link(item.id), shown_text(item)
    kind = "photo" if item.media[0].kind == "photo" else "video"
    urls = [
        {
            "start": len(whole) - len(link),
            "end": len(whole),
            "url": link,
            "expanded_url": f"https://x.com/{about.author}/status/{item.id}/{kind}/1",
            "display_url": f"pic.x.com/{link.rpartition('/')[2]}",
            "media_key": one.key,
        }
        for one in item.media
    ]
    return {"urls": urls}


def user(
    person: User,
    fields: frozenset[str],
    receives_dm: bool = False,
    posts: int = 0,
    face: str = "",
) -> Wire:
    """`face` is the address of the profile picture; empty: not known here."""
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
    extra |= {"profile_image_url": face} if face else {}
    return wire | {name: extra[name] for name in extra if name in fields}


def _user_metrics(person: User, posts: int) -> Wire:
    return {
        "followers_count": person.followers,
        "following_count": person.following,
        "tweet_count": posts,
        "listed_count": 0,
        "like_count": 0,
    }


def media(item: Media, fields: frozenset[str], places: Addresses) -> Wire:
    wire: Wire = {"media_key": item.key, "type": item.kind}
    film = item.kind != "photo"
    extra: Wire = {
        "url": None if film else places.file,
        "preview_image_url": places.preview if film else None,
        "variants": [_variant(item, places)] if film else None,
        "duration_ms": item.duration_ms if item.kind == "video" else None,
        "alt_text": item.alt_text,
        "width": item.width,
        "height": item.height,
        "public_metrics": {"view_count": 0} if item.kind == "video" else None,
    }
    return wire | {name: extra[name] for name in extra if name in fields and extra[name]}


def _variant(item: Media, places: Addresses) -> Wire:
    rate = 0 if item.kind == "animated_gif" else 832_000
    return {"bit_rate": rate, "content_type": "video/mp4", "url": places.file}


def message(item: Message, fields: frozenset[str]) -> Wire:
    """One DM event. X does not escape these."""
    wire: Wire = {"id": str(item.id), "event_type": "MessageCreate", "text": item.text}
    extra: Wire = {
        "attachments": item.media and {"media_keys": [one.key for one in item.media]},
        "created_at": timestamp(item.created_at),
        "dm_conversation_id": item.conversation_id,
        "sender_id": str(item.sender_id),
    }
    return wire | {name: extra[name] for name in extra if name in fields and extra[name]}
