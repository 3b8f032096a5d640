"""The shelf: a folder of prepared answers, read again when a file in it changes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from support.canned import front_matter, inspection, lifecycle
from support.canned.front_matter import Fault
from support.canned.lessons import Taught
from support.canned.likeness import Matcher
from support.canned.matchers import Matchers
from support.canned.replies import CannedReply, Channel

if TYPE_CHECKING:
    from support.canned.learning import School

# A file as last seen: time of change in nanoseconds, size in bytes, its number on the disk.
Stamp = tuple[int, int, int]
Read = tuple[CannedReply | None, list[Fault]]

UNSETTLED = 3.0
"""Seconds in which a file may change again and keep its stamp: some disks count in whole ones."""


@dataclass(frozen=True)
class _Contents:
    """What the shelf held at one moment."""

    replies: tuple[CannedReply, ...] = ()
    faults: tuple[Fault, ...] = ()
    paths: dict[str, str] = field(default_factory=dict)
    """Id of an answer → its file."""
    matchers: Matchers = field(default_factory=Matchers)


class Shelf:
    """Prepared answers from Markdown files; the folders they stand in are their categories.

    Files named README.md or beginning with a dot or an underscore are left alone. A file that
    cannot be used is named in `faults`; the others stay in service. The folder is looked at again
    at most every `every` seconds of `clock`, and only changed files are read.
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        every: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.folder = Path(folder)
        self._every = every
        self._clock = clock
        self._wall = wall
        self._looked_at: float | None = None
        self._read: dict[str, tuple[Stamp, Read]] = {}
        self._unsettled: set[str] = set()
        self._begun = False
        self._contents = _Contents()
        self._lock = threading.Lock()
        self.schools: dict[int, School] = {}
        """By account, what its agents taught; `learning` looks after it."""

    @property
    def replies(self) -> tuple[CannedReply, ...]:
        return self._current().replies

    @property
    def faults(self) -> tuple[Fault, ...]:
        return self._current().faults

    def get(self, reply_id: str) -> CannedReply | None:
        return next((reply for reply in self.replies if reply.id == reply_id), None)

    def path_of(self, reply_id: str) -> str | None:
        """The file an answer stands in, relative to the folder."""
        return self._current().paths.get(reply_id)

    def look_again(self, *changed: str) -> None:
        """The next question sees the folder as it is now; `changed` are read again in any case."""
        with self._lock:
            self._unsettled.update(changed)
            self._looked_at = None

    def matcher(
        self,
        channel: Channel = "both",
        on: date | None = None,
        language: str | None = None,
        *,
        taught: Taught | None = None,
    ) -> Matcher:
        """The matcher over the answers that may be offered there on that day.

        `on` None leaves the days of validity aside. One matcher is kept for each distinct set of
        answers and each account that taught it something.
        """
        contents = self._current()
        replies = lifecycle.offered(contents.replies, on, channel, language)
        return contents.matchers.of(replies, taught, on)

    def _current(self) -> _Contents:
        with self._lock:
            now = self._clock()
            if self._looked_at is None or now - self._looked_at >= self._every:
                self._look()
                self._looked_at = now
            return self._contents

    def _look(self) -> None:
        """Read what changed; the answers change hands only when something did."""
        read = {}
        unsettled = set()
        before = self._wall() - UNSETTLED
        for path, stamp in self._seen():
            kept = self._read.get(path)
            if kept is None or kept[0] != stamp or path in self._unsettled:
                kept = stamp, self._read_file(path)
            read[path] = kept
            if stamp[0] / 1e9 > before:
                unsettled.add(path)
        same = list(self._as_read(read)) == list(self._as_read(self._read))
        self._read, self._unsettled = read, unsettled
        if not same or not self._begun:
            self._contents, self._begun = self._gathered(), True

    @staticmethod
    def _as_read(files: dict[str, tuple[Stamp, Read]]) -> Iterator[tuple[str, Read]]:
        return ((path, found) for path, (_, found) in files.items())

    def _seen(self) -> Iterator[tuple[str, Stamp]]:
        for path in sorted(self.folder.rglob("*.md")):
            relative = path.relative_to(self.folder)
            if path.name == "README.md" or any(p[0] in "._" for p in relative.parts):
                continue
            try:
                stat = path.stat()
            except OSError:  # gone between the listing and the look
                continue
            yield relative.as_posix(), (stat.st_mtime_ns, stat.st_size, stat.st_ino)

    def _read_file(self, path: str) -> Read:
        try:
            raw = (self.folder / path).read_bytes()
        except OSError as error:
            return None, [Fault(path, None, f"the file cannot be read: {error.strerror}.")]
        return front_matter.read(path, raw)

    def _gathered(self) -> _Contents:
        holders: dict[str, str] = {}
        replies: list[CannedReply] = []
        faults: list[Fault] = []
        if not self.folder.is_dir():
            faults.append(Fault(str(self.folder), None, "there is no such folder of answers."))
        for path, (_, (reply, found)) in self._read.items():
            faults.extend(found)
            if reply is None:
                continue
            first = holders.setdefault(reply.id, path)
            if first == path:
                replies.append(reply)
            else:
                sentence = f"its id {reply.id!r} is already that of {first}, which is kept."
                faults.append(Fault(path, None, sentence))
        return _Contents(tuple(replies), tuple(faults), holders)


def check(shelf: Shelf, today: date | None = None) -> list[str]:
    """Everything a person should look at, one sentence each; an empty list is a sound shelf."""
    if not shelf.replies and not shelf.faults:
        return ["the shelf is empty; canned_replies/README.md says how to add an answer."]
    return [str(fault) for fault in shelf.faults] + inspection.remarks(shelf.replies, today)
