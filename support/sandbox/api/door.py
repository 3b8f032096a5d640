"""What every endpoint does first: the token, the rate limit, a misfortune that was asked for."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Blueprint, Response, g, jsonify, request

from support.sandbox import limits, problems, vocabulary
from support.sandbox.api import misfortune, speaker
from support.sandbox.api.speaker import Speaker
from support.sandbox.ground import ground
from support.sandbox.vocabulary import Names
from support.sandbox.world import User

API_VERSIONS = {"legacy": "2.166", "new": "2.167"}
blueprint = Blueprint("api", __name__)

Answer = dict[str, Any]
View = Callable[..., Answer | Response]


def endpoint(family: str, status: int = 200) -> Callable[[View], Callable[..., Response]]:
    """Marks a view that answers X's JSON; `family` is its rate limit."""

    def decorate(view: View) -> Callable[..., Response]:
        @wraps(view)
        def guarded(**values: str) -> Response:
            g.speaker = speaker.heard()
            speaker.allow(g.speaker, family)
            if not ground().switches.credits:
                raise problems.no_credits()
            _count(g.speaker, family)
            with misfortune.around(family) as fault:
                answer = view(**values)
                if isinstance(answer, Response):
                    return answer
                return _written(misfortune.reduced(answer, fault), status)

        return guarded

    return decorate


def _written(answer: Answer, status: int) -> Response:
    in_new_words = ground().switches.vocabulary == "new"
    response = jsonify(vocabulary.renamed(answer) if in_new_words else answer)
    response.status_code = status
    return response


def names() -> Names:
    """What may be asked for at present."""
    return vocabulary.NEW if ground().switches.vocabulary == "new" else vocabulary.LEGACY


def base() -> str:
    """This X's own address, as the client wrote it."""
    return request.host_url.rstrip("/")


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
        response.headers["api-version"] = API_VERSIONS[ground().switches.vocabulary]
        response.headers.update(g.get("rate_headers", {}))
    return response
