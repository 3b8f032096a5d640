"""Watches the parts: how far the run is, and how long one is in doubt whose worker died."""

import threading
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from tests.faults.facts import connect

EVERY = 0.1
"""Seconds between two looks."""
IN_DOUBT = ("posting", "unknown")
WAITING = ("held", "queued", "posting")


class Watcher(threading.Thread):
    """Told of every death; `seconds` holds how long each part it left behind was in doubt."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._url = url
        self._lock = threading.Lock()
        self._dead: dict[int, float] = {}
        self._left: dict[int, tuple[str, float]] = {}
        self._over = threading.Event()
        self._counted_at = 0.0
        self.seconds: list[float] = []
        self.longest = (0.0, 0)
        """Seconds, and the part that was in doubt for so long."""
        self.states: Counter[str] = Counter()
        """How many parts are in which state, as of a second ago."""

    def died(self, pid: int) -> None:
        with self._lock:
            self._dead[pid] = time.monotonic()

    def stop(self) -> None:
        """Looks once more: what has come out since the last look is in doubt no longer."""
        self._over.set()
        self.join()
        with closing(connect(self._url)) as db:
            self._look(db)

    @property
    def unresolved(self) -> list[int]:
        """The parts that dead workers left behind and that were in doubt at the last look."""
        return sorted([*self._left])

    @property
    def tried(self) -> int:
        """Parts that were out of the queue at least once."""
        return sum(count for state, count in self.states.items() if state not in WAITING)

    @property
    def waiting(self) -> int:
        return sum(self.states[state] for state in WAITING)

    def run(self) -> None:
        while not self._over.wait(EVERY):
            try:
                with closing(connect(self._url)) as db:
                    while not self._over.wait(EVERY):
                        self._look(db)
            except Exception:  # the database is away, as it sometimes is here
                self._over.wait(EVERY)

    def _look(self, db: Any) -> None:
        if time.monotonic() - self._counted_at > 1.0:
            self._counted_at = time.monotonic()
            counts = "SELECT state, count(*) FROM reply_parts GROUP BY state"
            self.states = Counter(dict(_rows(db, counts)))
        self._follow(db)

    def _follow(self, db: Any) -> None:
        with self._lock:
            dead, self._dead = self._dead, {}
        if not dead and not self._left:
            return
        try:
            found = {part_id: (state, owner) for part_id, state, owner in self._parts(db)}
        except Exception:
            with self._lock:
                self._dead = dead | self._dead
            raise
        for part_id, (state, owner) in found.items():
            pid = int(owner.split(":")[1]) if state == "posting" else 0
            if pid in dead:
                self._left.setdefault(part_id, (owner, dead[pid]))
        for part_id, (owner, since) in [*self._left.items()]:
            state, holder = found.get(part_id, ("", ""))
            if state not in IN_DOUBT or (state == "posting" and holder != owner):
                took = time.monotonic() - since
                self.seconds.append(took)
                self.longest = max(self.longest, (took, part_id))
                del self._left[part_id]

    def _parts(self, db: Any) -> Iterable[Any]:
        states = ", ".join(f"'{state}'" for state in IN_DOUBT)
        query = f"SELECT id, state, lease_owner FROM reply_parts WHERE state IN ({states})"
        return _rows(db, query)


def _rows(db: Any, query: str) -> list[Any]:
    cursor = db.cursor()
    cursor.execute(query)
    rows = list(cursor.fetchall())
    db.rollback()
    return rows
