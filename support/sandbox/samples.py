"""A picture and a film to show where none came."""

import struct
import zlib
from functools import cache
from pathlib import Path

FILM = Path(__file__).resolve().parents[2] / "static" / "sandbox" / "sample.mp4"
FILM_SIZE = (160, 90)
FILM_MS = 1500


@cache
def film() -> bytes:
    return FILM.read_bytes()


_COLOURS = ((196, 122, 98), (176, 150, 84), (118, 150, 92), (84, 148, 140), (88, 126, 172),
            (126, 110, 176), (172, 104, 150), (120, 120, 128))  # fmt: skip


def picture(number: int, width: int, height: int) -> bytes:
    """A picture of a quiet colour with a lighter band, as PNG; the same for the same number."""
    colour = _COLOURS[number % len(_COLOURS)]
    light = tuple(value + (255 - value) // 2 for value in colour)
    rows = [
        b"\0" + bytes(light if height // 3 <= row < height * 2 // 3 else colour) * width
        for row in range(height)
    ]
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
