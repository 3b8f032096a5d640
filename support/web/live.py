"""GET /live: a stream of "ticket 42" lines. Open pages fetch again what they show of it."""

import queue
import time
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, current_app

from support.db import db
from support.desk import the_desk
from support.news import Listeners

HEARTBEAT = 15.0
"""Seconds of silence after which the line is shown to be alive."""
LONGEST = 900.0
"""Seconds after which a stream ends; the browser comes back and is let in anew."""

pages = Blueprint("live", __name__)

Line = queue.SimpleQueue[str]


def init_app(app: Flask) -> None:
    with app.app_context():
        settings = the_desk().settings
    app.extensions["listeners"] = Listeners(settings.redis_url, settings.live_pages)


@pages.get("/live")
def stream() -> Response:
    """Server-sent events; 204, which ends the browser's trying, where too many are open."""
    listeners: Listeners = current_app.extensions["listeners"]
    mine = listeners.subscribe()
    if mine is None:
        return Response(status=204)
    db.session.remove()  # a stream may last for minutes and needs no connection
    response = Response(events(mine), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    response.headers["Cache-Control"] = "no-store"
    response.call_on_close(lambda: listeners.unsubscribe(mine))
    return response


def events(mine: Line, heartbeat: float = HEARTBEAT, longest: float = LONGEST) -> Iterator[str]:
    """What is said on the line, as server-sent events; `heartbeat` and `longest` in seconds."""
    yield "retry: 3000\n\n"
    end = time.monotonic() + longest
    while (left := end - time.monotonic()) > 0:
        try:
            yield f"data: {mine.get(timeout=min(heartbeat, left))}\n\n"
        except queue.Empty:
            yield "event: here\ndata:\n\n"
