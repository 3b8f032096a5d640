"""Joins the push side to a sandbox."""

from flask import Flask, Response, request

from support.sandbox.ground import Ground
from support.sandbox.push import (  # noqa: F401 - the doors join their blueprints when imported
    account_calls,
    activity_calls,
    control,
    pages,
    webhook_calls,
)
from support.sandbox.push.office import Office, office
from support.sandbox.push.tables import TABLES


def attach(app: Flask) -> None:
    """To the X that was opened in it. What waited in the file when it closed goes on."""
    ground: Ground = app.extensions["sandbox"]
    with ground.store.reading() as db:
        db.executescript(TABLES)
    opened = Office(ground.store, ground.clock)
    app.extensions["sandbox_push"] = opened
    opened.open()


def tell(response: Response) -> Response:
    """What this request changed is queued before it is answered."""
    here = office()
    here.base = request.host_url.rstrip("/")
    here.notice()
    return response
