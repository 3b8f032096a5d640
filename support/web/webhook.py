"""Where X pushes events to: each body is checked, stored as it came and answered, then rung for.

Nothing is parsed here. Nobody is signed in here either: the signature says who is speaking.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from flask import Blueprint, Flask, Response, current_app, jsonify, request
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from support.db import db
from support.desk import the_desk
from support.inbox import counting
from support.inbox.accepting import Inlet
from support.web.security import csrf
from support.x.records import XApp
from support.x.signatures import (
    CLIENT_HEADER,
    CONSUMER_HEADER,
    Keys,
    Verdict,
    judge,
    response_token,
)
from support.x.tokens import TokenUnreadable, unseal

LARGEST = 1_000_000
"""Bytes of one body; the largest X was seen to send hold some tens of thousands."""
KEEP_KEYS = timedelta(seconds=10)
LOOK_AGAIN = timedelta(seconds=1)
"""Keys older than this are read anew before a signature is called forged: they may have changed."""
RING_EVERY = timedelta(seconds=0.5)
TALLIES = {Verdict.UNSIGNED: "webhook_unsigned", Verdict.FORGED: "webhook_bad_signature"}
TOO_LARGE = "webhook_too_large"

pages = Blueprint("webhook", __name__)
csrf.exempt(pages)
log = structlog.get_logger()


@dataclass
class Entrance:
    """What this process keeps between two requests."""

    inlet: Inlet
    keys: dict[int, tuple[Keys, datetime]] = field(default_factory=dict)
    """By the app's id, with the moment they were read."""
    rung_at: datetime | None = None


def init_app(app: Flask) -> None:
    with app.app_context():
        app.extensions["entrance"] = Entrance(Inlet(db.engine))


@pages.get("/x/webhook/<int:app_id>")
def challenge(app_id: int) -> Response:
    """X asks whether we know the app's secret (CRC)."""
    crc_token = request.args.get("crc_token", "")
    app = _app(app_id)
    if app is None:
        return _said("No such app.", 404)
    if not crc_token:
        return _said("crc_token is missing.", 400)
    token = response_token(_keys(app), crc_token, key=app.crc_key)
    if not token:
        return _said("The desk holds no secret of this app.", 404)
    return jsonify(response_token=token)


@pages.post("/x/webhook/<int:app_id>")
def events(app_id: int) -> Response:
    """Stored first: 200 means that the database has it."""
    request.max_content_length = LARGEST
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        return _refused(TOO_LARGE, 413)
    except ClientDisconnected:
        return _said("The body is cut off.", 400)
    now = the_desk().clock()
    try:
        verdict = _verdict(app_id, body, now)
        if verdict is None:
            return _said("No such app.", 404)
        if verdict is not Verdict.GENUINE:
            return _refused(TALLIES[verdict], 401)
        _entrance().inlet.accept(app_id, body, now)
    except SQLAlchemyError as error:
        log.error("push_not_stored", app=app_id, error=type(error).__name__)
        return _said("The database is away; send it again.", 503)
    _ring(now)
    return _said("", 200)


def _verdict(app_id: int, body: bytes, now: datetime) -> Verdict | None:
    """None: there is no such app."""
    known = _entrance().keys.get(app_id)
    if known is None or now - known[1] >= KEEP_KEYS:
        known = _read_keys(app_id, now)
    if known is None:
        return None
    verdict = _judged(known[0], body)
    if verdict is Verdict.GENUINE or now - known[1] < LOOK_AGAIN:
        return verdict
    fresh = _read_keys(app_id, now)
    return _judged(fresh[0], body) if fresh else None


def _judged(keys: Keys, body: bytes) -> Verdict:
    told = request.headers
    return judge(
        keys,
        body,
        by_consumer=told.get(CONSUMER_HEADER, ""),
        by_client=told.get(CLIENT_HEADER, ""),
    )


def _read_keys(app_id: int, now: datetime) -> tuple[Keys, datetime] | None:
    app = _app(app_id)
    if app is None:
        _entrance().keys.pop(app_id, None)
        return None
    found = _entrance().keys[app_id] = _keys(app), now
    return found


def _app(app_id: int) -> XApp | None:
    if app_id >= 2**31:
        return None
    reading = db.engine.execution_options(readonly=True)
    with Session(reading, expire_on_commit=False) as session:
        return session.scalar(select(XApp).where(XApp.id == app_id))


def _keys(app: XApp) -> Keys:
    return Keys(_opened(app.consumer_secret_sealed), _opened(app.client_secret_sealed))


def _opened(sealed: str) -> str:
    """A key the desk cannot open is one it does not have."""
    try:
        return unseal(sealed, the_desk().settings.secret_key) if sealed else ""
    except TokenUnreadable:
        log.error("app_secret_unreadable")
        return ""


def _ring(now: datetime) -> None:
    """The sweep rings for what a bell left out here leaves waiting."""
    entrance = _entrance()
    if entrance.rung_at is None or abs(now - entrance.rung_at) >= RING_EVERY:
        entrance.rung_at = now
        the_desk().later.ring("read_pushes")


def _refused(tally: str, status: int) -> Response:
    """Counted, and nothing of it kept."""
    log.warning("push_refused", why=tally)
    with Session(db.engine) as session:
        counting.count(session, tally, now=the_desk().clock())
        session.commit()
    return _said("Refused.", status)


def _said(words: str, status: int) -> Response:
    return Response(words, status, mimetype="text/plain")


def _entrance() -> Entrance:
    entrance: Entrance = current_app.extensions["entrance"]
    return entrance
