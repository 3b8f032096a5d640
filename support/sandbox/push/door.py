"""What the endpoints of the push side do first: who speaks, the app or an account; the rate."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Response, g, jsonify, request

from support.sandbox import limits, people, problems
from support.sandbox.ground import ground
from support.sandbox.problems import Problem
from support.sandbox.push.keys import App
from support.sandbox.push.office import office
from support.sandbox.world import User

Answer = dict[str, Any]
View = Callable[..., Answer]
Speaker = App | User


def endpoint(
    family: str, *may_speak: type[App] | type[User]
) -> Callable[[View], Callable[..., Response]]:
    """Marks a view that answers X's JSON to those who `may_speak`; `family` is its rate limit."""

    def decorate(view: View) -> Callable[..., Response]:
        @wraps(view)
        def guarded(**values: str) -> Response:
            token = _token()
            g.speaker = speaker_of(token)
            _count(token, family)
            if not isinstance(g.speaker, may_speak):
                raise _wrong_authentication(isinstance(g.speaker, App))
            return jsonify(view(**values))

        return guarded

    return decorate


def speaker() -> Speaker:
    return cast(Speaker, g.speaker)


def speaker_of(token: str) -> Speaker:
    """The app or account a bearer token speaks for. Raises Problem (401)."""
    if token == office().app.bearer:
        return office().app
    with ground().store.reading() as db:
        user = people.holder(db, token)
    if user is None:
        raise problems.unauthorized()
    return user


def _token() -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        raise problems.unauthorized()
    return token.strip()


def _count(token: str, family: str) -> None:
    quarter, day = ground().rates.take(token, family, ground().clock())
    g.rate_headers = limits.headers(quarter, day, family)
    if not quarter.allowed:
        raise problems.too_many_requests()


def _wrong_authentication(is_app: bool) -> Problem:
    came, wanted = "OAuth 2.0 Application-Only", "OAuth 1.0a User Context, OAuth 2.0 User Context"
    if not is_app:
        came, wanted = "OAuth 2.0 User Context", "OAuth 2.0 Application-Only"
    return Problem(
        403,
        {
            "title": "Unsupported Authentication",
            "detail": f"Authenticating with {came} is forbidden for this endpoint."
            f"  Supported authentication types are [{wanted}].",
            "type": problems.HOST + "unsupported-authentication",
            "status": 403,
        },
    )
