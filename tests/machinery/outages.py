"""A database that is really away for a while: connections are cut and new ones refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"


@contextmanager
def database_away(url: str) -> Iterator[None]:
    """Whoever comes meanwhile is refused by the database itself; what is in it stays."""
    cut, mend = _sqlite(url) if url.startswith("sqlite") else _postgres(url)
    cut()
    try:
        yield
    finally:
        mend()


def _sqlite(url: str) -> tuple[Any, Any]:
    """A folder stands where the file was. Files that are open stay so: the caller lets go first."""
    path = Path(url.removeprefix("sqlite:///"))
    aside = path.with_name("aside.db")

    def cut() -> None:
        path.rename(aside)
        path.mkdir()

    def mend() -> None:
        path.rmdir()
        aside.rename(path)

    return cut, mend


def _postgres(url: str) -> tuple[Any, Any]:
    asked = make_url(url)
    name = str(asked.database)
    beside = asked.set(drivername="postgresql", database="postgres")
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")

    def tell(allowed: bool) -> None:
        with psycopg.connect(beside.render_as_string(False), autocommit=True) as server:
            server.execute(allow.format(sql.Identifier(name), sql.SQL(str(allowed))))
            if not allowed:
                server.execute(CUT, [name])

    return (lambda: tell(False)), (lambda: tell(True))
