"""What somebody typed: numbers in it, and a form that could not be taken, to be shown again."""

from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import HTTPException

from support.db import storable

SECRET = ("password", "token", "secret", "csrf", "api_key", "consumer")
"""Parts of names of fields whose content does not come back on a page."""
PAGES_OWN = frozenset({"key", "answers", "last_reply_id", "answer_id", "shown", "next", "back"})
"""Fields the page filled in; they travel on, and nobody wants to read them."""
LONGEST = 20_000
LARGEST = 2**31 - 1
"""The largest number of a row, and of what else columns count."""


@dataclass(frozen=True)
class Kept:
    """`words`: what a person wrote; `rest`: what goes with it when the form is sent again."""

    path: str
    words: list[str]
    rest: list[tuple[str, str]]
    whole: bool
    """Whether the same form can be sent again from the page: nothing of it had to be left out."""


def number(written: str, most: int = LARGEST) -> int | None:
    """The whole number in digits; None for anything else, and for more than `most`."""
    digits = written.isdecimal() and len(written) <= 10
    return found if digits and (found := int(written)) <= most else None


def kept(*, doubtful: bool = False) -> Kept | None:
    """The form of this request; None where nothing was typed or it cannot be read.

    A `doubtful` one did not carry our token: only where the browser says that it is ours after all
    is it put before somebody to be sent again.
    """
    if request.method != "POST":
        return None
    try:
        fields = [(name, storable(value)) for name, value in request.form.items(multi=True)]
        files = any(file.filename for file in request.files.values())
    except (HTTPException, OSError, ValueError):  # too large, or cut off on the way
        return None
    shown = [field for field in fields if not _secret(field[0])]
    words = [value for name, value in shown if _written(name, value)]
    if not words:
        return None
    left_out = [name for name, _ in fields if _secret(name) and name != "csrf_token"]
    short = sum(len(value) for _, value in shown) <= LONGEST
    whole = not files and not left_out and short and (not doubtful or _known_to_be_ours())
    return Kept(request.full_path.rstrip("?"), words, shown, whole)


def _secret(name: str) -> bool:
    return any(part in name.lower() for part in SECRET)


def _written(name: str, value: str) -> bool:
    """Rather what somebody wrote than a number or a choice."""
    if not value.strip() or name in PAGES_OWN:
        return False
    return not value.isascii() or any(sign.isspace() for sign in value)


def _known_to_be_ours() -> bool:
    """Whether the browser said the form stands on a page of ours; `security` refused the others."""
    return any(request.headers.get(name) for name in ("Sec-Fetch-Site", "Origin"))
