"""Lines of a posts file: id, created_at, author, text, kind, perhaps in_reply_to; UTF-8 JSON."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from support.sandbox import orders, text
from support.sandbox.posting import Refusal

Kind = Literal["mention", "dm"]
KINDS = ("mention", "dm")


class Malformed(Exception):
    """A line that cannot be posted; the message says why."""


@dataclass(frozen=True)
class Line:
    id: str
    created_at: datetime
    author: dict[str, Any]
    """id, username, name and perhaps followers."""
    text: str
    in_reply_to: str | None
    kind: Kind


def parse(raw: bytes) -> Line:
    """Raises Malformed. Unknown fields are ignored."""
    item = _object(raw)
    try:
        return Line(
            id=_required(item, "id"),
            created_at=orders.moment(_required(item, "created_at"), "created_at"),
            author=_author(item.get("author")),
            text=_text(_required(item, "text"), item.get("kind")),
            in_reply_to=None if item.get("in_reply_to") is None else _required(item, "in_reply_to"),
            kind=_kind(_required(item, "kind")),
        )
    except Refusal as refusal:
        raise Malformed(str(refusal)) from refusal


def _object(raw: bytes) -> dict[str, Any]:
    try:
        item = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise Malformed("not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON: {error}") from None
    if not isinstance(item, dict):
        raise Malformed("not a JSON object")
    return item


def _required(item: dict[str, Any], name: str) -> str:
    if name not in item:
        raise Malformed(f"{name} is missing")
    if not isinstance(item[name], str):
        raise Malformed(f"{name} is not a string")
    if name in ("id", "in_reply_to") and not item[name].strip():
        raise Malformed(f"{name} is empty")
    return text.clean(item[name])


def _author(value: Any) -> dict[str, Any]:
    """As the control API takes it: the id a string, and all three that X always has."""
    if not isinstance(value, dict):
        raise Malformed("author is missing or not an object")
    for name in ("id", "username", "name"):
        if value.get(name) is None:
            raise Malformed(f"author.{name} is missing")
    try:
        known = orders.person(value, "author")
    except Refusal as refusal:
        raise Malformed(f"author: {refusal}") from refusal
    wanted = ("username", "name", "followers")
    return {"id": str(known["id"])} | {key: known[key] for key in wanted if key in known}


def _kind(value: str) -> Kind:
    if value not in KINDS:
        raise Malformed(f"kind is neither mention nor dm: {value[:40]}")
    return cast(Kind, value)


def _text(value: str, kind: Any) -> str:
    limit = text.DM_LIMIT if kind == "dm" else text.LONG_POST_LIMIT
    if len(value) > limit:
        raise Malformed(f"text has {len(value):,} characters; X takes {limit:,}")
    return value
