"""Reading once more what was kept because it could not be read, or stored, when it came."""

import json
from typing import Any

from support.x import fields
from support.x.account_activity import read_post
from support.x.events import read_encrypted
from support.x.payloads import Included, dm_of, post_of
from support.x.posts import Post, Unreadable
from support.x.pushed_dms import message_of


def read_again(raw: str) -> Post:
    """The item by the readers of today; its own words tell which of X's shapes it has.

    Raises Unreadable.
    """
    if not raw:
        raise Unreadable("nothing was kept of it")
    try:
        item = fields.mapping(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"what was kept is not JSON: {type(error).__name__}") from error
    return _read(item)


def _read(item: dict[str, Any]) -> Post:
    if "message_create" in item:
        return message_of(item, {})
    if "created_at_msec" in item:
        return read_encrypted(item)
    if "dm_conversation_id" in item:
        return dm_of(item, Included())
    if "id_str" in item or "user" in item:
        return read_post(item)
    return post_of(item, Included())
