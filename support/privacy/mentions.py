"""Whether raw data of X names a person, by their id there."""

import re
from functools import lru_cache


@lru_cache(maxsize=256)
def _whole(x_id: str) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![0-9])" + re.escape(x_id.encode()) + rb"(?![0-9])")


def names(raw: bytes | str, x_id: str) -> bool:
    """As a whole number: a longer one that holds it is somebody else's."""
    data = raw.encode("utf-8", "replace") if isinstance(raw, str) else raw
    return bool(x_id) and _whole(x_id).search(data) is not None
