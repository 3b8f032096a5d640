"""Where X pushes events to: each body is checked, stored as it came and answered, then rung for.

Nothing is parsed here. Nobody is signed in here either: the signature says who is speaking. Bodies
are taken in before Flask has a hand in them, because what every page needs (a session, limits,
languages, headers for browsers) costs more than the whole of what is done here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from flask import Blueprint, Flask, abort, current_app, jsonify, request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from support.agents import delaying
from support.db import db
from support.desk import Desk
from support.inbox import counting
from support.inbox.accepting import Inlet
from support.x.records import XApp
from support.x.signatures import (
    CLIENT_HEADER,
    CONSUMER_HEADER,
    Keys,
    Verdict,
    is_challenge,
    judge,
    response_token,
)
from support.x.tokens import TokenUnreadable, unseal
from support.x.webhook_address import PATH

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LARGEST = 1_000_000
"""Bytes of one body; the largest X was seen to send hold some tens of thousands."""
KEEP_KEYS = timedelta(seconds=10)
LOOK_AGAIN = timedelta(seconds=1)
"""Keys older than this are read anew before a signature is called forged: they may have changed."""
RING_EVERY = timedelta(seconds=0.5)
TALLIES = {Verdict.UNSIGNED: "webhook_unsigned", Verdict.FORGED: "webhook_bad_signature"}
TOO_LARGE = "webhook_too_large"
MOST_FORGERIES = parse("30 per minute")
"""What one place sends in vain and is still written down; what X signed is never counted here."""

pages = Blueprint("webhook", __name__)
log = structlog.get_logger()


def init_app(app: Flask) -> None:
    with app.app_context():
        entrance = Entrance(app, db.engine)
    app.extensions["entrance"] = entrance
    app.wsgi_app = Door(entrance, app.wsgi_app)  # type: ignore[method-assign]


@pages.get(f"{PATH}<int:app_id>")
def challenge(app_id: int) -> Response:
    """X asks whether we know the app's secret (CRC)."""
    entrance: Entrance = current_app.extensions["entrance"]
    app, crc_token = entrance.app(app_id), request.args.get("crc_token", "")
    if app is None:
        abort(404)
    if not is_challenge(crc_token):
        abort(400)
    token = response_token(entrance.open_keys(app), crc_token, key=app.crc_key)
    if not token:
        abort(404)
    return jsonify(response_token=token)


class Door:
    """Takes X's bodies in; everything else goes on to the pages."""

    def __init__(self, entrance: "Entrance", pages: "WSGIApplication") -> None:
        self._entrance = entrance
        self._pages = pages

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] != "POST" or not path.startswith(PATH):
            return self._pages(environ, start_response)
        answer = self._entrance.take_in(path.removeprefix(PATH), BodyRequest(environ))
        return answer(environ, start_response)


class BodyRequest(Request):
    """A request that is read up to the limit and no further."""

    max_content_length = LARGEST


@dataclass
class Entrance:
    """What this process keeps between two requests of X."""

    flask: Flask
    engine: Engine
    keys: dict[int, tuple[Keys, datetime]] = field(default_factory=dict)
    """By the app's id, with the moment they were read."""
    rung_at: datetime | None = None

    def __post_init__(self) -> None:
        self.inlet = Inlet(self.engine)
        self.forgeries = MemoryStorage()
        self._often = FixedWindowRateLimiter(self.forgeries)

    @property
    def desk(self) -> Desk:
        desk: Desk = self.flask.extensions["desk"]
        return desk

    def take_in(self, number: str, asked: Request) -> Response:
        """Stored first: 200 means that the database has it."""
        try:
            body = asked.get_data(cache=False)
            return self._answer(number, asked, body)
        except RequestEntityTooLarge:
            return self._refused(asked, TOO_LARGE, 413)
        except ClientDisconnected:
            return _said("The body is cut off.", 400)
        except SQLAlchemyError as error:
            log.error("push_not_stored", app=number[:10], error=type(error).__name__)
            return _said("The database is away; send it again.", 503)

    def _answer(self, number: str, asked: Request, body: bytes) -> Response:
        now = self.desk.clock()
        is_number = number.isascii() and number.isdigit() and len(number) < 10
        verdict = self._verdict(int(number), asked, body, now) if is_number else None
        if verdict is None:
            return _said("No such app.", 404)
        if verdict is not Verdict.GENUINE:
            return self._refused(asked, TALLIES[verdict], 401)
        self.inlet.accept(int(number), body, now)
        answer = _said("", 200)
        answer.call_on_close(lambda: self._ring(now))  # X need not wait for the bell
        return answer

    def _verdict(self, app_id: int, asked: Request, body: bytes, now: datetime) -> Verdict | None:
        """None: there is no such app."""
        known = self.keys.get(app_id)
        if known is None or now - known[1] >= KEEP_KEYS:
            known = self._read_keys(app_id, now)
        if known is None:
            return None
        verdict = _judged(known[0], asked, body)
        if verdict is Verdict.GENUINE or now - known[1] < LOOK_AGAIN:
            return verdict
        fresh = self._read_keys(app_id, now)
        return _judged(fresh[0], asked, body) if fresh else None

    def _read_keys(self, app_id: int, now: datetime) -> tuple[Keys, datetime] | None:
        app = self.app(app_id)
        if app is None:
            self.keys.pop(app_id, None)
            return None
        found = self.keys[app_id] = self.open_keys(app), now
        return found

    def app(self, app_id: int) -> XApp | None:
        if app_id >= 2**31:
            return None
        reading = self.engine.execution_options(readonly=True)
        with Session(reading, expire_on_commit=False) as session:
            return session.scalar(select(XApp).where(XApp.id == app_id))

    def open_keys(self, app: XApp) -> Keys:
        return Keys(
            self._opened(app.consumer_secret_sealed), self._opened(app.client_secret_sealed)
        )

    def _opened(self, sealed: str) -> str:
        """A key the desk cannot open is one it does not have."""
        try:
            return unseal(sealed, self.desk.settings.secret_key) if sealed else ""
        except TokenUnreadable:
            log.error("app_secret_unreadable")
            return ""

    def _ring(self, now: datetime) -> None:
        """The sweep rings for what a bell left out here leaves waiting."""
        if self.rung_at is None or abs(now - self.rung_at) >= RING_EVERY:
            self.rung_at = now
            self.desk.later.ring("read_pushes")

    def _refused(self, asked: Request, tally: str, status: int) -> Response:
        """Counted, and nothing of it kept; where it goes on and on, not even counted."""
        if not self._often.hit(MOST_FORGERIES, delaying.place_of(asked.remote_addr or "")):
            again = _said("Refused, and too often.", 429)
            again.headers["Retry-After"] = str(MOST_FORGERIES.get_expiry())
            return again
        log.warning("push_refused", why=tally)
        with Session(self.engine) as session:
            counting.count(session, tally, now=self.desk.clock())
            session.commit()
        return _said("Refused.", status)


def _judged(keys: Keys, asked: Request, body: bytes) -> Verdict:
    told = asked.headers
    return judge(
        keys,
        body,
        by_consumer=told.get(CONSUMER_HEADER, ""),
        by_client=told.get(CLIENT_HEADER, ""),
    )


def _said(words: str, status: int) -> Response:
    return Response(words, status, {"X-Content-Type-Options": "nosniff"}, mimetype="text/plain")
