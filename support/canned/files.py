"""Files of the shelf are written whole, and by one writer at a time."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.orm import Session

from support.errors import N_, DeskError

NOT_WRITABLE = N_("回答フォルダーに書き込めません（%(why)s）。管理者に知らせてください。")


def write(path: Path, text: str) -> None:
    """All or nothing, also when the machine loses power; readers see the old file or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{secrets.token_hex(8)}.new")  # the shelf leaves such names alone
    try:
        with beside.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            beside.chmod(path.stat().st_mode & 0o777)
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """The name itself reaches the disk; not every file system can be asked for it."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


@contextmanager
def writable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DeskError(NOT_WRITABLE, why=error.strerror or type(error).__name__) from error


@contextmanager
def alone(session: Session, folder: Path) -> Iterator[None]:
    """One writer of the shelf at a time, in all processes of this machine.

    The database is begun first everywhere, so that nobody holds one of the two and waits for the
    other.
    """
    session.connection()
    number = None
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        fcntl.flock(number, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if number is not None:
            os.close(number)
