"""The people on X: they write at a pace, whatever becomes of the desk meanwhile."""

import threading
import time
from typing import Any

import httpx

from tests.faults.plan import Errand
from tests.faults.world import World

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
        begun = time.monotonic()
        while self.written < len(self._errands):
            due = int((time.monotonic() - begun) * self._pace) + 1
            these = self._errands[self.written : min(due, self.written + AT_ONCE)]
            if these and self._has_room() and self._write(these):
                self.written += len(these)
            else:
                time.sleep(0.1)

    def _has_room(self) -> bool:
        try:
            state = self._world.x.control.get("/state").json()
        except (httpx.HTTPError, ValueError):
            return False
        return bool(state["mentions"]["waiting"] < MOST_UNREAD)

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
