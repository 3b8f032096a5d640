"""What the processes of a run are given in place of the real thing: a clock that jumps, a client
of X that dies in its calls, and guards taken away to see that the auditor notices."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import sessionmaker

from support.clock import Clock
from support.db import engine_for
from support.settings import Settings
from support.x.budgets import Budgets
from support.x.door import XDoor
from support.x.errors import Meaning, XError
from support.x.posts import Page
from tests.faults.steps import Deaths

SWEEP, CUT, LOOK, INDEX = "sweep", "cut", "look", "index"
GUARDS = {
    SWEEP: "a part whose worker died is queued again, not looked for",
    CUT: "a connection that was cut counts as not sent",
    LOOK: "a look at our own posts shows nothing, so that all seems absent",
    INDEX: "the database lets two live replies answer one message",
}
"""What `--without` takes away, and what happens instead."""
ACCEPTING = ("create_post", "send_dm", "delete_post")
LOOKING = ("own_posts", "dms_with")


class JumpingClock:
    """The machine's clock, moved by the seconds that stand in a file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(self._file.read_text()))


class DyingX:
    """The real door to X; its clients may die in a call, or lack a guard."""

    def __init__(self, door: XDoor, deaths: Deaths, without: str = "") -> None:
        self._door, self._deaths, self._without = door, deaths, without

    def for_account(self, account: Any) -> Any:
        return DyingClient(self._door.for_account(account), self._deaths, self._without)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._door, name)


class DyingClient:
    """One account's real client."""

    def __init__(self, client: Any, deaths: Deaths, without: str) -> None:
        self._client, self._deaths, self._without = client, deaths, without

    def __getattr__(self, name: str) -> Any:
        if name in LOOKING and self._without == LOOK:
            return lambda *_, **__: Page((), (), None, 0)
        method = getattr(self._client, name)
        return self._dying(method) if name in ACCEPTING else method

    def _dying(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            try:
                with self._deaths.calling():
                    return method(*args, **kwargs)
            except XError as error:
                if self._without == CUT and error.meaning is Meaning.NO_ANSWER:
                    raise XError(Meaning.NOT_SENT, error.status, error.detail) from error
                raise

        return call


def dying_x(settings: Settings, clock: Clock, deaths: Deaths, without: str) -> DyingX:
    sessions = sessionmaker(engine_for(settings.database_url))
    door = XDoor(settings, clock, sessions, Budgets(settings.redis_url))
    return DyingX(door, deaths, without)
