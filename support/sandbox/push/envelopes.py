"""Events of the X Activity API as they go over the wire (old names: tweet, not post)."""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from support.sandbox import payloads, snowflakes, vocabulary
from support.sandbox.world import Message, Post, User

Wire = dict[str, Any]
_USER_FIELDS = vocabulary.USER_FIELDS - {
    "connection_status",
    "receives_your_dm",
    "subscription",
    "subscription_type",
}
"""What depends on who looks is left out."""
NAMED_BY_ITS_POST = ("post.create", "post.mention.create")
"""The event_uuid of these is the post's id."""


def envelope(
    event_type: str, subject: int, about: Wire, tag: str, payload: Wire, includes: Wire | None
) -> Wire:
    """`about` is the subscription's filter; `subject` the post, message or account."""
    data: Wire = {
        "event_uuid": event_uuid(event_type, subject, str(about)),
        "filter": about,
        "event_type": event_type,
    }
    data |= {"tag": tag} if tag else {}
    data |= {"payload": payload}
    return {"data": data if includes is None else data | {"includes": includes}}


def event_uuid(event_type: str, subject: int, salt: str) -> str:
    """A signed 64-bit number; X's may be negative, and a post's id for two kinds."""
    if event_type in NAMED_BY_ITS_POST:
        return str(subject)
    return str(int.from_bytes(_hash(f"{event_type} {subject} {salt}")[:8], signed=True))


def post(item: Post, replies: int) -> Wire:
    """A whole post. Beside the look-up's names it has `in_reply_to_tweet_id`."""
    wire = payloads.post(item, vocabulary.POST_FIELDS, replies)
    wire |= {"paid_partnership": False, "possibly_sensitive": False}
    if item.in_reply_to:
        wire["in_reply_to_tweet_id"] = str(item.in_reply_to)
    return _doubled(wire)


def user(person: User, posts: int) -> Wire:
    return _doubled(payloads.user(person, _USER_FIELDS, posts=posts))


def _doubled(wire: Wire) -> Wire:
    """Every number has a second field in which it is a string."""
    doubled: Wire = {}
    for name, value in wire.items():
        doubled[name] = _doubled_value(value)
        if isinstance(value, int) and not isinstance(value, bool):
            doubled[f"{name}_str"] = str(value)
    return doubled


def _doubled_value(value: Any) -> Any:
    if isinstance(value, dict):
        return _doubled(value)
    return [_doubled_value(item) for item in value] if isinstance(value, list) else value


def deletion(item: Post) -> Wire:
    return {"id": str(item.id), "author_id": str(item.author_id)}


def message(item: Message, users: list[Wire]) -> Wire:
    """The old form of a direct message with the new form of its people."""
    return {"direct_message_events": [message_event(item)], "users": _by_id(users)}


def message_event(item: Message) -> Wire:
    return {
        "type": "message_create",
        "id": str(item.id),
        "created_timestamp": str(snowflakes.milliseconds(item.created_at)),
        "message_create": {
            "target": {"recipient_id": str(item.recipient_id)},
            "sender_id": str(item.sender_id),
            "message_data": {
                "text": item.text,
                "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []},
            },
        },
    }


def sign_of_life(
    kind: str, by: int, to: int, at_ms: int, last_read: str, users: list[Wire]
) -> Wire:
    """Reading and typing, which X documents for Account Activity only."""
    return {SIGNS[kind]: [sign(by, to, at_ms, last_read)], "users": _by_id(users)}


SIGNS = {
    "dm.read": "direct_message_mark_read_events",
    "dm.indicate_typing": "direct_message_indicate_typing_events",
}


def sign(by: int, to: int, at_ms: int, last_read: str) -> Wire:
    event = {
        "created_timestamp": str(at_ms),
        "sender_id": str(by),
        "target": {"recipient_id": str(to)},
    }
    return event | ({"last_read_event_id": last_read} if last_read else {})


def _by_id(users: list[Wire]) -> Wire:
    return {person["id"]: {"data": person} for person in users}


def chat(key: str, sender: int, recipient: int, at_ms: int) -> Wire:
    """An encrypted message: who and when can be read, nothing else."""
    version = str(at_ms - timedelta(days=7) // timedelta(milliseconds=1))
    return {
        "conversation_token": _opaque(key, "token", 96),
        "id": str(UUID(bytes=_hash(key)[:16], version=4)),
        "created_at_msec": str(at_ms),
        "sender_id": str(sender),
        "conversation_id": f"{max(sender, recipient)}:{min(sender, recipient)}",
        "conversation_key_version": version,
        "encoded_event": _opaque(key, "event", 192),
        "conversation_key_change_event": _opaque(key, "change", 192),
        "message_event_signature": {
            "public_key_version": version,
            "signature": _opaque(key, "signature", 64),
            "signature_version": "7",
            "signing_public_key": _opaque(key, "public key", 91),
        },
    }


def _opaque(key: str, part: str, size: int) -> str:
    noise = hashlib.shake_128(f"{key} {part}".encode()).digest(size)
    return base64.b64encode(noise).decode().rstrip("=")


def revocation(user_id: int, app_id: int, at: datetime) -> Wire:
    return {
        "date_time": at.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
        "user_id": str(user_id),
        "app_id": str(app_id),
    }


def _hash(words: str) -> bytes:
    return hashlib.sha256(words.encode()).digest()
