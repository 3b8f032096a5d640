"""What a person reads when something cannot be done: a calm page, or a toast for a part of one.

A part of a page is never replaced by an error: what was half written stays where it is.
"""

import secrets
from contextlib import suppress
from typing import Any

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_limiter import RateLimitExceeded
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException, InternalServerError

from support.db import db
from support.errors import DeskError, NotAllowed, Refused, SomeoneWasFirst
from support.web import refusals, toasts, typed

log = structlog.get_logger()

STATUS: dict[type[DeskError], int] = {NotAllowed: 403, SomeoneWasFirst: 409, Refused: 422}

# What happened, and what to do about it.
SENTENCES: dict[int, tuple[Any, Any]] = {
    400: (
        _l("操作を受け取れませんでした"),
        _l("前の画面に戻り、もう一度お試しください。"),
    ),
    401: (
        _l("サインインの期限が切れています"),
        _l("別のタブでサインインすると、この画面の続きから操作できます。"),
    ),
    403: (
        _l("この操作は許可されていません"),
        _l("必要なときは、管理者に権限の変更を頼んでください。"),
    ),
    404: (
        _l("ページが見つかりません"),
        _l("移動したか、アドレスが違っているようです。"),
    ),
    405: (
        _l("この開き方はできません"),
        _l("前の画面に戻り、ボタンから操作してください。"),
    ),
    409: (
        _l("ほかの人が先に操作しました"),
        _l("画面を開き直して、今の状態を確かめてください。"),
    ),
    413: (
        _l("送られた内容が大きすぎます"),
        _l("文章を短くして、もう一度お試しください。"),
    ),
    422: (
        _l("入力を確かめてください"),
        _l("前の画面に戻り、直してからもう一度お試しください。"),
    ),
    429: (
        _l("短い時間に操作が続きました"),
        _l("1分ほど待ってから、もう一度お試しください。"),
    ),
    500: (
        _l("処理を終えられませんでした"),
        _l("もう一度お試しください。続くときは、下の番号を管理者に伝えてください。"),
    ),
    503: (
        _l("今はデータベースにつながりません"),
        _l("送信待ちの返信は失われていません。少し待ってから開き直してください。"),
    ),
}
AGAIN = frozenset({400, 401, 409, 422, 429, 500, 503})
"""Where the same form may do later: what was typed is on the page, to copy or to send again."""
MOST_LEFT = 32_000_000
"""Bytes of a refused body that are still taken from the line."""
OLD_FORM = _l("画面を開いてから時間がたっています。開き直してから、もう一度お試しください。")


def init_app(app: Flask) -> None:
    app.before_request(number_request)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(CSRFError, answer_old_form)
    app.register_error_handler(DeskError, answer_desk)
    for away in (OperationalError, InterfaceError, NoConnectionFree):
        app.register_error_handler(away, answer_database)
    app.register_error_handler(InternalServerError, answer_unknown)


def number_request() -> None:
    """A number for this request, on its error page and in its log lines."""
    g.request_id = secrets.token_hex(4)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def answer(status: int, *, title: str | None = None, advice: str | None = None) -> Response:
    """The page or, for a part of one, a toast that stays, with this status."""
    known = SENTENCES.get(status) or SENTENCES[500 if status >= 500 else 400]
    title, advice = str(title or known[0]), str(advice if advice is not None else known[1])
    values = {"status": status, "title": title, "advice": advice, "number": g.get("request_id")}
    if not request.headers.get("HX-Request"):
        kept = typed.kept(doubtful=status == 400) if status in AGAIN else None
        return make_response(render_template("errors/page.html", **values, kept=kept), status)
    response = make_response(render_template("errors/fragment.html", **values), status)
    response.headers["HX-Reswap"] = "none"
    toasts.say(f"{title}。{advice}", tone="danger", stay=True)
    return response


def answer_http(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    if error.code == 413:
        _read_to_the_end()
    response = answer(error.code)
    if isinstance(error, RateLimitExceeded):
        response.headers["Retry-After"] = str(error.limit.limit.get_expiry())
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def answer_old_form(error: CSRFError) -> Response:
    refusals.because("no_token")
    return answer(400, advice=OLD_FORM)


def _read_to_the_end() -> None:
    """A browser that is not done sending would find the line cut, and never see why."""
    stream, left = request.environ["wsgi.input"], MOST_LEFT
    with suppress(OSError):
        while left > 0 and (part := stream.read(min(left, 65_536))):
            left -= len(part)


def answer_desk(error: DeskError) -> Response:
    """The sentence of the error is the advice; what the page had begun to write is undone."""
    db.session.rollback()
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
    return answer(status, advice=sentence_of(error))


def sentence_of(error: DeskError) -> str:
    """What the error says, in the language of the page."""
    return str(gettext(error.sentence, **error.values))


def answer_database(error: DBAPIError | NoConnectionFree) -> Response:
    """The page asks the database nothing: who asks is forgotten, the session knows the language."""
    db.session.rollback()
    forget_who_asks()
    cause = error.orig if isinstance(error, DBAPIError) else error
    log.error("database_away", endpoint=request.endpoint, error=type(cause).__name__)
    response = answer(503)
    response.headers["Retry-After"] = "10"
    return response


def forget_who_asks() -> None:
    """What a page that asks the database nothing must not come upon."""
    g.pop("agent", None)
    g.pop("here", None)
    g._login_user = AnonymousUserMixin()  # templates are given `current_user` and would look


def answer_unknown(error: InternalServerError) -> Response:
    """Flask has logged the fault; the number on the page finds it there."""
    db.session.rollback()  # after a fault in a flush nothing else is answered
    cause = error.original_exception
    forget_who_asks()
    log.error("page_failed", endpoint=request.endpoint, error=type(cause).__name__)
    return answer(500)
