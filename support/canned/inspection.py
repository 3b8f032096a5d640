"""What a person should look at on a shelf whose files can all be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations

from rapidfuzz import fuzz

from support.canned import blanks, lifecycle
from support.canned.replies import CannedReply
from support.canned.text import normalise
from support.x.text import POST_LIMIT, weighted_length

SIGNATURE = 40
"""Weighted characters left for a signature in a public answer."""
ALIKE = 92.0
"""From this likeness (rapidfuzz ratio, 0 to 100) two phrasings are taken for one."""
COMPARED = 2_000
"""Above so many phrasings only equal ones are looked for: comparing grows with the square."""

# What a blank may take at the most in a public answer, in weighted characters.
_ROOM = dict.fromkeys(blanks.KNOWN, 30) | {"dm_link": 23}


def remarks(replies: Sequence[CannedReply], today: date | None = None) -> list[str]:
    """One sentence each; days are judged only when `today` is given."""
    return [
        *(remark for reply in replies for remark in _of_one(reply, today)),
        *_alike(replies),
    ]


def weight_in_public(answer: str) -> int:
    """Weighted characters of an answer with its blanks at their longest."""
    return weighted_length(blanks.fill(answer, {name: "x" * n for name, n in _ROOM.items()}))


def _of_one(reply: CannedReply, today: date | None) -> Iterator[str]:
    if not reply.questions:
        yield f"{reply.id}: nobody asks for it; write what customers say under asked_as."
    weight = weight_in_public(reply.answer or "")
    if reply.channel != "dm" and weight > POST_LIMIT - SIGNATURE:
        yield (
            f"{reply.id}: weighs {weight} of {POST_LIMIT} and leaves no room for a signature; "
            f"shorten it to {POST_LIMIT - SIGNATURE} or make it a DM answer."
        )
    if today and lifecycle.why_not(reply, today) == "expired":
        yield f"{reply.id}: expired on {reply.valid_until}; renew it or take it out."
    if today and lifecycle.due_for_review(reply, today):
        yield f"{reply.id}: was to be reviewed by {reply.review_by} ({reply.owner or 'no owner'})."


def _alike(replies: Sequence[CannedReply]) -> Iterator[str]:
    """Phrasings that two answers both claim: the matcher cannot tell them apart."""
    asked = [(reply, text, normalise(text)) for reply in replies for text in reply.questions]
    for (one, text, left), (other, _, right) in _pairs(asked):
        if one.id != other.id and fuzz.ratio(left, right, score_cutoff=ALIKE):
            yield f"{one.id} and {other.id}: both are asked for by {text!r} or nearly so."


Asked = tuple[CannedReply, str, str]


def _pairs(asked: list[Asked]) -> Iterable[tuple[Asked, Asked]]:
    if len(asked) <= COMPARED:
        return combinations(asked, 2)
    first: dict[str, Asked] = {}
    return [(seen, one) for one in asked if (seen := first.setdefault(one[2], one)) is not one]
