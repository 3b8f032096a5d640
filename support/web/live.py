"""GET /live: a stream of "ticket 42" lines. Open pages fetch again what they show of it."""

import queue
import time
from collections.abc import Callable, Iterator

from flask import Blueprint, Flask, Response, current_app, g, request, session

from support.agents import granting
from support.agents.reach import EVERYWHERE
from support.agents.signing_in import signed_in
from support.db import db
from support.desk import the_desk
from support.news import Listeners
from support.web.guard import READ_ONLY, SESSION_KEY, me
from support.web.reach import my_reach

HEARTBEAT = 15.0
"""Seconds of silence after which the line is shown to be alive."""
LOOKING = 30.0
"""Seconds after which it is asked anew whether whoever listens may."""
LONGEST = 900.0
"""Seconds after which a stream ends; the browser comes back and is let in anew."""

pages = Blueprint("live", __name__)

Line = queue.SimpleQueue[str]


def init_app(app: Flask) -> None:
    with app.app_context():
        settings = the_desk().settings
    app.extensions["listeners"] = Listeners(settings.redis_url, settings.live_pages)


@pages.before_app_request
def note_when() -> None:
    g.asked_at = time.time()  # the wall's: another process may serve the stream


@pages.app_template_global()
def asked_at() -> int:
    """When this page was asked for, not later: all that it shows was read after that."""
    return int(g.get("asked_at", 0))


@pages.get("/live")
def stream() -> Response:
    """Server-sent events; 204, which ends the browser's trying, where too many are open.

    `since`: when the page was asked for. It may have been told of something before its stream was
    open, and would not look by itself for a minute.
    """
    listeners: Listeners = current_app.extensions["listeners"]
    mine = listeners.subscribe(request.args.get("since", type=int))
    if mine is None:
        return Response(status=204)
    still = still_there(me().id)
    db.session.remove()  # a stream may last for minutes and needs no connection
    response = Response(events(mine, still=still), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    response.headers["Cache-Control"] = "no-store"
    response.call_on_close(lambda: listeners.unsubscribe(mine))
    return response


def still_there(agent_id: int) -> Callable[[], bool]:
    """Whether whoever opened the stream would be let in now as they were then: suspended, signed
    out or with another reach they are not."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    secret, reach = session[SESSION_KEY], my_reach()

    def still() -> bool:
        with app.app_context():
            db.session.connection(execution_options=READ_ONLY)
            found = signed_in(db.session(), secret, now=the_desk().clock())
            limited = found is not None and found.anything_limited
            sees = granting.reach_of(db.session(), agent_id) if limited else EVERYWHERE
            db.session.remove()
            return found is not None and sees == reach

    return still


def events(
    mine: Line,
    heartbeat: float = HEARTBEAT,
    longest: float = LONGEST,
    *,
    still: Callable[[], bool] = lambda: True,
    looking: float = LOOKING,
) -> Iterator[str]:
    """What is said on the line, as server-sent events; `heartbeat`, `longest` and `looking` in
    seconds. `still`: whether it may go on; asked every `looking` seconds."""
    yield "retry: 3000\n\n"
    end = time.monotonic() + longest
    looked_at = time.monotonic()
    while (left := end - time.monotonic()) > 0:
        if time.monotonic() - looked_at >= looking:
            looked_at = time.monotonic()
            if not still():
                return
        try:
            yield f"data: {mine.get(timeout=min(heartbeat, left))}\n\n"
        except queue.Empty:
            yield "event: here\ndata:\n\n"
