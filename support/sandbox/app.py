"""The sandbox as a Flask application of its own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from support.sandbox import api, control, people, play, posting, problems, text
from support.sandbox.ground import Ground
from support.sandbox.limits import Rates
from support.sandbox.push import opening as push
from support.sandbox.store import Store

ROOT = Path(__file__).resolve().parents[2]
LARGEST_BODY = 32 * 1024 * 1024
PROBLEM_TYPE = "application/problem+json"


def create_sandbox(
    path: str | Path,
    *,
    limits: float = 1.0,
    clock: Callable[[], datetime] | None = None,
    handle: str = "hikari_care",
    name: str = "ひかりケア",
    account_id: int | None = None,
    token: str | None = None,
    duplicate_window: timedelta = timedelta(hours=24),
) -> Flask:
    """A local X in the file `path`, made where it is missing.

    `limits` multiplies X's rate limits. `handle` is the desk's account and `token` what speaks for
    it (default: "sandbox-" and the handle). The same text of one account is refused within
    `duplicate_window`. Raises StoreError.
    """
    app = Flask(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static" / "sandbox"),
        static_url_path="/static/sandbox",
    )
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_BODY
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    store, read_clock = Store(path), clock or _system_clock
    account = _open_account(store, read_clock(), handle, name, account_id, token)
    app.extensions["sandbox"] = Ground(
        store, read_clock, text.weigher(), account, Rates(limits), duplicate_window
    )
    push.attach(app)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(control.blueprint)
    app.register_blueprint(play.blueprint)
    app.register_error_handler(problems.Problem, answer)
    app.register_error_handler(HTTPException, _answer_http)
    return app


def _system_clock() -> datetime:
    return datetime.now(UTC)


def _open_account(
    store: Store, now: datetime, handle: str, name: str, account_id: int | None, token: str | None
) -> int:
    given = {"username": handle, "name": name} | ({"id": account_id} if account_id else {})
    with store.writing() as db:
        account = people.by_username(db, handle) or posting.introduce(db, given, now)
        people.give_token(db, account.id, token or f"sandbox-{handle}")
    return account.id


def answer(problem: problems.Problem) -> Response:
    response = jsonify(problem.body)
    response.status_code = problem.status
    response.content_type = PROBLEM_TYPE
    return response


def _answer_http(error: HTTPException) -> Response:
    """Unknown paths, methods, oversized bodies and our own faults, in X's form."""
    if error.response is not None:
        return Response(status=error.response.status_code, headers=error.response.headers)
    return answer(problems.generic(error.code or 500, error.name, error.name))
