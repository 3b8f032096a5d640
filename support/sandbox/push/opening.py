"""Joins the push side to a sandbox."""

from flask import Flask, Response

from support.sandbox.ground import Ground
from support.sandbox.push import (  # noqa: F401 - the doors join their blueprints when imported
    account_calls,
    activity_calls,
    control,
    pages,
    webhook_calls,
)
from support.sandbox.push.office import Office
from support.sandbox.push.tables import TABLES


def attach(app: Flask) -> None:
    """Before the blueprints are registered. What waited in the file when it closed goes on."""
    ground: Ground = app.extensions["sandbox"]
    with ground.store.reading() as db:
        db.executescript(TABLES)
    office = Office(ground.store, ground.clock)
    app.extensions["sandbox_push"] = office

    @app.after_request
    def tell(response: Response) -> Response:
        """What this request changed is queued before it is answered."""
        office.notice()
        return response

    office.open()
