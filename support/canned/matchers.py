"""Matchers, each built once for a set of answers and what an account's agents taught."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from support.canned.confidence import FITTED_FROM, NEWEST, calibrated
from support.canned.lessons import Lesson, Taught
from support.canned.likeness import Matcher
from support.canned.replies import CannedReply

PROBED_FROM = 100
"""Lessons from which on a part of them is held back to judge by."""
ANSWERS = (0.4, 2.5)
"""Weights of the answers' own words that are tried, beside the usual one."""
CLEARLY = 0.02
"""By so many right first places more, as a share, another weight is taken."""
FEW_PHRASINGS = 5_000
"""On larger shelves answers' words hardly count, and trying would take long."""
AT_ONCE = 3_000
"""Up to so many phrasings and lessons nobody waits long for a build."""


@dataclass(frozen=True, slots=True)
class _Probe:
    """How a matcher did on lessons it had not seen."""

    answers: float
    decisions: list[tuple[float, bool]]

    @property
    def right(self) -> float:
        return sum(right for _, right in self.decisions) / len(self.decisions)


def built(replies: Sequence[CannedReply], lessons: Sequence[Lesson] = ()) -> Matcher:
    """A matcher that was taught the lessons, and more by them: how much the answers' own words are
    worth on this shelf, and what its confidence is. Both are found with the newest lessons, asked
    of matchers that were taught the others only."""
    probe = _best_probe(replies, lessons) if len(lessons) >= PROBED_FROM else None
    if probe is None:
        return Matcher(replies, lessons)
    matcher = Matcher(replies, lessons, answers=probe.answers)
    matcher.calibration = calibrated(probe.decisions)
    return matcher


def _best_probe(replies: Sequence[CannedReply], lessons: Sequence[Lesson]) -> _Probe:
    """The usual weight of answers, where no other is clearly better."""
    asked = min(NEWEST, max(len(lessons) // 2, FITTED_FROM), len(lessons) - PROBED_FROM // 2)
    known, unseen = lessons[:-asked], lessons[-asked:]
    usual = _probe(replies, known, unseen, 1.0)
    phrasings = sum(len(reply.questions) for reply in replies)
    if phrasings > FEW_PHRASINGS or not any(reply.answer for reply in replies):
        return usual
    others = [_probe(replies, known, unseen, answers) for answers in ANSWERS]
    return max((usual, *others), key=lambda it: it.right - CLEARLY * (it is not usual))


def _probe(
    replies: Sequence[CannedReply],
    known: Sequence[Lesson],
    unseen: Sequence[Lesson],
    answers: float,
) -> _Probe:
    matcher = Matcher(replies, known, answers=answers)
    found = [(matcher.evidence(lesson.post), lesson) for lesson in unseen]
    decisions = [(evidence, best == lesson.answer_id) for (best, evidence), lesson in found]
    return _Probe(answers, decisions)


@dataclass
class _Held:
    """One matcher, and how many of the lessons it has taken in."""

    matcher: Matcher | None = None
    taught: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


Key = tuple[tuple[str, ...], int | None]  # ids of the answers, account


class Matchers:
    """Those of one state of the shelf. Safe to use from several threads."""

    def __init__(self) -> None:
        self._held: dict[Key, tuple[int, _Held]] = {}
        self._lock = threading.Lock()

    def of(self, replies: Sequence[CannedReply], taught: Taught | None = None) -> Matcher:
        """The matcher over these answers, with every lesson so far.

        Where lessons were taken back it is built anew; on a large shelf the one there was serves
        until the new one stands.
        """
        ids, account_id, version = tuple(reply.id for reply in replies), None, 0
        lessons: Sequence[Lesson] = ()
        if taught and taught.lessons:
            account_id, version, lessons = taught.account_id, taught.version, taught.lessons
        key = (ids, account_id)
        with self._lock:
            kept_version, held = self._held.get(key, (version, _Held()))
            old, large = held.matcher, _size(replies, lessons) > AT_ONCE
            if kept_version != version:
                held = _Held()
            self._held[key] = (version, held)
        if old is not None and held.matcher is None and large:
            threading.Thread(target=_caught_up, args=(held, replies, lessons)).start()
            return old
        return _caught_up(held, replies, lessons)


def _caught_up(held: _Held, replies: Sequence[CannedReply], lessons: Sequence[Lesson]) -> Matcher:
    with held.lock:
        known = len(lessons)
        if held.matcher is None:
            held.matcher = built(replies, lessons[:known])
        else:
            for lesson in lessons[held.taught : known]:
                held.matcher.learn(lesson)
        held.taught = known
        return held.matcher


def _size(replies: Sequence[CannedReply], lessons: Sequence[Lesson]) -> int:
    return len(lessons) + sum(len(reply.questions) for reply in replies)
