"""X's error bodies (problem+json) as published for API version 2.166."""

from typing import Any

HOST = "https://api.twitter.com/2/problems/"
Body = dict[str, Any]


class Problem(Exception):
    """An answer that is not the one the client asked for: a status and X's body for it."""

    def __init__(self, status: int, body: Body) -> None:
        super().__init__(body.get("detail", body.get("title")))
        self.status = status
        self.body = body


def generic(status: int, title: str, detail: str) -> Problem:
    return Problem(
        status, {"title": title, "type": "about:blank", "status": status, "detail": detail}
    )


def invalid(message: str, parameters: dict[str, list[str]] | None = None) -> Problem:
    """400; `parameters` are the ones at fault with the values that came."""
    return Problem(
        400,
        {
            "errors": [{"message": message, "parameters": parameters or {}}],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": HOST + "invalid-request",
        },
    )


def invalid_parameter(name: str, value: str, message: str) -> Problem:
    return invalid(message, {name: [value]})


def unauthorized() -> Problem:
    return generic(401, "Unauthorized", "Unauthorized")


def forbidden(detail: str, title: str = "Forbidden") -> Problem:
    return generic(403, title, detail)


def no_credits() -> Problem:
    return generic(402, "CreditsDepleted", "Your enrolled account does not have any credits")


def unsupported_authentication(kind: str, taken: list[str]) -> Problem:
    """403: this endpoint does not take tokens of that kind."""
    return Problem(
        403,
        {
            "title": "Unsupported Authentication",
            "detail": f"Authenticating with {kind} is forbidden for this endpoint.  Supported"
            f" authentication types are [{', '.join(taken)}].",
            "type": HOST + "unsupported-authentication",
            "status": 403,
        },
    )


def too_many_requests() -> Problem:
    return generic(429, "Too Many Requests", "Too Many Requests")


def unavailable() -> Problem:
    return generic(503, "Service Unavailable", "Service Unavailable")


def not_found(kind: str, parameter: str, value: str) -> Body:
    """One entry of `errors` for a user or tweet that is not there."""
    return {
        "value": value,
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": HOST + "resource-not-found",
    }


def suspended(parameter: str, value: str) -> Body:
    """One entry of `errors` for a user X has shut out."""
    return not_found("user", parameter, value) | {
        "detail": f"User has been suspended: [{value}].",
        "title": "Forbidden",
    }


def not_visible(parameter: str, value: str, kind: str = "tweet") -> Body:
    """One entry of `errors` for a post of a protected or suspended account, or its timeline."""
    name = "Tweet" if kind == "tweet" else kind
    return {
        "value": value,
        "detail": f"Sorry, you are not authorized to see the {name} with {parameter}: [{value}].",
        "title": "Authorization Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "section": "data",
        "type": HOST + "not-authorized-for-resource",
    }
