"""How `flask db …` reaches the desk's tables and its database."""

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import Connection

from support.db import Base, UtcDateTime

migrate = current_app.extensions["migrate"]


def render_item(kind: str, item: Any, autogen_context: AutogenContext) -> str | bool:
    """Our own column type is written by its name, with the import it needs."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen_context.imports.add("from support.db import UtcDateTime")
        return "UtcDateTime()"
    return False


def options() -> dict[str, Any]:
    return {
        "target_metadata": Base.metadata,
        "render_item": render_item,
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
