"""Addresses that answer with a part of a page: opened on their own they lead to the whole."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response


def part_of(endpoint: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """For pages' functions: without htmx, on to `endpoint` with the same values in its address."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def answer(**values: Any) -> Any:
            return view(**values) if asked_for_by_script() else lead_to(endpoint, **values)

        return answer

    return mark


def asked_for_by_script() -> bool:
    return "HX-Request" in request.headers


def lead_to(endpoint: str, **values: Any) -> Response:
    return redirect(url_for(endpoint, **values), 303)
