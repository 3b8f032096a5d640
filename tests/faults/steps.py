"""The named instants of sending at which a worker dies by its own hand, and how it knows them.

Nothing of the product is changed for it: what the worker says to the database and to X is
overheard, through SQLAlchemy's events and through the log of the HTTP library.
"""

import json
import logging
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

BEFORE_CLAIM = "before_claim"
"""The part is chosen, nothing is written."""
CLAIMED = "claimed"
"""The claim is written, not committed."""
POSTING = "posting"
"""`posting` is committed, X was not called."""
SENT = "sent"
"""The request is with X, its answer was not read."""
ANSWERED = "answered"
"""X's answer was read, nothing of it is committed."""
POSTED = "posted"
"""The id X gave is committed, nothing else was done."""
STEPS = (BEFORE_CLAIM, CLAIMED, POSTING, SENT, ANSWERED, POSTED)
_WENT_OUT = "send_request_body.complete"


class Deaths:
    """Where this process is to die: at the `n`th passing of one step, as "step:n" says."""

    def __init__(self, plan: str, book: Path) -> None:
        step, _, number = plan.partition(":")
        self._step, self._left = step, int(number or 1)
        self._book = book
        self._calling = threading.local()

    def passes(self, step: str) -> None:
        if step != self._step:
            return
        self._left -= 1
        if self._left <= 0:
            self._die()

    def _die(self) -> None:
        line = json.dumps({"pid": os.getpid(), "step": self._step, "at": time.time()})
        with self._book.open("a") as book:
            book.write(line + "\n")
        os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def calling(self) -> Iterator[None]:
        """Around a call that makes X accept something."""
        self._calling.now = True
        try:
            yield
        finally:
            self._calling.now = False
        self.passes(ANSWERED)

    def went_out(self) -> None:
        if getattr(self._calling, "now", False):
            self.passes(SENT)


def watch(engine: Engine, deaths: Deaths) -> None:
    """Overhears what is written about parts on this engine, and what goes out to X."""
    said = threading.local()

    @event.listens_for(engine, "before_cursor_execute")
    def before(_c: Any, _cursor: Any, statement: str, _p: Any, context: Any, _many: bool) -> None:
        if _becomes(statement, context) == "posting":
            deaths.passes(BEFORE_CLAIM)

    @event.listens_for(engine, "after_cursor_execute")
    def after(_c: Any, cursor: Any, statement: str, _p: Any, context: Any, _many: bool) -> None:
        state = _becomes(statement, context)
        if state not in ("posting", "posted") or cursor.rowcount < 1:
            return
        said.state = state
        if state == "posting":
            deaths.passes(CLAIMED)

    @event.listens_for(engine, "rollback")
    def rolled_back(_connection: Any) -> None:
        said.state = ""

    @event.listens_for(Session, "after_commit")
    def committed(session: Session) -> None:
        state = getattr(said, "state", "")
        if state and not session.in_nested_transaction():
            said.state = ""
            deaths.passes(POSTING if state == "posting" else POSTED)

    log = logging.getLogger("httpcore.http11")
    log.setLevel(logging.DEBUG)
    log.propagate = False
    log.addHandler(_Listener(deaths))


def _becomes(statement: str, context: Any) -> str:
    """The state this statement turns parts into; empty for any other statement."""
    if not statement.startswith("UPDATE reply_parts SET"):
        return ""
    parameters = getattr(context, "compiled_parameters", None) or [{}]
    return str(parameters[0].get("state", ""))


class _Listener(logging.Handler):
    """The HTTP library tells, step by step, how far a request got."""

    def __init__(self, deaths: Deaths) -> None:
        super().__init__()
        self._deaths = deaths

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith(_WENT_OUT):
            self._deaths.went_out()


def steps_met(book: Path) -> Counter[str]:
    """How many processes died at each step."""
    lines = book.read_text().splitlines() if book.exists() else []
    return Counter(str(json.loads(line)["step"]) for line in lines)
