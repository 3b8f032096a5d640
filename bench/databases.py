"""Empty databases to measure on: a SQLite file, and PostgreSQL where a server can be started."""

import tempfile
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app import create_app  # all records are known to the mapper with it
from bench.figures import show
from support.db import Base, engine_for
from tests.machinery import postgres

KINDS = ("sqlite", "postgresql")

__all__ = ["KINDS", "add_option", "create_app", "databases", "folder"]


def add_option(parser: ArgumentParser, default: Iterable[str] = KINDS) -> None:
    parser.add_argument(
        "--databases", nargs="+", choices=KINDS, default=list(default), help="default: %(default)s"
    )


def databases(bench: str, kinds: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each kind with the URL of a new database that has all tables; what is not there is said."""
    for kind in kinds:
        with _database(bench, kind) as url:
            if url is None:
                show(bench=bench, database=kind, left_out=postgres.why_not())
                continue
            engine = engine_for(url)
            Base.metadata.create_all(engine)
            engine.dispose()
            yield kind, url


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for files of the run, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        yield Path(name)


@contextmanager
def _database(bench: str, kind: str) -> Iterator[str | None]:
    if kind == "sqlite":
        with folder() as place:
            yield f"sqlite:///{place / 'desk.db'}"
        return
    server = postgres.postgres_server()
    name = f"bench_{bench}"
    yield server.create(name) if server else None
    if server:
        server.drop(name)
