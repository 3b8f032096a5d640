"""Reading single values out of X's JSON: typed, in both vocabularies, or Unreadable."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from support.x.posts import Unread, Unreadable
from support.x.snowflakes import accepted_at

Json = Mapping[str, Any]


def items(body: Json, name: str = "data") -> list[Any]:
    """The list under `name`; a single object counts as a list of one."""
    data = body.get(name)
    if isinstance(data, dict):
        return [data]
    return data if isinstance(data, list) else []


def objects(body: Any, *names: str) -> list[dict[str, Any]]:
    """The objects in the first of these lists that is there; anything else in it is left out."""
    for name in names:
        found = body.get(name) if isinstance(body, dict) else None
        if isinstance(found, list):
            return [item for item in found if isinstance(item, dict)]
    return []


def inner(item: Json, *names: str) -> dict[str, Any]:
    """The object under the first of these names that holds one; empty where none does."""
    found = (item.get(name) for name in names)
    return next((value for value in found if isinstance(value, dict)), {})


def words(item: Json, *names: str) -> str:
    """The text under the first of these names that holds one; empty where none does."""
    found = (item.get(name) for name in names)
    return next((value for value in found if isinstance(value, str)), "")


def unread(item: Any, reason: str) -> Unread:
    """An item that could not be read, with a digest that is the same whenever it comes."""
    raw = json.dumps(item, sort_keys=True, default=str)
    return Unread(reason, raw, hashlib.sha256(raw.encode()).hexdigest())


def mapping(item: Any) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise Unreadable("the item is not a JSON object")
    return item


def identity(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    text = str(value) if isinstance(value, str | int) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise Unreadable(f"{name} is missing or is not an id of X")
    return text


def text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    if not isinstance(value, str):
        raise Unreadable(f"{name} is missing or is not text")
    return value


def moment(item: Mapping[str, Any], x_id: str) -> datetime:
    """When it was made. X writes whole seconds; where the id agrees, it knows them finer."""
    written, exact = maybe_time(item.get("created_at")), accepted_at(x_id)
    if exact is not None and (written is None or exact.replace(microsecond=0) == written):
        return exact
    if written is None:
        raise Unreadable("created_at is missing or is not a time")
    return written


def maybe_time(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
