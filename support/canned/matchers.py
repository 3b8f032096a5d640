"""Matchers, each built once for a set of answers and what an account's agents taught."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from support.canned.confidence import FITTED_FROM, NEWEST, calibrated
from support.canned.lessons import Lesson, Taught
from support.canned.likeness import Matcher
from support.canned.replies import CannedReply

AT_ONCE = 3_000
"""Up to so many phrasings and lessons nobody waits long for a build."""


def built(replies: Sequence[CannedReply], lessons: Sequence[Lesson] = ()) -> Matcher:
    """A matcher that was taught the lessons, and that knows what its confidence is worth: the
    newest ones are first asked of a matcher that has not seen them."""
    matcher = Matcher(replies, lessons)
    if len(lessons) >= FITTED_FROM:
        probe = Matcher(replies, lessons[:-NEWEST])
        asked = [(probe.evidence(lesson.post), lesson) for lesson in lessons[-NEWEST:]]
        decisions = [(found, best == lesson.answer_id) for (best, found), lesson in asked]
        matcher.calibration = calibrated(decisions)
    return matcher


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
