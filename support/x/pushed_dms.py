"""Direct messages as X pushes them, given the shape in which X lists them.

Both push APIs write a message in the words of version 1.1. A message that is pushed and listed
must be one: its id, its text, its conversation and the keys of its media come out the same.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from support.x import fields
from support.x.fields import Json, inner, objects, words
from support.x.payloads import Included, dm_of, read_media
from support.x.posts import Person, Post, Unreadable

_KEY_PREFIX = {"photo": "3", "video": "7", "animated_gif": "16"}
"""A media key of version 2 is the kind's number and the id of version 1.1."""


def message_of(event: Any, people: dict[str, Person]) -> Post:
    """One of `direct_message_events`; raises Unreadable."""
    event = fields.mapping(event)
    said = inner(event, "message_create")
    content = inner(said, "message_data")
    sender = fields.identity(said, "sender_id")
    recipient = fields.identity(inner(said, "target"), "recipient_id")
    shown = inner(inner(content, "attachment"), "media")
    media = [media_item(shown)] if shown else []
    item = {
        "id": fields.identity(event, "id"),
        "event_type": "MessageCreate",
        "text": fields.text(content, "text"),
        "sender_id": sender,
        "dm_conversation_id": conversation(sender, recipient),
        "created_at": moment_of(event.get("created_timestamp")),
        "attachments": {"media_keys": [item["media_key"] for item in media]},
    }
    keys = {str(item["media_key"]): read_media(item) for item in media}
    return dm_of(item, Included(people, keys))


def is_message(event: Any) -> bool:
    return not isinstance(event, dict) or event.get("type", "message_create") == "message_create"


def conversation(one: str, other: str) -> str:
    """The id of the conversation of two people, as X makes it: the smaller id first."""
    return "-".join(sorted((one, other), key=int))


def moment_of(milliseconds: Any) -> str | None:
    """Milliseconds since 1970, in digits, as X writes a time elsewhere; None: not a time."""
    digits = str(milliseconds)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 14):
        return None
    since_1970 = timedelta(milliseconds=int(digits))
    return (datetime.fromtimestamp(0, UTC) + since_1970).isoformat()


def media_item(item: Json) -> dict[str, Any]:
    """A media object of version 1.1 in the words of version 2; raises Unreadable without id."""
    kind = words(item, "type") or "photo"
    number = item.get("id_str") or item.get("id")
    if not number:
        raise Unreadable("a picture has no id")
    size = inner(inner(item, "sizes"), "large")
    variants = [
        {"content_type": words(v, "content_type"), "url": words(v, "url"), "bit_rate": _rate(v)}
        for v in objects(inner(item, "video_info"), "variants")
    ]
    picture = words(item, "media_url_https", "media_url")
    return {
        "media_key": f"{_KEY_PREFIX.get(kind, '3')}_{number}",
        "type": kind,
        "url": picture if kind == "photo" else "",
        "preview_image_url": "" if kind == "photo" else picture,
        "alt_text": words(item, "ext_alt_text"),
        "width": size.get("w"),
        "height": size.get("h"),
        "variants": variants,
    }


def _rate(variant: Json) -> int:
    rate = variant.get("bitrate")
    return rate if isinstance(rate, int) else 0
