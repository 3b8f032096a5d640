"""How much in trouble with our product the author of a public post is, and why.

Points are added: what we are called, prepared phrasings that say something does not work, signs for
and against, how old the post is, how far it carries, what earlier decisions taught. A post that
names no product of ours, or says nothing of trouble, is kept low whatever else it says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from support.outreach.explanation import Reason
from support.outreach.lessons import Learned, learn, lesson
from support.outreach.names import Names, Words, names
from support.outreach.phrasings import MIDDLE, STRONG, Hit, built_in
from support.outreach.reading import Reading, Span, read
from support.outreach.signs import (
    AGAINST,
    DENIED,
    DISPROVED,
    FOR,
    HYPOTHETICAL,
    OF_OTHERS,
    SARCASTIC,
    Sign,
    signs,
)

__all__ = ["HIGH", "MIDDLING", "Learned", "Reason", "Trouble", "Words", "judge", "learn"]

HIGH, MIDDLING = 70, 45
Level = Literal["high", "middle", "low"]
NAMED, GUESSED = 25, 18
ANOTHER, MOST_OTHERS = 6, 12
"""A further phrasing, and all further ones together."""
MOST_FOR = 24
CAPS = {"no_product": 40, "only_rival": 20, "no_trouble": 35}
"""What a post may reach that lacks what it takes."""
RIVAL = -10
DENIED_POINTS = -15
"""Who says that it is not slow is content, unless something else is."""
AGES = ((timedelta(hours=2), 5), (timedelta(hours=12), 2), (timedelta(days=1), 0))
OLD, VERY_OLD = -8, -20
VERY_OLD_FROM = timedelta(days=3)
REACHES = ((10_000, 4), (1_000, 2))
PASSING, PASSED_ON, PASSED_BY = -8, 8, 0.6
"""Japanese says last what matters: one phrasing that ends before that share of the post, with so
many letters after it that are no name and nothing for it, is often touched in passing."""
ONLY_UNLESS_STRONG = {"asking"}
ONLY_WITHOUT_TROUBLE = {"praise", "wish"}


@dataclass(frozen=True)
class Trouble:
    """The points of the reasons add up to the score, but it stays within 0 and 100."""

    score: int
    reasons: tuple[Reason, ...]
    phrase: str = ""
    """The prepared phrasing that weighs most, as it is listed; empty: none counts."""

    @property
    def level(self) -> Level:
        if self.score >= HIGH:
            return "high"
        return "middle" if self.score >= MIDDLING else "low"


def judge(
    text: str,
    *,
    words: Words,
    age: timedelta,
    followers: int | None,
    learned: Learned | None = None,
) -> Trouble:
    """`followers` None: X did not say. Spans of the reasons are places in `text`."""
    post = _Post(text, read(text))
    named = names(post.reading, words)
    hits = _Hits(post, named)
    reasons = [
        *_of_names(post, named),
        *hits.reasons(),
        *_of_signs(post, named, hits),
        *_of_age(age),
        *_of_reach(followers),
        *_of_lesson(post, learned),
    ]
    reasons += _of_cap(sum(reason.points for reason in reasons), named, hits)
    score = max(0, min(100, sum(reason.points for reason in reasons)))
    return Trouble(score, tuple(reasons), hits.first.phrasing.text if hits.first else "")


@dataclass(frozen=True)
class _Post:
    text: str
    reading: Reading

    def reason(self, kind: str, points: int, places: Sequence[Span]) -> Reason:
        """A reason that shows itself at these places of the reading."""
        spans = tuple(self.reading.span(*place) for place in places)
        said = dict.fromkeys(self.text[start:end] for start, end in spans)
        return Reason(kind, points, spans, {"words": "・".join(said)})


class _Hits:
    """The phrasings of a post: those that count, and those that do not and why."""

    def __init__(self, post: _Post, named: Names) -> None:
        self._post = post
        self._named = named
        self.counted: list[Hit] = []
        self.passed: list[tuple[Hit, str]] = []
        for hit in built_in().found(post.reading):
            if any(name.start <= hit.start and hit.end <= name.end for name in named.all):
                continue
            why = _why_not(hit, post.reading, named)
            if why:
                self.passed.append((hit, why))
            else:
                self.counted.append(hit)
        sarcastic = SARCASTIC.search(post.reading.words)
        self.sarcastic = sarcastic.span() if sarcastic and named.ours else None

    @property
    def best(self) -> int:
        most = max((hit.phrasing.points for hit in self.counted), default=0)
        return max(most, MIDDLE if self.sarcastic else 0)

    @property
    def first(self) -> Hit | None:
        """The one that weighs most."""
        return max(self.counted, key=lambda hit: hit.phrasing.points, default=None)

    @property
    def is_in_passing(self) -> bool:
        """Whether trouble is said once and the post goes on to something else."""
        if len(self.counted) != 1 or self.sarcastic:
            return False
        end, words = self.counted[0].end, list(self._post.reading.words)
        for name in self._named.all:
            words[max(end, name.start) : name.end] = " " * (name.end - max(end, name.start))
        before, after = (sum(map(str.isalnum, it)) for it in (words[:end], words[end:]))
        return after >= PASSED_ON and after > (1 - PASSED_BY) * (before + after)

    @property
    def are_of_rivals(self) -> bool:
        return not self.best and any(why == "of_rival" for _, why in self.passed)

    def reasons(self) -> Iterator[Reason]:
        left = MOST_OTHERS
        texts: set[str] = set()
        first = self.first
        for hit in self.counted:
            if hit is first:
                points = hit.phrasing.points
            else:
                points = min(left, ANOTHER) if hit.phrasing.text not in texts else 0
                left -= points
            texts.add(hit.phrasing.text)
            yield self._post.reason(hit.phrasing.kind, points, [(hit.start, hit.end)])
        if self.sarcastic:
            points = max(0, MIDDLE - (first.phrasing.points if first else 0))
            yield self._post.reason("sarcastic", points, [self.sarcastic])
        denied = DENIED_POINTS if self.best < MIDDLE else 0
        for hit, why in self.passed:
            yield self._post.reason(why, denied if why == "denied" else 0, [(hit.start, hit.end)])
            denied = denied if why != "denied" else 0


def _why_not(hit: Hit, reading: Reading, named: Names) -> str | None:
    """Why a phrasing does not count; None where it does."""
    words = reading.words
    owner = named.owner(hit.start, reading.sentence(hit.start))
    if owner and not owner.is_ours:
        return "of_rival"
    if DENIED.match(words, hit.end) or DISPROVED.match(words, hit.end):
        return "denied"
    if HYPOTHETICAL.match(words, hit.end):
        return "hypothetical"
    return "of_others" if OF_OTHERS.match(words, hit.end) else None


def _of_names(post: _Post, named: Names) -> Iterator[Reason]:
    exact = [(name.start, name.end) for name in named.ours if not name.is_guessed]
    guessed = [(name.start, name.end) for name in named.ours if name.is_guessed]
    if exact:
        yield post.reason("product", NAMED, exact)
    elif guessed:
        yield post.reason("guessed", GUESSED, guessed)
    if named.theirs:
        points = 0 if exact or guessed else RIVAL
        yield post.reason("rival", points, [(name.start, name.end) for name in named.theirs])


def _of_signs(post: _Post, named: Names, hits: _Hits) -> Iterator[Reason]:
    words = post.reading.words
    if hits.best:
        left = MOST_FOR
        found = signs(_before_our_names(words, named), FOR)
        if not found and hits.is_in_passing:
            yield post.reason("passing", PASSING, [(hits.counted[0].start, hits.counted[0].end)])
        for sign in found:
            points = min(left, sign.points)
            left -= points
            yield post.reason(sign.kind, points, sign.places)
    for sign in signs(words, AGAINST):
        if _applies(sign, hits.best):
            yield post.reason(sign.kind, sign.points, sign.places)


def _before_our_names(words: str, named: Names) -> str:
    """Without names of ours at its end: 「消えてる ひかり回線」 ends as 「消えてる」 does."""
    starts = {name.end: name.start for name in named.ours}
    rest = words.rstrip()
    while len(rest) in starts:
        rest = rest[: starts[len(rest)]].rstrip()
    return rest


def _applies(sign: Sign, best: int) -> bool:
    if sign.kind in ONLY_WITHOUT_TROUBLE:
        return best < MIDDLE
    return not (sign.kind in ONLY_UNLESS_STRONG and best >= STRONG)


def _of_age(age: timedelta) -> Iterator[Reason]:
    for until, points in AGES:
        if age <= until:
            if points:
                yield Reason("fresh", points)
            return
    yield Reason("old", OLD if age <= VERY_OLD_FROM else VERY_OLD)


def _of_reach(followers: int | None) -> Iterator[Reason]:
    for least, points in REACHES:
        if followers is not None and followers >= least:
            yield Reason("reach", points, values={"count": followers})
            return


def _of_lesson(post: _Post, learned: Learned | None) -> Iterator[Reason]:
    taught = lesson(post.reading, learned)
    if taught:
        kind = "approved_before" if taught.points > 0 else "skipped_before"
        spans = tuple(post.reading.span(*place) for place in taught.places)
        yield Reason(kind, taught.points, spans, {"count": taught.count})


def _of_cap(total: int, named: Names, hits: _Hits) -> Iterator[Reason]:
    kind = None
    if hits.are_of_rivals:
        kind = "only_rival"
    elif not named.ours:
        kind = "no_product"
    elif not hits.best:
        kind = "no_trouble"
    if kind and total > CAPS[kind]:
        yield Reason(kind, CAPS[kind] - total)
