"""A desk in memory for properties, which want hundreds of fresh ones."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from support.db import Base, engine_for
from tests.cast import Cast, make_cast


@contextmanager
def fresh_desk() -> Iterator[tuple[Session, Cast]]:
    """One at a time: they share an engine, which keeps what it has compiled."""
    engine, empty = _engine(), _empty()
    try:
        with engine.connect() as connection:
            empty.backup(connection.connection.driver_connection)
        with Session(engine) as session:
            yield session, make_cast(session)
    finally:
        engine.dispose()  # the database in memory ends with its only connection


@cache
def _engine() -> Engine:
    return engine_for("sqlite://")


@cache
def _empty() -> sqlite3.Connection:
    """All tables and nothing in them."""
    engine = engine_for("sqlite://")
    Base.metadata.create_all(engine)
    kept = sqlite3.connect(":memory:")
    with engine.connect() as connection:
        connection.connection.driver_connection.backup(kept)
    engine.dispose()
    return kept
