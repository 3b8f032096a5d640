"""What follows from an attempt to send, and from a look for what may have been sent."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from support.replies.states import PartState
from support.x.errors import Meaning, XError, reason_for_agents, reason_to_stop
from support.x.posts import Post

LOOK_AGAIN = timedelta(seconds=20)
"""Between two looks at our own posts; X shows a new post there only after a moment."""
LOOKS_FOR_ABSENCE = 2
SKEW = timedelta(minutes=2)
"""How far X's clock may be from ours when posts are compared with an attempt."""
LONGEST_WAIT = timedelta(minutes=5)


@dataclass(frozen=True)
class Next:
    """What a part becomes, from when it may be touched again, and why."""

    state: PartState
    not_before: datetime | None = None
    reason: str = ""
    outcome: str = ""
    """One word for the attempt log."""
    stops_account: bool = False


def after_error(error: XError, attempts: int, now: datetime) -> Next:
    """Only what surely preceded acceptance is repeated by machine; the rest asks or looks."""
    match error.meaning:
        case Meaning.NOT_SENT:
            again = max(error.retry_at or now, now) if error.retry_at else now + backoff(attempts)
            return Next(PartState.QUEUED, again, str(error), "retry")
        case Meaning.ACCOUNT:
            return Next(
                PartState.QUEUED, None, reason_to_stop(error), "account", stops_account=True
            )
        case Meaning.NO_ANSWER:
            return Next(PartState.UNKNOWN, now + timedelta(seconds=2), str(error), "no_answer")
        case Meaning.DUPLICATE:
            return Next(PartState.UNKNOWN, now, reason_for_agents(error.detail), "duplicate")
        case Meaning.BY_HAND:
            return Next(PartState.HANDED, None, reason_for_agents(error.detail), "handed")
    return Next(PartState.REJECTED, None, reason_for_agents(error.detail), "refused")


def backoff(attempts: int) -> timedelta:
    """2, 4, 8 … seconds, five minutes at most."""
    return min(timedelta(seconds=2 ** min(attempts, 12)), LONGEST_WAIT)


def find(
    posts: Iterable[Post],
    *,
    text: str,
    targets: Collection[str],
    attempted_at: datetime,
    handed_at: datetime | None = None,
    taken: Collection[str],
) -> Post | None:
    """Our post that is this part: same target, same words, not before the attempt, not another's.

    `targets` are the ids of the post answered, one for each version of it; empty for a direct
    message, whose conversation was read. A part that was handed to a person may have been
    posted with other words; one with the same words is preferred.
    """
    free = [post for post in posts if post.x_id not in taken and _answers(post, targets)]
    for post in free:
        if post.posted_at >= attempted_at - SKEW and same_words(text, post.text):
            return post
    by_hand = (post for post in free if handed_at and post.posted_at >= handed_at - SKEW)
    return next(by_hand, None)


def _answers(post: Post, targets: Collection[str]) -> bool:
    return post.in_reply_to_x_id in targets if targets else not post.in_reply_to_x_id


def after_absence(looks: int, now: datetime, *, duplicate: bool) -> Next:
    """A complete look did not show the part; `looks` counts them, this one included."""
    if looks < LOOKS_FOR_ABSENCE:
        return Next(PartState.UNKNOWN, now + LOOK_AGAIN, "", "absent")
    if duplicate:
        reason = reason_for_agents("duplicate content")
        return Next(PartState.REJECTED, None, reason, "refused")
    return Next(PartState.QUEUED, now, "", "absent")


_URL = re.compile(r"https?://\S+")


def same_words(ours: str, on_x: str) -> bool:
    """Whether a post is what we sent; X puts a link after the words when it carries pictures."""
    words = comparable(ours)
    return comparable(on_x) in (words, f"{words} <url>")


def comparable(text: str) -> str:
    """Text as far as X leaves it alone: links become t.co, spaces may be folded."""
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    return _URL.sub("<url>", re.sub(r"^(@\w+\s+)+", "", folded))
