"""The desk in this process, with somebody signed in and every statement written down."""

from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app import create_app
from bench.serving import environment
from support.db import db
from support.settings import load_settings
from tests.cast import PASSWORD, SECRET


def desk_in_process(url: str, place: Path, *, email: str) -> tuple[Flask, FlaskClient, list[str]]:
    """The application, a browser of whoever signs in with `email`, and the statements it asks."""
    env = environment(
        DESK_DATABASE_URL=url,
        DESK_DATA_DIR=str(place),
        DESK_SECRET_KEY=SECRET,
        DESK_REDIS_URL="redis://127.0.0.1:1/0",
    )
    app = create_app(load_settings({n: v for n, v in env.items() if n.startswith("DESK_")}))
    client, asked = app.test_client(), list[str]()
    _sign_in(client, email)
    with app.app_context():
        event.listen(
            db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]), named=False
        )
    return app, client, asked


def _sign_in(client: FlaskClient, email: str) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    form = {"email": email, "password": PASSWORD, "csrf_token": token}
    if client.post("/sign-in", data=form).status_code != 303:
        raise SystemExit("cannot sign in")
