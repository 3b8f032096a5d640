"""What X counts together: an endpoint without the ids in its path, and how headers count it."""

from collections.abc import Mapping
from dataclasses import dataclass

_NAMES = {"username": ":username"}
"""A word of the path after which a name stands, and what stands for the name."""

STREAMS = {
    "mentions": "GET /2/users/:id/mentions",
    "dms": "GET /2/dm_events",
    "own": "GET /2/users/:id/tweets",
}
"""What reading each stream of an account asks X for."""
PUSHED = {"mentions": "post.mention.create", "dms": "dm.received", "own": "post.create"}
"""The event by which X pushes what a stream shows."""

SEARCHING = "GET /2/tweets/search/recent"
"""What a search asks X for."""
SENDING = {
    "posts": "POST /2/tweets",
    "dms": "POST /2/dm_conversations/with/:id/messages",
}
"""What sending asks X for, in public and in private."""

WINDOW, USER_DAY, APP_DAY = "window", "user_day", "app_day"
_PREFIXES = {
    WINDOW: "x-rate-limit",
    USER_DAY: "x-user-limit-24hour",
    APP_DAY: "x-app-limit-24hour",
}
_FAR = 4_102_444_800
"""2100-01-01, in epoch seconds: a reset beyond it is no date."""


@dataclass(frozen=True)
class Count:
    """One of X's counts as an answer's headers told it."""

    name: str
    """window (a quarter of an hour, as a rule), user_day, or app_day: shared by all accounts."""
    limit: int
    remaining: int
    reset: int
    """When it begins anew, in epoch seconds."""


def family(method: str, path: str) -> str:
    """The method and the path with ids and names replaced: GET /2/users/:id/mentions."""
    words: list[str] = []
    for word in path.split("?")[0].strip("/").split("/"):
        before = words[-1] if words else ""
        if before in _NAMES:
            words.append(_NAMES[before])
        else:
            words.append(":id" if words and any(c.isdigit() for c in word) else word)
    return f"{method.upper()} /{'/'.join(words)}"


def counts(headers: Mapping[str, str]) -> list[Count]:
    """The counts an answer tells; what is missing or no number is left out."""
    told = [_count(name, prefix, headers) for name, prefix in _PREFIXES.items()]
    return [count for count in told if count is not None]


def _count(name: str, prefix: str, headers: Mapping[str, str]) -> Count | None:
    words = [headers.get(f"{prefix}-{what}", "") for what in ("limit", "remaining", "reset")]
    if not all(word.isascii() and word.isdigit() and len(word) < 16 for word in words):
        return None
    limit, remaining, reset = map(int, words)
    return Count(name, limit, remaining, reset) if reset < _FAR else None


def opens_at(told: list[Count]) -> int | None:
    """When a call that was refused for its number may be repeated; None: X did not say."""
    used_up = [count.reset for count in told if count.remaining == 0]
    window = [count.reset for count in told if count.name == WINDOW]
    return max(used_up or window, default=None)
