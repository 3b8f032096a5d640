"""Bodies of the control API, checked. Unlike X's, refusals say in a sentence what to change."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from support.sandbox import snowflakes, text
from support.sandbox.posting import Refusal
from support.sandbox.world import USER_STATES

Given = dict[str, Any]
MEDIA_KINDS = {"photo": "image", "animated_gif": "gif", "video": "video"}
LARGEST_EDGE = 4096


@dataclass(frozen=True)
class MediaOrder:
    kind: str
    """image, gif or video."""
    alt_text: str
    width: int
    height: int
    content: bytes | None
    """None: a sample."""


@dataclass(frozen=True)
class PostOrder:
    author: Given
    text: str
    in_reply_to: int | None
    in_reply_to_ref: str | None
    quotes: int | None
    reposts: int | None
    id: int | None
    exclude: frozenset[int]
    mention_desk: bool
    """Carry the desk's account in the hidden prefix where the text does not name it."""
    reply_settings: str
    created_at: datetime | None
    ref: str | None
    media: tuple[MediaOrder, ...]


@dataclass(frozen=True)
class MessageOrder:
    sender: Given
    to: Given | None
    """None: the desk's account."""
    text: str
    created_at: datetime | None
    ref: str | None
    media: tuple[MediaOrder, ...]


def post(body: Any) -> PostOrder:
    """{author, text, in_reply_to?, in_reply_to_ref?, quotes?, reposts?, exclude?, mention?,
    reply_settings?, created_at?, id?, ref?, media?}; of a repost the text is X's.
    """
    given = mapping(body, "the order")
    reposts = _id(given, "reposts")
    return PostOrder(
        author=person(given.get("author"), "author"),
        text=string(given, "text") if reposts is None else "",
        in_reply_to=_id(given, "in_reply_to"),
        in_reply_to_ref=optional(given, "in_reply_to_ref"),
        quotes=_id(given, "quotes"),
        reposts=reposts,
        id=_id(given, "id"),
        exclude=frozenset(identity(value, "exclude") for value in listed(given, "exclude")),
        mention_desk=flag(given, "mention") or False,
        reply_settings=optional(given, "reply_settings") or "everyone",
        created_at=_moment(given, "created_at"),
        ref=optional(given, "ref"),
        media=_media(given),
    )


def message(body: Any) -> MessageOrder:
    """{sender, text, to?, created_at?, ref?, media?}"""
    given = mapping(body, "the order")
    return MessageOrder(
        sender=person(given.get("sender"), "sender"),
        to=person(given["to"], "to") if given.get("to") is not None else None,
        text=string(given, "text"),
        created_at=_moment(given, "created_at"),
        ref=optional(given, "ref"),
        media=_media(given),
    )


def _media(given: Mapping[str, Any]) -> tuple[MediaOrder, ...]:
    return tuple(_one_medium(item) for item in listed(given, "media"))


def _one_medium(item: Any) -> MediaOrder:
    """{type: photo|animated_gif|video, alt_text?, width?, height?, content?: base64}"""
    given = mapping(item, "an item of media")
    if given.get("type") not in MEDIA_KINDS:
        raise Refusal(f"type of media is none of {', '.join(MEDIA_KINDS)}")
    width, height = count(given, "width") or 640, count(given, "height") or 360
    if max(width, height) > LARGEST_EDGE:
        raise Refusal(f"width and height of media are at most {LARGEST_EDGE}")
    content = optional(given, "content")
    try:
        decoded = base64.b64decode(content, validate=True) if content else None
    except binascii.Error:
        raise Refusal("content of media is not base64") from None
    kind = MEDIA_KINDS[given["type"]]
    return MediaOrder(kind, optional(given, "alt_text") or "", width, height, decoded)


def person(value: Any, name: str) -> Given:
    """{id?, username?, name?, description?, followers?, following?, accepts_dms?, follows_us?,
    protected?, state?, created_at?}; id or username must be there.
    """
    given = mapping(value, name)
    found: Given = {
        "id": _id(given, "id"),
        "username": optional(given, "username"),
        "name": optional(given, "name"),
        "description": optional(given, "description"),
        "followers": count(given, "followers"),
        "following": count(given, "following"),
        "accepts_dms": flag(given, "accepts_dms"),
        "follows_us": flag(given, "follows_us"),
        "protected": flag(given, "protected"),
        "state": optional(given, "state"),
        "created_at": _moment(given, "created_at"),
    }
    found = {key: item for key, item in found.items() if item is not None}
    if "id" not in found and "username" not in found:
        raise Refusal(f"{name} has neither id nor username")
    if found.get("state", "active") not in USER_STATES:
        raise Refusal(f"{name}.state is none of {', '.join(USER_STATES)}")
    if "username" in found and not text.USERNAME.fullmatch(found["username"]):
        raise Refusal(f"{name}.username is not 1 to 15 letters, digits or underscores")
    return found


def app(body: Any) -> tuple[str, bool, tuple[str, ...]]:
    """{name, public?, callbacks?}: the name, whether it has no secret, where codes may go."""
    given = mapping(body, "the order")
    callbacks = listed(given, "callbacks")
    if not all(isinstance(address, str) and address.split() == [address] for address in callbacks):
        raise Refusal("callbacks is not a list of addresses")
    return string(given, "name"), flag(given, "public") or False, tuple(callbacks)


def mapping(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Refusal(f"{name} is missing or not an object")
    return value


def string(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str):
        raise Refusal(f"{name} is missing" if value is None else f"{name} is not a string")
    return text.clean(value)


def optional(given: Mapping[str, Any], name: str) -> str | None:
    return None if given.get(name) is None else string(given, name)


def listed(given: Mapping[str, Any], name: str) -> list[Any]:
    value = given.get(name) or []
    if not isinstance(value, list):
        raise Refusal(f"{name} is not a list")
    return value


def _id(given: Mapping[str, Any], name: str) -> int | None:
    return None if given.get(name) is None else identity(given[name], name)


def identity(value: Any, name: str) -> int:
    number = snowflakes.read(value) if isinstance(value, str) else None
    if not number:
        raise Refusal(f"{name} is not a string of 1 to 19 digits, above zero and within 63 bits")
    return number


def count(given: Mapping[str, Any], name: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise Refusal(f"{name} is not a whole number from 0 up")
    return value


def flag(given: Mapping[str, Any], name: str) -> bool | None:
    value = given.get(name)
    if value is not None and not isinstance(value, bool):
        raise Refusal(f"{name} is not true or false")
    return value


def _moment(given: Mapping[str, Any], name: str) -> datetime | None:
    """A moment an id can carry: not before X's first."""
    if given.get(name) is None:
        return None
    at = moment(given[name], name)
    if at < snowflakes.FIRST_MOMENT:
        raise Refusal(f"{name} is earlier than X's first id ({snowflakes.FIRST_MOMENT:%Y-%m-%d})")
    return at


def moment(value: Any, name: str) -> datetime:
    """An aware moment from ISO 8601 with its offset."""
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Refusal(f"{name} is not a date and time such as 2026-07-14T01:23:45Z") from None
    if at.tzinfo is None:
        raise Refusal(f"{name} has no time zone; write Z for UTC")
    return at
