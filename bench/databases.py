"""Empty databases to measure on: a SQLite file, and PostgreSQL where a server can be started."""

import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

import app  # noqa: F401  (every record is known to the mapper with it)
from bench import durable
from bench.figures import show
from support.db import Base, engine_for
from tests.machinery.postgres import Server

KINDS = ("sqlite", "postgresql")


def add_option(parser: ArgumentParser, default: Iterable[str] = KINDS) -> None:
    parser.add_argument(
        "--databases", nargs="+", choices=KINDS, default=list(default), help="default: %(default)s"
    )


def databases(bench: str, kinds: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each kind with the URL of a new database that has all tables; what is not there is said."""
    for kind in kinds:
        with _database(bench, kind) as url:
            if url is None:
                show(bench=bench, database=kind, left_out="no PostgreSQL was found")
                continue
            engine = engine_for(url)
            Base.metadata.create_all(engine)
            engine.dispose()
            yield kind, url


def on_each(
    bench: str, options: Namespace, run: Callable[[str, Engine, Namespace, Path], None]
) -> None:
    """Runs on each of `options.databases`, with a folder for what it writes."""
    for kind, url in databases(bench, options.databases):
        engine = engine_for(url)
        with folder() as place:
            run(kind, engine, options, place)
        engine.dispose()


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for files of the run, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        yield Path(name)


@cache
def _server() -> Server | None:
    return durable.start()


@contextmanager
def _database(bench: str, kind: str) -> Iterator[str | None]:
    if kind == "sqlite":
        with folder() as place:
            yield f"sqlite:///{place / 'desk.db'}"
        return
    server, name = _server(), f"bench_{bench}"
    yield server.create(name) if server else None
    if server:
        server.drop(name)
