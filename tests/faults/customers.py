"""The people on X: they write at a pace, whatever becomes of the desk meanwhile."""

import threading
import time
from typing import Any

import httpx

from tests.faults.plan import Errand
from tests.faults.world import CARE, LABO, World

AT_ONCE = 20
MOST_UNREAD = 500
"""X shows the 800 newest mentions only: beyond that the desk could not know what it missed."""
LIMITED_TO = "other"
"""Who may reply: X refuses the API then, and lets a person."""


class Customers(threading.Thread):
    """Writes every errand's message, in order."""

    def __init__(self, world: World, errands: list[Errand], per_second: float) -> None:
        super().__init__(daemon=True)
        self._world, self._errands, self._pace = world, errands, per_second
        self.written = 0

    def run(self) -> None:
        begun, room = time.monotonic(), 0
        while self.written < len(self._errands):
            due = int((time.monotonic() - begun) * self._pace) + 1
            these = self._errands[self.written : min(due, self.written + AT_ONCE)]
            room = room if room >= len(these) else self._room()
            if these and room >= len(these) and self._write(these):
                self.written += len(these)
                room -= len(these)
            else:
                time.sleep(0.2)

    def _room(self) -> int:
        """How many more the desk can miss without losing one; X counts, so it is asked seldom."""
        try:
            unread = [
                self._world.x.control.get("/state", params={"account": handle}).json()
                for handle in (CARE, LABO)
            ]
            waiting = max(int(state["mentions"]["waiting"]) for state in unread)
        except (httpx.HTTPError, ValueError, KeyError):
            return 0
        return max(0, MOST_UNREAD - waiting)

    def _write(self, these: list[Errand]) -> bool:
        """All of them or, while X is away, none; who is not sure writes again, to no harm."""
        try:
            self._world.x.tell("story", [self._item(errand) for errand in these])
        except httpx.HTTPError:
            return False
        return True

    def _item(self, errand: Errand) -> dict[str, Any]:
        about: dict[str, Any] = {"text": errand.words, "ref": f"customer:{errand.serial}"}
        if errand.kind == "dm":
            to = {"username": errand.account}
            return about | {"kind": "dm", "sender": {"username": errand.by}, "to": to}
        if errand.follows is not None:
            about["in_reply_to_ref"] = f"customer:{errand.follows}"
        if errand.kind == "by_hand":
            about["reply_settings"] = LIMITED_TO
        return about | {"kind": "post", "author": {"username": errand.by}}
