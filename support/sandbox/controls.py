"""The page on which a person turns this X's switches, lays misfortunes and takes tokens away."""

from math import isfinite
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from support.sandbox import grants, keys, opening, people, play, steering
from support.sandbox.control.door import is_near
from support.sandbox.faults import ANY, KINDS
from support.sandbox.ground import ground
from support.sandbox.posting import Refusal

blueprint = Blueprint("controls", __name__, url_prefix="/sandbox/controls")
KIND_NAMES = {
    "accept_then_cut": "実行したあと、応答せずに切断",
    "cut": "実行せずに切断",
    "refuse_503": "503 一時的に使えない",
    "rate_limited": "429 15分の上限",
    "rate_limited_day": "429 24時間の上限",
    "timeout": "応答なし（待たせて切断）",
    "slow": "応答が遅れる",
    "unauthorized": "401 トークンが無効",
    "no_credits": "402 クレジット切れ",
    "partial": "一部だけ返す（200）",
}
ENDPOINT_NAMES = {
    ANY: "すべて",
    "create_post": "投稿する",
    "delete_post": "投稿を削除する",
    "send_dm": "DMを送る",
    "users/:id/mentions": "メンションを読む",
    "dm_events": "DMを読む",
    "tweets/search/recent": "検索する",
    "tweets/counts/recent": "件数を数える",
    "tweets": "投稿をまとめて調べる",
    "media_upload": "画像・動画を送る",
    "oauth2/token": "トークンを更新する",
}
"""Those a person looks for; the others go by X's own path."""


@blueprint.before_request
def _only_from_here() -> None:
    if not is_near():
        abort(403)


@blueprint.after_request
def _guard_page(response: Response) -> Response:
    return play.guard_page(response)


@blueprint.get("/")
def page() -> str:
    return _page()


def _page(sentence: str = "") -> str:
    names = dict.fromkeys([*ENDPOINT_NAMES, *steering.endpoints()])
    with ground().store.reading() as db:
        accounts = [(account, keys.of_user(db, account.id)) for account in people.own(db)]
    return render_template(
        "sandbox/controls.html",
        switches=ground().switches,
        faults=ground().faults.list(),
        kinds=KIND_NAMES,
        usual=steering.USUAL,
        endpoints={name: ENDPOINT_NAMES.get(name, name) for name in names},
        accounts=accounts,
        sentence=sentence,
    )


@blueprint.errorhandler(Refusal)
def _refused(refusal: Refusal) -> tuple[str, int]:
    """Forms here offer only what there is; a number is what can still be wrong."""
    return _page("数値を確かめてください。何も変わっていません。"), 422


@blueprint.post("/switches")
def turn() -> AnyResponse:
    form = request.form
    body: dict[str, Any] = {name: form[name] for name in ("vocabulary", "plan", "refusal")}
    body |= {"duplicate_hours": _number("duplicate_hours"), "credits": "credits" in form}
    ground().switches = steering.switches(body, ground().switches)
    return _back()


@blueprint.post("/faults")
def lay() -> AnyResponse:
    body: dict[str, Any] = {name: request.form.get(name) for name in ("kind", "endpoint")}
    body |= {"times": int(_number("times")), "seconds": _number("seconds")}
    ground().faults.add(steering.fault(body))
    return _back()


@blueprint.post("/faults/seed")
def draw() -> AnyResponse:
    endpoint = request.form.get("endpoint", ANY)
    body: dict[str, Any] = {
        "seed": int(_number("seed")),
        "share": _number("percent") / 100,
        "calls": int(_number("calls")),
        "kinds": [kind for kind in request.form.getlist("kinds") if kind in KINDS],
        "endpoints": [] if endpoint == ANY else [endpoint],
    }
    ground().faults.add(*steering.seed(body))
    return _back()


@blueprint.post("/faults/clearing")
def clear() -> AnyResponse:
    ground().faults.clear()
    return _back()


@blueprint.post("/tokens/expiry")
def expire() -> AnyResponse:
    with ground().store.writing() as db:
        grants.expire_access(db, ground().clock())
    return _back()


@blueprint.post("/accounts/<username>/revocation")
def revoke(username: str) -> AnyResponse:
    with ground().store.writing() as db:
        account = people.by_username(db, username)
        if account is None or not people.is_own(db, account.id):
            abort(404)
        grants.revoke(db, account.id, keys.DEFAULT.client_id, ground().clock())
    return _back()


@blueprint.post("/accounts/<username>/tokens")
def renew(username: str) -> AnyResponse:
    with ground().store.writing() as db:
        account = people.by_username(db, username)
        if account is None or not people.is_own(db, account.id):
            abort(404)
        opening.give_tokens(db, account, keys.DEFAULT)
    return _back()


def _number(name: str) -> float:
    """Raises Refusal."""
    try:
        value = float(request.form.get(name, ""))
    except ValueError:
        raise Refusal(f"{name} is not a number") from None
    if not isfinite(value):
        raise Refusal(f"{name} is not a number")
    return value


def _back() -> AnyResponse:
    return redirect(url_for("controls.page"), 303)
