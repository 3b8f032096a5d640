"""Whether X lets an account answer by itself, without a person.

X's rules for automation: only whoever turned to us may be answered so, once for each time they
did, and it stops at once when they ask. What is not plainly allowed here is not sent.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from support.x.eligibility import Verdict, Why

TOO_OLD = timedelta(minutes=15)
"""What is read later is a backlog: answering it would set off a wave of old answers."""

_STOP = re.compile(
    r"(stop|stop (messages|replying|it)|unsubscribe|opt ?out|配信停止|自動(応答|返信|送信)?"
    r"(は|を)?(停止|不要|やめて|止めて|いらない|いりません).*|送らないで.*)[\s。.!！]*"
)
_HANDLES = re.compile(r"[@＠]\w+")


class Quiet(StrEnum):
    """Why nothing is said."""

    NOT_ASKED = "not_asked"
    """They did not turn to this account themselves, or X's leave is not certain."""
    TOLD_TO_STOP = "told_to_stop"
    TOO_OLD = "too_old"


def quiet(verdict: Verdict, said: Iterable[str], age: timedelta) -> Quiet | None:
    """Why a post gets no automated answer; None: it may have one.

    verdict  on answering the post through the API at all
    said     what its author wrote to us lately, this post included
    age      how long ago it was written
    """
    if verdict.why not in (Why.MENTIONED, Why.PRIVATE):
        return Quiet.NOT_ASKED
    if any(asks_to_stop(text) for text in said):
        return Quiet.TOLD_TO_STOP
    return Quiet.TOO_OLD if age > TOO_OLD else None


def asks_to_stop(text: str) -> bool:
    """Whether a message says nothing but that automated ones are not wanted."""
    plain = unicodedata.normalize("NFKC", _HANDLES.sub(" ", text)).casefold()
    return _STOP.fullmatch(" ".join(plain.split())) is not None
