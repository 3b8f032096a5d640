"""What every job stands on: a session of its own, and a name for this process."""

import hashlib
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

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
    return f"{socket.gethostname()[:50]}:{os.getpid()}:{_LIFE}:{_numbered_by()}"


def is_gone(process: str) -> bool:
    """Whether the process of this name surely is no more: it was numbered where we are, and nothing
    has its number now. False where that cannot be told from here; its lease will tell then.
    """
    _, number, _, numbered_by = f"{process}:::".split(":")[:4]
    if not numbered_by or numbered_by != _numbered_by() or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        pass  # somebody else's: it is there
    return False


@cache
def _numbered_by() -> str:
    """What gave this process its number: the running kernel and its namespace of processes.

    The name of the host would not do: containers may share it and still count each for itself.
    Empty where the system does not say; nobody is declared dead by number then.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        namespace = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return ""
    return hashlib.sha256(f"{boot}:{namespace}".encode()).hexdigest()[:8]
