"""An account of the sandbox that is connected by OAuth 2.0, and what the sandbox saw of it."""

import sqlite3
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
from sqlalchemy.orm import sessionmaker

from support.db import engine_for
from support.demo.loading import APP
from support.settings import load_settings
from support.x.connecting import Start, by_oauth2, connect
from support.x.door import XDoor
from support.x.oauth2 import new_secret
from support.x.registering import register
from tests.cast import SECRET

ALMOST_OVER = timedelta(hours=1, minutes=57)
"""Of the two hours a token lives."""
BACK = "http://127.0.0.1:5999/settings/accounts/callback"


def settings_for(sandbox):
    return load_settings({"DESK_X_BASE_URL": sandbox.url, "DESK_SECRET_KEY": SECRET})


def door_for(sandbox, clock, database_url):
    """A door with sessions of its own, as another process would have it."""
    return XDoor(settings_for(sandbox), clock, sessionmaker(engine_for(database_url)))


def approved(address, handle="hikari_care"):
    """What X sends the browser back with, after the account agreed at once."""
    answer = httpx.get(f"{address}&sandbox_approve={handle}")
    assert answer.status_code == 302, answer.text
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}


def pair_from(door, app, handle="hikari_care"):
    asking, verifier = door.oauth2(app), new_secret()
    address = asking.address(callback=BACK, state=new_secret(), verifier=verifier)
    code = approved(address, handle)["code"]
    return asking.exchange(code, callback=BACK, verifier=verifier)


def connect_by_oauth2(session, cast, door, clock):
    """The cast's account, its credentials those of a fresh grant."""
    app = register(session, APP, secret_key=SECRET, now=clock())
    pair = pair_from(door, app)
    person = door.with_token(pair.access).me()
    cast.account.x_id = person.x_id
    session.flush()
    given = by_oauth2(pair, app_id=app.id, now=clock())
    account = connect(session, person, given, Start(0, 0), secret_key=SECRET)
    session.commit()
    return account


def refreshes(folder):
    """How many refresh tokens the sandbox has seen used."""
    with sqlite3.connect(folder / "x.db") as db:
        (count,) = db.execute(
            "SELECT count(*) FROM refresh_tokens WHERE used_at IS NOT NULL"
        ).fetchone()
    return count
