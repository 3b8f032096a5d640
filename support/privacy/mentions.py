"""Whether raw data of X, or a colleague's line, names a person."""

import re
from collections.abc import Callable, Collection
from functools import lru_cache


@lru_cache(maxsize=256)
def _whole(x_id: str) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![0-9])" + re.escape(x_id.encode()) + rb"(?![0-9])")


def names(raw: bytes | str, x_id: str) -> bool:
    """As a whole number: a longer one that holds it is somebody else's."""
    data = raw.encode("utf-8", "replace") if isinstance(raw, str) else raw
    return bool(x_id) and _whole(x_id).search(data) is not None


def told_of(username: str, name: str, x_id: str, tickets: Collection[int]) -> Callable[[str], bool]:
    """Whether a line colleagues wrote tells of somebody: by handle, id, ticket, or name.

    Anybody calls themselves anything ("support"): a name counts where somebody is called by it.
    """
    called = r"さん|様|さま|氏|くん|君|ちゃん"
    marks = [rf"[#＃]{number}(?![0-9])" for number in tickets]
    for word in filter(None, (username, x_id)):
        marks.append(rf"(?<![a-z0-9_]){re.escape(word.casefold())}(?![a-z0-9_])")
    if name.strip():
        marks.append(rf"{re.escape(name.strip().casefold())}[ 　]?(?:{called})")
    pattern = re.compile("|".join(marks) or r"(?!)")
    return lambda line: pattern.search(line.casefold()) is not None
