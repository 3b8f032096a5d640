"""The page on which an account of ours lets an app act for it (OAuth 2.0 with PKCE)."""

from urllib.parse import SplitResult, urlencode, urlsplit

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from support.sandbox import granting, keys, people, scopes
from support.sandbox.granting import Wish
from support.sandbox.ground import ground
from support.sandbox.world import User

blueprint = Blueprint("consent", __name__)
AUTOMATIC = "sandbox_approve"
"""Query parameter of this X alone: the username that agrees at once, for tests."""
ASKED = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)


class Unclear(Exception):
    """A request no user can be asked about; the message says why."""


@blueprint.errorhandler(Unclear)
def _explain(reason: Unclear) -> tuple[str, int]:
    return render_template("sandbox/consent.html", wish=None, reason=str(reason)), 400


@blueprint.get("/i/oauth2/authorize")
def ask() -> AnyResponse | str:
    wish = _wish(request.args)
    if AUTOMATIC in request.args:
        return _approve(wish, request.args[AUTOMATIC])
    with ground().store.reading() as db:
        accounts = people.own(db)
    asked = {name: request.args[name] for name in ASKED if name in request.args}
    return render_template("sandbox/consent.html", wish=wish, accounts=accounts, asked=asked)


@blueprint.post("/i/oauth2/authorize")
def decide() -> AnyResponse:
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        abort(403)
    wish = _wish(request.form)
    if request.form.get("decision") != "approve":
        return _send_back(wish, error="access_denied")
    return _approve(wish, request.form.get("account", ""))


def _approve(wish: Wish, username: str) -> AnyResponse:
    with ground().store.writing() as db:
        account = people.by_username(db, username)
        if account is None or not _may_grant(account) or not people.is_own(db, account.id):
            raise Unclear(f"@{username} というアカウントは、この練習用のXにありません。")
        code = granting.approve(db, wish, account.id, ground().clock())
    return _send_back(wish, code=code)


def _may_grant(account: User) -> bool:
    return account.state == "active"


def _send_back(wish: Wish, **outcome: str) -> AnyResponse:
    glue = "&" if urlsplit(wish.redirect_uri).query else "?"
    query = urlencode({"state": wish.state, **outcome})
    return redirect(f"{wish.redirect_uri}{glue}{query}")


def _wish(given: "MultiDict[str, str]") -> Wish:
    """What the app asks for. Raises Unclear."""
    with ground().store.reading() as db:
        app = keys.app(db, given.get("client_id", ""))
    if app is None:
        raise Unclear("client_id に合うアプリがありません。")
    if given.get("response_type") != "code":
        raise Unclear("response_type は code にしてください。")
    asked = frozenset(given.get("scope", "").split())
    if not asked or asked - scopes.KNOWN:
        unknown = ", ".join(sorted(asked - scopes.KNOWN))
        raise Unclear(f"scope を読み取れません（{unknown or '空です'}）。")
    challenge, method = given.get("code_challenge", ""), given.get("code_challenge_method", "plain")
    if not 43 <= len(challenge) <= 128 or method not in ("S256", "plain"):
        raise Unclear("code_challenge（43〜128文字）と code_challenge_method（S256）が必要です。")
    if not given.get("state"):
        raise Unclear("state がありません。")
    address = _address(given.get("redirect_uri", ""), app.callbacks)
    return Wish(app, address, asked, given["state"], challenge, method)


def _address(address: str, known: tuple[str, ...]) -> str:
    """X compares the whole address with those of the app, letter by letter."""
    parts = _parts(address)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.fragment:
        raise Unclear("redirect_uri が http(s) のURLではありません。")
    if known and address not in known:
        raise Unclear("redirect_uri がアプリに登録されたURLと一致しません。")
    return address


def _parts(address: str) -> SplitResult:
    """An empty one for what cannot be an address."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


@blueprint.after_request
def _guard(response: Response) -> Response:
    """The form leads to the app's own address, which browsers hold against form-action too."""
    back = _parts(request.values.get("redirect_uri", ""))
    origin = f" {back.scheme}://{back.netloc}" if back.scheme in ("http", "https") else ""
    if set(origin) & set(";,'\"\r\n"):
        origin = ""
    response.headers["Content-Security-Policy"] = (
        f"default-src 'self'; form-action 'self'{origin}; base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
