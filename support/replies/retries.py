"""What follows from an attempt to send, and from a look for what may have been sent."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from support.replies.states import PartState
from support.x.errors import Meaning, XError, reason_for_agents, reason_to_stop
from support.x.posts import Post
from support.x.snowflakes import accepted_at

LOOK_AGAIN = timedelta(seconds=15)
"""Between two looks at our own posts; X shows a new post there only after a moment."""
LANDS = timedelta(seconds=2)
"""After a call that was cut off, until the first look: what was said may still be on its way."""
TICK = timedelta(seconds=1)
"""X tells its time in whole seconds."""
SKEW = timedelta(minutes=2)
"""How far X's clock may be from ours, where ours is all there is to go by."""
LEEWAY = timedelta(minutes=1)
"""How far apart ids of X may be from the order they were given in."""
LONGEST_WAIT = timedelta(minutes=5)
UNCLEAR_WAIT = timedelta(seconds=30)
"""Until a look that proved nothing is repeated, at most."""


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
            return Next(PartState.UNKNOWN, now + LANDS, str(error), "no_answer")
        case Meaning.DUPLICATE:
            return Next(PartState.UNKNOWN, now, reason_for_agents(error.detail), "duplicate")
        case Meaning.BY_HAND:
            return Next(PartState.HANDED, None, reason_for_agents(error.detail), "handed")
    return Next(PartState.REJECTED, None, reason_for_agents(error.detail), "refused")


def until_next_look(failed: int) -> timedelta:
    """4, 8, 16 seconds, then half a minute: after looks that X did not answer."""
    return min(timedelta(seconds=4 * 2 ** min(failed, 3)), UNCLEAR_WAIT)


def backoff(attempts: int) -> timedelta:
    """2, 4, 8 … seconds, five minutes at most."""
    return min(timedelta(seconds=2 ** min(attempts, 12)), LONGEST_WAIT)


def look_since(after_x_id: str, attempted_at: datetime) -> datetime:
    """How far back a look must reach to prove anything, in X's time.

    `after_x_id` is an id X had given before the attempt began; by our own clock, which may have
    been wrong, only where none was known.
    """
    known = accepted_at(after_x_id)
    return known - LEEWAY if known is not None else attempted_at - SKEW


def find(
    posts: Iterable[Post],
    *,
    text: str,
    targets: Collection[str],
    since: datetime,
    handed_at: datetime | None = None,
    taken: Collection[str],
) -> Post | None:
    """Our post that is this part: same target, same words, not before `since`, not another's.

    `targets` are the ids of the post answered, one for each version of it; empty for a direct
    message, whose conversation was read. A part that was handed to a person may from then on
    have been posted with other words; one with the same words is preferred.
    """
    free = [
        post
        for post in posts
        if post.x_id not in taken and _answers(post, targets) and post.posted_at >= since
    ]
    for post in free:
        if same_words(text, post.text):
            return post
    by_hand = (post for post in free if handed_at and post.posted_at >= handed_at - SKEW)
    return next(by_hand, None)


def _answers(post: Post, targets: Collection[str]) -> bool:
    return post.in_reply_to_x_id in targets if targets else not post.in_reply_to_x_id


def after_absence(
    absent_at: datetime | None, shown_at: datetime, now: datetime, *, duplicate: bool
) -> Next:
    """A complete look did not show the part; `absent_at` is when an earlier one did not.

    Both by X's clock, so that a jump of ours does not shorten the time between them.
    """
    apart = shown_at - absent_at if absent_at is not None else timedelta(0)
    if absent_at is None or apart < LOOK_AGAIN:
        wait = min(max(LOOK_AGAIN - apart, TICK), LOOK_AGAIN) + TICK
        return Next(PartState.UNKNOWN, now + wait, "", "absent")
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
