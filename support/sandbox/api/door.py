"""What every endpoint does first: the token, the rate limit, a misfortune that was asked for."""

import threading
from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import Any, cast

from flask import Blueprint, Response, g, jsonify, request

from support.sandbox import limits, people, problems
from support.sandbox.faults import Fault
from support.sandbox.ground import ground
from support.sandbox.world import User

API_VERSION = "2.166"
blueprint = Blueprint("api", __name__)

Answer = dict[str, Any]
View = Callable[..., Answer]


def endpoint(family: str, status: int = 200) -> Callable[[View], Callable[..., Response]]:
    """Marks a view that answers X's JSON; `family` is its rate limit."""

    def decorate(view: View) -> Callable[..., Response]:
        @wraps(view)
        def guarded(**values: str) -> Response:
            g.account, token = _speaker()
            _count(token, family)
            fault = ground().faults.take(family)
            if fault:
                _strike(fault)
            response = jsonify(view(**values))
            response.status_code = status
            if fault and fault.kind == "accept_then_cut":
                _cut()
            return response

        return guarded

    return decorate


def account() -> User:
    """The account whose token came with the request."""
    return cast(User, g.account)


def _speaker() -> tuple[User, str]:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    with ground().store.reading() as db:
        user = people.holder(db, token.strip()) if kind.lower() == "bearer" else None
    if user is None:
        raise problems.unauthorized()
    return user, token.strip()


def _count(token: str, family: str) -> None:
    quarter, day = ground().rates.take(token, family, ground().clock())
    g.rate_headers = limits.headers(quarter, day, family)
    if not quarter.allowed or (day and not day.allowed):
        raise problems.too_many_requests()


def _strike(fault: Fault) -> None:
    """What goes wrong before anything is done."""
    if fault.kind == "refuse_503":
        raise problems.unavailable()
    if fault.kind == "rate_limited":
        reset = ceil(ground().clock().timestamp() + fault.seconds)
        g.rate_headers |= {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(reset)}
        raise problems.too_many_requests()
    if fault.kind == "timeout":
        threading.Event().wait(fault.seconds)
        _cut()
        raise problems.unavailable()


def _cut() -> None:
    """Close the connection under the answer, so that none arrives."""
    connection = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(2)


@blueprint.after_app_request
def _add_headers(response: Response) -> Response:
    if request.path.startswith("/2/"):
        response.headers["api-version"] = API_VERSION
        response.headers.update(g.get("rate_headers", {}))
    return response
