"""What every job stands on: a session of its own, and a name for this process."""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from flask import current_app
from sqlalchemy.orm import Session

from support.db import db
from support.desk import Desk, the_desk


@contextmanager
def at_the_desk(**ids: int) -> Iterator[tuple[Desk, Session]]:
    """A session of its own for one job, and the ids of the job on every log line."""
    with current_app.app_context(), structlog.contextvars.bound_contextvars(**ids):
        yield the_desk(), db.session()


_LIFE = secrets.token_hex(3)


def me() -> str:
    """This process, as leases and heartbeats name it.

    A container that is started anew has the name and the number of the one that died; what that
    one was posting must not pass for its own.
    """
    return f"{socket.gethostname()[:50]}:{os.getpid()}:{_LIFE}"
