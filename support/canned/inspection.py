"""What a person should look at on a shelf whose files can all be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations

from rapidfuzz import fuzz

from support.canned import blanks, lifecycle
from support.canned.replies import CannedReply
from support.matching.text import normalise
from support.x.text import POST_LIMIT, weighted_length

SIGNATURE = 40
"""Weighted characters left for a signature in a public answer."""
ALIKE = 92.0
"""From this likeness (rapidfuzz ratio, 0 to 100) two phrasings are taken for one."""
COMPARED = 2_000
"""Above so many phrasings only equal ones are looked for: comparing grows with the square."""

# A blank at its longest in a public answer: 30 weighted characters, and a link weighs 23.
_LONGEST = dict.fromkeys(blanks.KNOWN, "x" * 30) | {"dm_link": "https://x.com/i"}


def remarks(replies: Sequence[CannedReply], today: date | None = None) -> list[str]:
    """One sentence each; days are judged only when `today` is given."""
    return [
        *(remark for reply in replies for remark in _of_one(reply, today)),
        *_alike(replies),
    ]


def weight_in_public(answer: str) -> int:
    """Weighted characters of an answer with its blanks at their longest."""
    return weighted_length(at_its_longest(answer))


def at_its_longest(answer: str) -> str:
    return blanks.fill(answer, _LONGEST)


def _of_one(reply: CannedReply, today: date | None) -> Iterator[str]:
    if not reply.questions:
        yield f"{reply.id}: nobody asks for it; write what customers say under asked_as."
    for number, text in enumerate(reply.texts):
        weight = weight_in_public(text)
        if reply.channel != "dm" and weight > POST_LIMIT - SIGNATURE:
            which = f"variant {number} " if number else ""
            yield (
                f"{reply.id}: {which}weighs {weight} of {POST_LIMIT} and leaves no room for a "
                f"signature; shorten it to {POST_LIMIT - SIGNATURE} or make it a DM answer."
            )
    if len(set(map(normalise, reply.texts))) < len(reply.texts):
        yield f"{reply.id}: two of its texts say the same; X may hold equal posts back."
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
