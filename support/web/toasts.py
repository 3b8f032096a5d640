"""Short sentences that say what was done, with a way back where there is one."""

import json
from typing import Any, NotRequired, TypedDict

from flask import Flask, Response, flash, g, get_flashed_messages, request

CATEGORY = "toast"


class Toast(TypedDict):
    """`undo`: a path of ours that takes the deed back when posted to; `stay`: until closed."""

    text: str
    tone: NotRequired[str]
    undo: NotRequired[str]
    stay: NotRequired[bool]


def init_app(app: Flask) -> None:
    app.after_request(send)


def say(text: str, *, undo: str | None = None, tone: str | None = None, stay: bool = False) -> None:
    """Shows `text` on the page that comes next: this answer, or the one it redirects to."""
    toast: Toast = {"text": text}
    if undo:
        toast["undo"] = undo
    if tone:
        toast["tone"] = tone
    if stay:
        toast["stay"] = True
    g.setdefault("toasts", []).append(toast)


def waiting() -> list[Toast]:
    """What is to be shown now; whole pages draw it, so that it does not need a script."""
    kept: Any = get_flashed_messages(category_filter=[CATEGORY])
    return [*kept, *g.pop("toasts", [])]


def send(response: Response) -> Response:
    """Gives htmx its toasts in a header (ASCII only), and keeps them over a redirect."""
    said: list[Toast] = g.pop("toasts", [])
    if not said:
        return response
    if 300 <= response.status_code < 400 or not request.headers.get("HX-Request"):
        for toast in said:
            flash(toast, CATEGORY)  # type: ignore[arg-type]  # any JSON value travels
        return response
    events = json.loads(response.headers.get("HX-Trigger") or "{}")
    response.headers["HX-Trigger"] = json.dumps({**events, "toasts": {"all": said}})
    return response
