"""Files of pictures and films: what one is, by its first bytes."""

import struct
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    mime: str
    width: int
    height: int


def measure(content: bytes) -> Measured | None:
    """What the file says of itself; None for a kind X does not take. A film's size is unknown."""
    for start, read in _READERS.items():
        if content.startswith(start):
            try:
                return read(content)
            except (struct.error, IndexError):
                return None
    if content[4:8] == b"ftyp":
        return Measured("video/mp4", 0, 0)
    return None


def _png(content: bytes) -> Measured:
    return Measured("image/png", *struct.unpack(">II", content[16:24]))


def _gif(content: bytes) -> Measured:
    return Measured("image/gif", *struct.unpack("<HH", content[6:10]))


def _webp(content: bytes) -> Measured | None:
    """Only the canvas of the extended form tells its size plainly; others are shown as square."""
    if content[8:12] != b"WEBP":
        return None
    if content[12:16] == b"VP8X":
        width = int.from_bytes(content[24:27], "little") + 1
        return Measured("image/webp", width, int.from_bytes(content[27:30], "little") + 1)
    return Measured("image/webp", 512, 512)


def _jpeg(content: bytes) -> Measured | None:
    """Walks the segments to the frame header, which holds height and width."""
    place = 2
    while place + 9 < len(content):
        kind, length = content[place + 1], struct.unpack(">H", content[place + 2 : place + 4])[0]
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return Measured("image/jpeg", width, height)
        place += 2 + length
    return None


_READERS: dict[bytes, Callable[[bytes], Measured | None]] = {
    b"\x89PNG\r\n\x1a\n": _png,
    b"GIF8": _gif,
    b"RIFF": _webp,
    b"\xff\xd8": _jpeg,
}
