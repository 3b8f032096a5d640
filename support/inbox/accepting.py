"""Storing what X pushes, as it came: many at once where many come at once.

X waits for the answer and the disk waits for every commit, so bodies that come in the same moment
share one transaction: whoever is first writes for all who are waiting behind.
"""

import threading
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, insert

from support.inbox.records import Delivery

WRITERS = 4
"""Transactions at once where the database takes several; SQLite takes one."""


@dataclass(eq=False)
class _Place:
    """One body waiting to be stored."""

    row: dict[str, object]
    done: bool = False
    error: Exception | None = None


class Inlet:
    """Stores deliveries; one per process. `accept` returns when the database has the body."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._changed = threading.Condition()
        self._waiting: list[_Place] = []
        self._writers = 0
        self._most = 1 if engine.dialect.name == "sqlite" else WRITERS

    def accept(self, app_id: int, body: bytes, at: datetime) -> None:
        """Raises what the database raises; then the body is not stored."""
        place = _Place({"app_id": app_id, "body": body, "received_at": at, **_UNREAD})
        with self._changed:
            self._waiting.append(place)
            while self._writers >= self._most and place in self._waiting:
                self._changed.wait()
            places = []
            if place in self._waiting:
                places, self._waiting = self._waiting, []
                self._writers += 1
            while not places and not place.done:
                self._changed.wait()
        if places:
            self._write(places)
        if place.error is not None:
            raise place.error

    def _write(self, places: list[_Place]) -> None:
        error: Exception | None = None
        try:
            rows = [place.row for place in places]
            with self._engine.begin() as connection:
                connection.execute(_STORE, rows if len(rows) > 1 else rows[0])
        except Exception as failure:  # each of those waiting must hear of it
            error = failure
        with self._changed:
            for place in places:
                place.done, place.error = True, error
            self._writers -= 1
            self._changed.notify_all()


_UNREAD = {"state": "new", "event_type": "", "tries": 0, "reason": ""}
_STORE = insert(Delivery)
