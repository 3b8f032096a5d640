"""Media on its way up: in one call, or in pieces. Callers hold the transaction."""

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta

from support.sandbox import media, numbering, pictures, problems
from support.sandbox.world import Media, User

LIFE = timedelta(hours=24)
"""An upload that nothing carries by then is gone."""
MOST_BYTES = {"image": 5 * 1024**2, "gif": 15 * 1024**2, "video": 32 * 1024**2}
"""X takes films of 512 MB; this X as much as it reads of any request."""
FITTING = {
    "image": ("image/png", "image/jpeg", "image/webp"),
    "gif": ("image/gif",),
    "video": ("video/mp4",),
}
INVALID_IDS = "Your media IDs are invalid."


def kind(category: str) -> str:
    """image, gif or video."""
    return category.rsplit("_", 1)[-1]


def whole(
    db: sqlite3.Connection, owner: User, category: str, content: bytes, now: datetime
) -> Media:
    """Raises Problem (400) for a file that is not what its category says."""
    item = begin(db, owner, category, "", now)
    return _finish(db, item, content)


def begin(db: sqlite3.Connection, owner: User, category: str, mime: str, now: datetime) -> Media:
    item = Media(numbering.next_id(db, now), owner.id, category, mime, now)
    media.add(db, item, None)
    return item


def append(db: sqlite3.Connection, item: Media, segment: int, content: bytes) -> None:
    media.add_piece(db, item.id, segment, content)
    if len(media.pieces(db, item.id)) > MOST_BYTES[kind(item.category)]:
        raise problems.invalid("maxFileSizeExceeded")


def finalize(db: sqlite3.Connection, item: Media) -> Media:
    if media.content(db, item.id) is not None:
        return item
    return _finish(db, item, media.pieces(db, item.id))


def _finish(db: sqlite3.Connection, item: Media, content: bytes) -> Media:
    found = pictures.measure(content)
    if found is None or found.mime not in FITTING[kind(item.category)]:
        raise problems.invalid("media type unrecognized.")
    if len(content) > MOST_BYTES[kind(item.category)]:
        raise problems.invalid("maxFileSizeExceeded")
    item = replace(item, mime=found.mime, width=found.width, height=found.height)
    media.complete(db, item, content)
    return item


def of(db: sqlite3.Connection, owner: User, media_id: int, now: datetime) -> Media:
    """An upload of this owner, not yet a day old. Raises Problem (400)."""
    item = media.by_id(db, media_id)
    if item is None or item.owner_id != owner.id or now >= item.created_at + LIFE:
        raise problems.invalid(INVALID_IDS, {"media.media_ids": [f"[{media_id}]"]})
    return item


def fit_to_carry(
    db: sqlite3.Connection, owner: User, ids: tuple[int, ...], purpose: str, now: datetime
) -> tuple[Media, ...]:
    """Complete uploads made for a post ("tweet") or a message ("dm"). Raises Problem (400)."""
    found = tuple(of(db, owner, media_id, now) for media_id in dict.fromkeys(ids))
    for item in found:
        if not item.category.startswith(purpose) or media.content(db, item.id) is None:
            raise problems.invalid(INVALID_IDS, {"media.media_ids": [f"[{item.id}]"]})
    if len(found) > 1 and any(item.kind != "photo" for item in found):
        raise problems.invalid("Tweets may contain up to 4 photos, 1 animated GIF or 1 video")
    return found
