"""The sandbox as a Flask application of its own."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from support.sandbox import (
    api,
    composing,
    consent,
    control,
    controls,
    files,
    keys,
    opening,
    people,
    play,
    posting,
    problems,
    text,
    vocabulary,
)
from support.sandbox.ground import Ground, ground
from support.sandbox.limits import Rates
from support.sandbox.push import opening as push
from support.sandbox.store import Store
from support.sandbox.switches import Switches

ROOT = Path(__file__).resolve().parents[2]
LARGEST_BODY = 32 * 1024 * 1024
PROBLEM_TYPE = "application/problem+json"


def create_sandbox(path: str | Path, **how: Any) -> Flask:
    """A local X in the file `path`, made where it is missing; `how` as in `open_in`."""
    app = build()
    open_in(app, path, **how)
    return app


def build() -> Flask:
    """The addresses of a local X; `open_in` gives it one to speak of."""
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
    app.register_blueprint(api.blueprint)
    app.register_blueprint(consent.blueprint)
    app.register_blueprint(control.blueprint)
    app.register_blueprint(controls.blueprint)
    app.register_blueprint(composing.blueprint)
    app.register_blueprint(files.blueprint)
    app.register_blueprint(play.blueprint)
    app.register_error_handler(problems.Problem, answer)
    app.register_error_handler(HTTPException, _answer_http)
    app.after_request(push.tell)
    return app


def open_in(
    app: Flask,
    path: str | Path,
    *,
    limits: float = 1.0,
    clock: Callable[[], datetime] | None = None,
    handle: str = "hikari_care",
    name: str = "ひかりケア",
    account_id: int | None = None,
    token: str | None = None,
    switches: Switches | None = None,
) -> None:
    """From now on `app` is the local X in the file `path`, made where it is missing.

    `limits` multiplies X's rate limits. `handle` is the desk's account and `token` what speaks for
    it (default: "sandbox-" and the handle). `switches` say how this X behaves until told otherwise.
    Raises StoreError.
    """
    store, read_clock = Store(path), clock or _system_clock
    account = _open_account(store, read_clock(), handle, name, account_id, token)
    app.extensions["sandbox"] = Ground(
        store, read_clock, text.weigher(), account, Rates(limits), switches or Switches()
    )
    push.attach(app)


def _system_clock() -> datetime:
    return datetime.now(UTC)


def _open_account(
    store: Store, now: datetime, handle: str, name: str, account_id: int | None, token: str | None
) -> int:
    given = {"username": handle, "name": name} | ({"id": account_id} if account_id else {})
    with store.writing() as db:
        keys.register(db, keys.DEFAULT)
        account = people.by_username(db, handle) or posting.introduce(db, given, now)
        opening.give_tokens(db, account, keys.DEFAULT, token, again=False)
    return account.id


def answer(problem: problems.Problem) -> Response:
    in_new_words = ground().switches.vocabulary == "new"
    response = jsonify(vocabulary.renamed(problem.body) if in_new_words else problem.body)
    response.status_code = problem.status
    response.content_type = PROBLEM_TYPE
    return response


def _answer_http(error: HTTPException) -> Response:
    """Unknown paths, methods, oversized bodies and our own faults, in X's form."""
    if error.response is not None:
        return Response(status=error.response.status_code, headers=error.response.headers)
    return answer(problems.generic(error.code or 500, error.name, error.name))
