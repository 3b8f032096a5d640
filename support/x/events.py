"""What X pushes, in our words: one body of the X Activity API, or of its predecessor, is one Event.

Bodies come late, twice and out of order; nothing here remembers. Reads both vocabularies.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from support.x import fields
from support.x.account_activity import is_account_activity, read_account_activity
from support.x.fields import Json, inner, objects, words
from support.x.happenings import Event
from support.x.payloads import included, post_of, read_person
from support.x.posts import Person, Post, Unreadable
from support.x.pricing import EVENT_CHAT, EVENT_DM, EVENT_POST
from support.x.pushed_dms import conversation, is_message, message_of, moment_of
from support.x.snowflakes import first_id_at

POSTS = ("post.create", "post.mention.create", "post.reply.create", "post.quote.create")
DMS = ("dm.received", "dm.sent")
CHATS = ("chat.received", "chat.sent")
PASSED_OVER = ("dm.read", "dm.indicate_typing")
DELETED, REVOKED = "post.delete", "oauth.revoke"
LONGEST_KIND = 60


def read_event(body: bytes) -> Event:
    """Raises Unreadable where the body, or the one thing it tells of, cannot be read."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"the body is not JSON: {type(error).__name__}") from error
    told = fields.mapping(told)
    if is_account_activity(told):
        return read_account_activity(told)
    data = fields.mapping(told.get("data"))
    kind = fields.text(data, "event_type")[:LONGEST_KIND]
    reader = _READERS.get(kind)
    if reader is None:
        return Event(kind, _for(data), known=False)
    return reader(kind, data)


def billed_as(kind: str) -> str:
    """What X charges for one pushed event of this kind; empty where it costs nothing.

    Only the X Activity API is billed by the event; its predecessor never was.
    """
    if kind in POSTS:
        return EVENT_POST
    return {"dm.received": EVENT_DM, "chat.received": EVENT_CHAT}.get(kind, "")


def kind_of(body: bytes) -> str:
    """What a body says it is, if that much can be read; for a list a person looks at."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return words(inner(told, "data"), "event_type")[:LONGEST_KIND] if isinstance(told, dict) else ""


def _for(data: Json) -> str:
    return str(inner(data, "filter").get("user_id") or "")


def _post(kind: str, data: Json) -> Event:
    beside = included({"includes": _plain(inner(data, "includes"))})
    return Event(kind, _for(data), posts=(post_of(data.get("payload"), beside),))


def _deletion(kind: str, data: Json) -> Event:
    gone = fields.identity(fields.mapping(data.get("payload")), "id")
    return Event(kind, _for(data), deleted=(gone,))


def _messages(kind: str, data: Json) -> Event:
    payload = fields.mapping(data.get("payload"))
    people = _people(payload)
    found = payload.get("direct_message_events")
    if not isinstance(found, list):
        raise Unreadable("direct_message_events is missing or is not a list")
    posts = tuple(message_of(event, people) for event in found if is_message(event))
    return Event(kind, _for(data), posts=posts)


def _chat(kind: str, data: Json) -> Event:
    return Event(kind, _for(data), posts=(read_encrypted(fields.mapping(data.get("payload"))),))


def read_encrypted(payload: Json) -> Post:
    """That somebody wrote in X Chat: what they wrote stays between them and x.com."""
    sender = fields.identity(payload, "sender_id")
    sides = fields.text(payload, "conversation_id").replace(":", "-").split("-")
    others = [side for side in sides if side != sender]
    if len(sides) != 2 or len(others) != 1 or not _is_id(others[0]):
        raise Unreadable("conversation_id names no two people")
    at = fields.maybe_time(moment_of(payload.get("created_at_msec")))
    if at is None:
        raise Unreadable("created_at_msec is missing or is not a time")
    return Post(
        x_id=_number_of(fields.text(payload, "id"), int(first_id_at(at))),
        author_x_id=sender,
        text="",
        posted_at=at,
        thread_x_id=conversation(sender, others[0]),
        private=True,
        encrypted=True,
        recipient_x_id=others[0],
        raw={name: payload[name] for name in _KEPT_OF_CHATS if name in payload},
    )


_KEPT_OF_CHATS = ("id", "sender_id", "conversation_id", "created_at_msec")
"""What is encrypted helps nobody here."""


def _number_of(event_id: str, first: int) -> str:
    """A number for an event X names by letters: of its moment, and the same whenever it comes."""
    if _is_id(event_id):
        return event_id
    digest = hashlib.sha256(event_id.encode("utf-8", "surrogatepass")).digest()
    return str(first + (int.from_bytes(digest[:4], "big") & 0x3FFFFF))


def _is_id(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 19


def _revocation(kind: str, data: Json) -> Event:
    who = fields.identity(fields.mapping(data.get("payload")), "user_id")
    return Event(kind, who, revoked_x_id=who)


def _nothing(kind: str, data: Json) -> Event:
    return Event(kind, _for(data))


_READERS: dict[str, Callable[[str, Json], Event]] = {
    **dict.fromkeys(POSTS, _post),
    **dict.fromkeys(DMS, _messages),
    **dict.fromkeys(CHATS, _chat),
    **dict.fromkeys(PASSED_OVER, _nothing),
    DELETED: _deletion,
    REVOKED: _revocation,
}


def _people(payload: Json) -> dict[str, Person]:
    found: dict[str, Person] = {}
    for user in inner(payload, "users").values():
        try:
            person = read_person(_bare(user))
        except Unreadable:
            continue  # the message names its sender by id; the profile can be asked for
        found[person.x_id] = person
    return found


def _plain(includes: Json) -> dict[str, Any]:
    """Some events wrap each user they include in an object of its own."""
    users = [_bare(user) for user in objects(includes, "users")]
    return {**includes, "users": users}


def _bare(item: Any) -> Any:
    return item["data"] if isinstance(item, dict) and isinstance(item.get("data"), dict) else item
