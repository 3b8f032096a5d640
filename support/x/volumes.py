"""How many posts a search would find, by the hour: what X counts without showing any of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from support.x import fields
from support.x.fields import Json, objects

REACH = timedelta(days=7)
"""How far back X counts, and searches."""


@dataclass(frozen=True)
class Volume:
    """So many posts from `begins_at` to before `ends_at`."""

    begins_at: datetime
    ends_at: datetime
    posts: int


def read_volumes(body: Json) -> tuple[Volume, ...]:
    """Oldest first; what cannot be read is left out."""
    found = [it for item in objects(body, "data") if (it := _volume(item)) is not None]
    return tuple(sorted(found, key=lambda it: it.begins_at))


def _volume(item: Json) -> Volume | None:
    begins, ends = fields.maybe_time(item.get("start")), fields.maybe_time(item.get("end"))
    posts = item.get("tweet_count", item.get("post_count"))
    if begins is None or ends is None or not isinstance(posts, int) or posts < 0 or ends <= begins:
        return None
    return Volume(begins, ends, posts)
