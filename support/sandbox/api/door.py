"""What every endpoint does first: the token, the rate limit, a misfortune that was asked for."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Blueprint, Response, g, jsonify, request

from support.sandbox import limits, problems
from support.sandbox.api import misfortune, speaker
from support.sandbox.api.speaker import Speaker
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
            g.speaker = speaker.heard()
            speaker.allow(g.speaker, family)
            _count(g.speaker, family)
            with misfortune.around(family):
                response = jsonify(view(**values))
                response.status_code = status
                return response

        return guarded

    return decorate


def account() -> User:
    """The account whose token came with the request, where no app may come alone."""
    return cast(User, g.speaker.user)


def viewer() -> User | None:
    """Who looks; None: an app with its own token."""
    return cast(User | None, g.speaker.user)


def _count(speaking: Speaker, family: str) -> None:
    quarter, day = ground().rates.take(
        speaking.name, family, ground().clock(), alone=speaking.user is None
    )
    g.rate_headers = limits.headers(quarter, day, family)
    if not quarter.allowed or (day and not day.allowed):
        raise problems.too_many_requests()


@blueprint.after_app_request
def _add_headers(response: Response) -> Response:
    if request.path.startswith("/2/"):
        response.headers["api-version"] = API_VERSION
        response.headers.update(g.get("rate_headers", {}))
    return response
