"""Our accounts on X in the settings: how they stand, connecting them, taking them off."""

from collections.abc import Mapping
from hmac import compare_digest
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.db import db
from support.desk import the_desk
from support.errors import N_, DeskError, Refused
from support.inbox.opening import open_account
from support.web import toasts, typed
from support.web.errors import sentence_of
from support.web.frame import frame
from support.web.guard import needs
from support.web.language import now
from support.x import connecting
from support.x.connecting import by_oauth2, who_is
from support.x.errors import XError, reason_not_connected, reason_to_stop
from support.x.oauth2 import OAuth2, new_secret
from support.x.records import Account, XApp
from support.x.registering import all_apps
from support.x.scopes import allow_dms

pages = Blueprint("accounts", __name__)

BEGUN = "connecting"
"""Where the session cookie, which is signed, keeps what a connection was begun with."""
WAYS = {
    connecting.OAUTH2: N_("Xの許可画面"),
    connecting.OAUTH1: N_("4つのキー"),
    connecting.BEARER: N_("貼り付けたトークン"),
}


@pages.get("/settings/accounts")
@needs(Deed.MANAGE_DESK)
def show() -> str:
    """The accounts, the apps they are connected through, and what went wrong, if anything did."""
    return page()


def page(problem: str = "") -> str:
    apps = all_apps(db.session())
    return render_template(
        "settings/accounts.html",
        apps=apps,
        accounts=frame().accounts,
        ways=WAYS,
        allow_dms=allow_dms,
        callback=callback_address(),
        by_name=by_name(),
        problem=problem,
    )


def callback_address() -> str:
    """Where X sends the browser back to; it has to be registered with the app as it stands."""
    base = the_desk().settings.public_url or request.host_url.rstrip("/")
    return base + url_for("accounts.callback")


def by_name() -> bool:
    """Whether that address stands on localhost, which the real X does not take."""
    named = urlsplit(callback_address()).hostname == "localhost"
    return named and not the_desk().settings.on_sandbox


@pages.get("/settings/accounts/connection")
@needs(Deed.MANAGE_DESK)
def begin() -> Response | tuple[str, int]:
    """On to X, where whoever is signed in there gives permission for their account.

    A link and not a form: browsers hold `form-action` against where a form's answer leads.
    """
    app = _the(XApp, request.args.get("app", ""))
    again = request.args.get("account", "")
    expected = _the(Account, again).x_id if again else ""
    if not app.client_id:
        return page(gettext("このアプリのクライアントIDを、先に入力してください。")), 422
    begun = {
        "state": new_secret(),
        "verifier": new_secret(),
        "app": app.id,
        "expected": expected,
        "callback": callback_address(),
    }
    try:
        asking = the_desk().x.oauth2(app)
    except XError as error:
        return page(gettext(reason_to_stop(error))), 422
    session[BEGUN] = begun
    named = {name: str(begun[name]) for name in ("callback", "state", "verifier")}
    return redirect(asking.address(**named), 303)


@pages.get("/settings/accounts/callback")
@needs(Deed.MANAGE_DESK)
def callback() -> Response | tuple[str, int]:
    """Where X sends the browser back to, with a code that lives 30 seconds."""
    begun = session.pop(BEGUN, None)
    try:
        code = _code_of(request.args, begun)
        account = _exchange(begun, code)
    except DeskError as error:
        db.session.rollback()
        return page(sentence_of(error)), 422
    except XError as error:
        db.session.rollback()
        return page(gettext(reason_not_connected(error))), 422
    toasts.say(gettext("@%(handle)s を接続しました", handle=account.handle))
    return redirect(url_for("accounts.show"), 303)


def _code_of(answer: Mapping[str, str], begun: Any) -> str:
    """The code X sent, if it belongs to what this browser began. Raises DeskError."""
    known = isinstance(begun, dict)
    if not known or not compare_digest(answer.get("state", "").encode(), begun["state"].encode()):
        raise DeskError(
            N_(
                "この接続は、このブラウザで始めたものではありません。コマンドで接続しているときは、"
                "今のアドレスをコマンドに貼り付けてください。"
            )
        )
    if answer.get("error") == "access_denied":
        raise DeskError(N_("Xで許可されませんでした。接続は変わっていません。"))
    if not answer.get("code"):
        raise DeskError(N_("Xが許可の画面を開けませんでした。アプリの設定を確かめてください。"))
    return answer["code"]


def _exchange(begun: Mapping[str, Any], code: str) -> Account:
    """Nothing of the database is held while X is asked; a safe request begins without writing."""
    desk, app = the_desk(), _the(XApp, str(begun["app"]))
    asking, app_id = desk.x.oauth2(app), app.id
    db.session.rollback()
    pair = asking.exchange(code, callback=begun["callback"], verifier=begun["verifier"])
    person = who_is(desk.x.with_token(pair.access))
    if begun["expected"] not in ("", person.x_id):
        _give_back(asking, pair.refresh or pair.access)
        raise Refused(
            "account",
            N_(
                "Xでは @%(handle)s として許可されました。つなぎ直すアカウントでXに"
                "サインインしてから、もう一度お試しください。"
            ),
            handle=person.username,
        )
    given = by_oauth2(pair, app_id=app_id, now=now())
    account = open_account(db.session(), person, given, desk.settings, now=now())
    db.session.commit()
    return account


def _give_back(asking: OAuth2, token: str) -> None:
    """What was granted by mistake; X may be told or not, it is not kept here."""
    try:
        asking.revoke(token)
    except XError:
        return


@pages.post("/settings/accounts/<int:number>/resumption")
@needs(Deed.MANAGE_DESK)
def resume(number: int) -> Response | tuple[str, int]:
    """A stopped account goes on, once X takes what it is connected with."""
    account = _the(Account, str(number))
    try:
        client = the_desk().x.for_account(account)
        db.session.rollback()  # the call may renew the token, for which it needs the row
        client.me()
    except XError as error:
        db.session.rollback()
        return page(gettext(reason_to_stop(error))), 422
    account = _the(Account, str(number))
    connecting.resume(account)
    db.session.commit()
    toasts.say(gettext("@%(handle)s の受信と送信を再開しました", handle=account.handle))
    return redirect(url_for("accounts.show"), 303)


@pages.get("/settings/accounts/<int:number>/disconnection")
@needs(Deed.MANAGE_DESK)
def ask_to_disconnect(number: int) -> str:
    """What will stop and what will stay, before anything is done."""
    account = _the(Account, str(number))
    return render_template("settings/disconnection.html", account=account)


@pages.post("/settings/accounts/<int:number>/disconnection")
@needs(Deed.MANAGE_DESK)
def disconnect(number: int) -> Response:
    account, told = _the(Account, str(number)), False
    try:
        tell = the_desk().x.revocation(account)
        db.session.rollback()
        told = tell()
    except XError:
        db.session.rollback()
    account = _the(Account, str(number))
    connecting.disconnect(account, now())
    db.session.commit()
    toasts.say(gettext("@%(handle)s の接続を解除しました", handle=account.handle))
    if not told:
        toasts.say(gettext("Xの「連携しているアプリ」で、許可も取り消してください"), stay=True)
    return redirect(url_for("accounts.show"), 303)


def _the(kind: Any, number: str) -> Any:
    """The row of this number, or the page that says there is none."""
    found = db.session.get(kind, typed.number(number) or 0)
    if found is None:
        abort(404)
    return found
