"""The database: one Base, one session, and what SQLite needs to be safe with several writers."""

import sqlite3
from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    CursorResult,
    DateTime,
    Engine,
    MetaData,
    Update,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import Connection, Dialect, ExceptionContext
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every record descends from; independent of Flask."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on every database; SQLite keeps it without the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def harden_sqlite(engine: Engine) -> None:
    """WAL and BEGIN IMMEDIATE: without them about a third of concurrent writers fail at once."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "busy_timeout=10000",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("readonly")
        wanted = "FULL" if connection.get_execution_options().get("durable") else "NORMAL"
        if connection.info.get("synchronous", "NORMAL") != wanted:
            connection.exec_driver_sql(f"PRAGMA synchronous={wanted}")
            connection.info["synchronous"] = wanted
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def prepare(engine: Engine) -> None:
    """What every engine of the desk keeps to."""
    harden_sqlite(engine)
    keep_words_out_of_errors(engine)


FOR_THE_DESK = {"for_the_desk": True}
"""Execution options of what the desk asks for itself, though an agent's page set it off: nothing
of it is shown, and so whatever that agent may see does not narrow it; see web/reach.py."""


def engine_for(url: str) -> Engine:
    """An engine outside Flask, with the same settings (bench, tests)."""
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    return engine


def keep_words_out_of_errors(engine: Engine) -> None:
    """PostgreSQL tells a failing row with all that stands in it: what people wrote must not reach a
    log, or a failed job, through what an error says."""
    if engine.dialect.name != "postgresql":
        return

    @event.listens_for(engine, "handle_error")
    def on_error(told: ExceptionContext) -> None:
        for error in (told.original_exception, told.sqlalchemy_exception):
            if error is not None and error.args:
                error.args = (str(error.args[0]).partition("\nDETAIL:")[0], *error.args[1:])


QUIET: dict[str, Any] = {"hide_parameters": True}
"""What people wrote must not reach a log through an error's parameters."""


def engine_options(url: str) -> dict[str, Any]:
    """Options for create_engine; PostgreSQL connections are checked before use."""
    if url.startswith("sqlite"):
        return {**QUIET, "connect_args": {"timeout": 10}}
    return {**QUIET, "pool_pre_ping": True, "pool_size": 10, "max_overflow": 30}


def begin_durable(session: Session) -> None:
    """The transaction that begins now is on the disk when its commit returns, on SQLite too.

    There a commit survives a killed process anyway, but not a lost machine. Called before
    anything else in the transaction.
    """
    session.connection(execution_options={"durable": True})


def may_be_lost(session: Session) -> None:
    """What this transaction writes can be found out again: its commit need not wait for the disk.

    Others see it at once; only a lost machine, not a killed process, can lose it.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_NOT_WAITED_FOR)


_NOT_WAITED_FOR = text("SET LOCAL synchronous_commit TO OFF")


def storable(text: str) -> str:
    """`text` as both databases can keep it: NUL and lone surrogates become U+FFFD."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def changed(session: Session, statement: Update) -> int:
    """How many rows a conditional update changed; objects in the session are not told."""
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return int(result.rowcount) if isinstance(result, CursorResult) else 0
