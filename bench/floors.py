"""The least a page of fifty rows costs: Flask alone, with Jinja, with SQLAlchemy's ORM.

And the least a webhook costs: Flask and one row.

Served by the same gunicorn settings as the desk: `gunicorn "bench.floors:create_floors()"`.
"""

import os
import time

from flask import Flask, render_template_string, request
from sqlalchemy import select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from support.db import engine_for

ROWS = 50
PAGE = """<!doctype html><title>rows</title><h1>{{ rows|length }}</h1><table>
{% for row in rows %}<tr id="row-{{ row.id }}"><td><a href="/rows/{{ row.id }}">{{ row.name }}</a>
<td>{{ row.handle }}<td>{{ row.words }}<td>{{ row.state }}<td>{{ row.owner }}
<td>{{ row.due }}<td>{{ row.seen }}</tr>
{% endfor %}</table>"""


class Base(DeclarativeBase):
    """Apart from the desk's records."""


class FloorRow(Base):
    """As many plain columns as a list wants; no relation to anything."""

    __tablename__ = "floor_rows"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    handle: Mapped[str]
    words: Mapped[str]
    state: Mapped[str]
    owner: Mapped[str]
    due: Mapped[str]
    seen: Mapped[str]


class FloorBody(Base):
    """What a webhook takes in, in a table with nothing beside."""

    __tablename__ = "floor_bodies"

    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[bytes]
    received_at: Mapped[float]


def create_floors() -> Flask:
    """On the database DESK_DATABASE_URL names, in which `fill` made the rows."""
    app = Flask(__name__)
    engine = engine_for(os.environ["DESK_DATABASE_URL"]).execution_options(readonly=True)
    rows = [_row(number) for number in range(1, ROWS + 1)]

    @app.get("/readyz")
    @app.get("/hello")
    def hello() -> str:
        return "hello"

    @app.get("/jinja")
    def jinja() -> str:
        return render_template_string(PAGE, rows=rows)

    @app.get("/orm")
    def orm() -> str:
        with Session(engine) as session:
            newest = select(FloorRow).order_by(FloorRow.id.desc()).limit(ROWS)
            return render_template_string(PAGE, rows=list(session.scalars(newest)))

    return app


def fill(url: str) -> None:
    engine = engine_for(url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(_row(number) for number in range(1, 10 * ROWS + 1))
        session.commit()
    engine.dispose()


def _row(number: int) -> FloorRow:
    return FloorRow(
        id=number,
        name=f"架空の客{number}",
        handle=f"@kakuu_{number}",
        words="夜になるとWi-Fiがとても遅くなります。ルーターは再起動しました。",
        state="open",
        owner="佐藤",
        due="15:47",
        seen="9:05",
    )


def create_inlet() -> Flask:
    """The least a webhook can do: one row inserted, 200 answered."""
    app = Flask(__name__)
    engine = engine_for(os.environ["DESK_DATABASE_URL"])
    store = text("INSERT INTO floor_bodies (body, received_at) VALUES (:body, :at)")

    @app.get("/readyz")
    def readyz() -> str:
        return "ok"

    @app.post("/events")
    def events() -> str:
        with engine.begin() as connection:
            connection.execute(store, {"body": request.get_data(), "at": time.time()})
        return ""

    return app
