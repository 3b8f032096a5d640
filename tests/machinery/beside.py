"""A second worker: does something in a session of its own while ours has not committed yet."""

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from support.db import engine_for
from tests.machinery.postgres import somebody_waits
from tests.machinery.running import until


def done_beside(session: Session, database_url: str, deed: Callable[[Session], Any]) -> Any:
    """What came of a deed that began before our commit, and could not end before it."""
    came: list[Any] = []

    def act() -> None:
        engine = engine_for(database_url)
        with Session(engine) as other:
            came.append(deed(other))
            other.commit()
        engine.dispose()

    thread = threading.Thread(target=act)
    thread.start()
    if session.get_bind().dialect.name == "postgresql":
        until(lambda: somebody_waits(database_url) or not thread.is_alive(), "the other")
    session.commit()
    thread.join(timeout=60)
    assert not thread.is_alive()
    assert came, "the other failed"
    return came[0]
