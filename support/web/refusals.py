"""What was refused, in the log: which page, whose, why; ids alone and nothing anybody typed.

An address nobody has is no refusal. A number that is not there is told like one that is out of
reach: which of the two it was, the page does not know.
"""

import structlog
from flask import Flask, Response, g, request
from sqlalchemy import inspect

REASONS = {401: "unproven", 403: "not_allowed", 404: "not_there", 429: "too_often"}

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    app.after_request(tell)


def because(reason: str) -> None:
    """Why this request is refused, where its status does not say so."""
    g.refused = reason


def tell(response: Response) -> Response:
    reason = g.get("refused") or REASONS.get(response.status_code)
    if reason and request.endpoint not in (None, "static"):
        log.warning(
            "refused",
            reason=reason,
            status=response.status_code,
            method=request.method,
            endpoint=request.endpoint,
            agent=_whose(),
            ids={k: v for k, v in (request.view_args or {}).items() if isinstance(v, int)},
        )
    return response


def _whose() -> int | None:
    """The database may be away, or the page's transaction undone: it is not asked again."""
    agent = g.get("agent")
    identity = inspect(agent).identity if agent is not None else None
    return identity[0] if identity else None
