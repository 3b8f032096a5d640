"""How `flask db …` reaches the desk's tables and its database."""

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import Connection

from support.db import Base, UtcDateTime
from support.search.records import GRAMS_INDEX, GRAMS_TABLE

migrate = current_app.extensions["migrate"]


def render_item(kind: str, item: Any, autogen_context: AutogenContext) -> str | bool:
    """Our own column type is written by its name, with the import it needs."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen_context.imports.add("from support.db import UtcDateTime")
        return "UtcDateTime()"
    return False


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """The index of SQLite keeps itself in tables of its own, which no record describes."""
    return kind != "table" or not (name or "").startswith(GRAMS_TABLE)


def include_object(item: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """An index one database has alone is not missing on the other."""
    return kind != "index" or name != GRAMS_INDEX or migrate.db.engine.name == "postgresql"


def options() -> dict[str, Any]:
    return {
        "target_metadata": Base.metadata,
        "render_item": render_item,
        "include_name": include_name,
        "include_object": include_object,
        **migrate.configure_args,
    }


def migrate_online(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # A table is altered by copying it; what points at it must not notice.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    context.configure(connection=connection, **options())
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    context.configure(url=migrate.db.engine.url, literal_binds=True, **options())
    with context.begin_transaction():
        context.run_migrations()
else:
    with migrate.db.engine.connect() as engine_connection:
        migrate_online(engine_connection)
