"""Whether a password is on a list of leaked ones: a file the operator puts there.

Two forms: a sorted list of SHA-1 digests as the well-known collection is downloaded (`DIGEST` or
`DIGEST:COUNT` a line, any size, found by halving), or a list of passwords, one a line.
"""

import hashlib
import re
import unicodedata
from pathlib import Path
from typing import BinaryIO

_DIGEST = re.compile(rb"^[0-9A-Fa-f]{40}(:\d+)?\s*$")


def is_breached(password: str, path: Path) -> bool:
    """Raises OSError where the file cannot be read."""
    plain = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    with path.open("rb") as lines:
        if not _DIGEST.match(lines.readline(64)):
            lines.seek(0)
            return any(_spelt(line) == plain for line in lines)
        wanted = hashlib.sha1(plain, usedforsecurity=False).hexdigest().upper().encode()
        return _found(lines, wanted)


def _spelt(line: bytes) -> bytes:
    words = line.rstrip(b"\r\n").decode("utf-8", "replace")
    return unicodedata.normalize("NFKC", words).encode()


def _found(lines: BinaryIO, wanted: bytes) -> bool:
    """Halves the file until one line is left; lines need not be equally long."""
    low, high = 0, lines.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        lines.seek(middle)
        if middle:
            lines.seek(middle - 1)
            lines.readline()  # to the beginning of the next line
        start = lines.tell()
        line = lines.readline()
        if not line or start >= high:
            high = middle
        elif (here := line[:40].upper()) == wanted:
            return True
        elif here < wanted:
            low = lines.tell()
        else:
            high = middle
    return False
