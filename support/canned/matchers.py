"""Matchers, each built once for a set of answers and what an account's agents taught."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from support.canned.lessons import Lesson, Taught
from support.canned.likeness import Matcher
from support.canned.replies import CannedReply
from support.matching.confidence import FITTED_FROM, NEWEST, calibrated

PROBED_FROM = 100
"""Lessons from which on a part of them is held back to judge by."""
ANSWERS = (0.4, 2.5)
"""Weights of the answers' own words that are tried, beside the usual one."""
CLEARLY = 0.02
"""By so many right first places more, as a share, another weight is taken."""
FEW_PHRASINGS = 5_000
"""On larger shelves answers' words hardly count, and trying would take long."""
AT_ONCE = 1_000
"""Up to so many phrasings and lessons nobody waits long for a build."""
NO_LESSONS: Sequence[Lesson] = ()


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


def _best_probe(replies: Sequence[CannedReply], lessons: Sequence[Lesson]) -> _Probe | None:
    """The usual weight of answers, where no other is clearly better; None: nothing to judge by."""
    half = len(lessons) // 2
    asked = min(NEWEST, max(half, FITTED_FROM)) if len(lessons) >= FITTED_FROM else half
    known, unseen = lessons[:-asked], _telling(replies, lessons, asked)
    if not unseen:
        return None
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


def _telling(
    replies: Sequence[CannedReply], lessons: Sequence[Lesson], newest: int
) -> list[Lesson]:
    """Those of the newest lessons that say whether the best of these answers is right: not where
    the right one is offered elsewhere only or gone, nor where one was found after none had
    fitted."""
    here = {reply.id for reply in replies}
    answered = {lesson.post for lesson in lessons if lesson.answer_id is not None}
    return [
        lesson
        for lesson in lessons[-newest:]
        if (lesson.answer_id in here if lesson.answer_id else lesson.post not in answered)
    ]


@dataclass
class _Held:
    """One matcher, the list of lessons it learns from, and how many of them it has taken in."""

    lessons: Sequence[Lesson] = NO_LESSONS
    before: Matcher | None = None
    """What serves until the matcher stands."""
    matcher: Matcher | None = None
    begun: bool = False
    taken: int = 0
    asked_on: date = date.min
    lock: threading.Lock = field(default_factory=threading.Lock)


Key = tuple[tuple[str, ...], int | None]  # ids of the answers, account
Build = Callable[[Sequence[CannedReply], Sequence[Lesson]], Matcher]
Work = Callable[[], object]


def in_a_thread(work: Work) -> None:
    threading.Thread(target=work, daemon=True).start()


class Matchers:
    """Those of one state of the shelf. Safe to use from several threads."""

    def __init__(
        self,
        *,
        build: Build = built,
        aside: Callable[[Work], None] = in_a_thread,
        at_once: int = AT_ONCE,
    ) -> None:
        """`aside` does work while the one who asked goes on."""
        self._build = build
        self._aside = aside
        self._at_once = at_once
        self._held: dict[Key, _Held] = {}
        self._day = date.min
        self._lock = threading.Lock()

    def of(
        self,
        replies: Sequence[CannedReply],
        taught: Taught | None = None,
        on: date | None = None,
    ) -> Matcher:
        """The matcher over these answers, with every lesson so far.

        Where there is much to read nobody waits for lessons: until a matcher with them stands, the
        one there was serves, or one without any. What was last asked for before the day before
        `on` is let go.
        """
        ids = tuple(reply.id for reply in replies)
        if taught is None or not taught.lessons:
            with self._lock:
                if taught:
                    self._held.pop((ids, taught.account_id), None)
                held = self._asked((ids, None), NO_LESSONS, on)
            return self._caught_up(held, replies)
        with self._lock:
            held = self._asked((ids, taught.account_id), taught.lessons, on)
            begins, held.begun = not held.begun, True
        if held.matcher or _size(replies, taught.lessons) <= self._at_once:
            return self._caught_up(held, replies)
        if begins:
            self._aside(lambda: self._caught_up(held, replies))
        return held.matcher or held.before or self.of(replies, None, on)

    def _asked(self, key: Key, lessons: Sequence[Lesson], on: date | None) -> _Held:
        if on and on > self._day:
            still = self._held.items()
            self._held = {key: held for key, held in still if held.asked_on >= self._day}
            self._day = on
        held = self._held.get(key)
        if held is None or held.lessons is not lessons:
            before = (held.matcher or held.before) if held else None
            held = self._held[key] = _Held(lessons, before)
        held.asked_on = self._day
        return held

    def _caught_up(self, held: _Held, replies: Sequence[CannedReply]) -> Matcher:
        with held.lock:
            known = len(held.lessons)
            if held.matcher is None:
                held.matcher, held.before = self._build(replies, held.lessons[:known]), None
            else:
                for lesson in held.lessons[held.taken : known]:
                    held.matcher.learn(lesson)
            held.taken = known
            return held.matcher


def _size(replies: Sequence[CannedReply], lessons: Sequence[Lesson]) -> int:
    return len(lessons) + sum(len(reply.questions) for reply in replies)
