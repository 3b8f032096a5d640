"""Where this X serves pictures and films."""

import hashlib
from dataclasses import dataclass

from support.sandbox.world import Media

_ENDINGS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "mp4",
    "video/mp4": "mp4",
}


@dataclass(frozen=True)
class Addresses:
    file: str
    """Of the picture or the film itself."""
    preview: str
    """Of a still picture of a film."""


def public(base: str, item: Media) -> Addresses:
    """`base` is this X's own address, without a slash at the end."""
    place = f"{base}/sandbox/files/{item.id}"
    return Addresses(f"{place}.{_ENDINGS[item.mime]}", f"{place}-preview.png")


def private(base: str, item: Media, message_id: int) -> Addresses:
    """As X writes them for messages: three ids, and an authorised reader only."""
    place = f"{base}/1.1/ton/data/dm/{message_id}/{item.id}/{resource(item.id)}"
    return Addresses(f"{place}.{_ENDINGS[item.mime]}", f"{place}-preview.png")


def resource(media_id: int) -> str:
    """The third id of a private file."""
    return hashlib.sha256(str(media_id).encode()).hexdigest()[:10]


def link(holder_id: int) -> str:
    """The short link X puts behind the text of a post that carries media."""
    return f"https://t.co/{hashlib.sha256(str(holder_id).encode()).hexdigest()[:10]}"


def face(base: str, user_id: int) -> str:
    """The small size; "_400x400" in place of "_normal" is the large one."""
    return f"{base}/sandbox/faces/{user_id}_normal.png"
