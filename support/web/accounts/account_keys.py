"""Keys pasted from X's developer pages: an account's four, and those of an app.

Secrets can be written and never read: a form shows that one is there, not what it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.db import db, storable
from support.desk import the_desk
from support.errors import N_, DeskError, Refused
from support.inbox.opening import open_account
from support.web import toasts
from support.web.accounts.connecting import callback_address
from support.web.errors import sentence_of
from support.web.guard import needs
from support.web.language import now
from support.x.connecting import by_keys, who_is
from support.x.oauth1 import Keys
from support.x.records import Account, XApp
from support.x.registering import AppKeys, app_with_consumer, change, register

pages = Blueprint("account_keys", __name__)

FOUR = ("consumer_key", "consumer_secret", "token", "token_secret")
OF_APP = ("name", "client_id", "client_secret", "consumer_key", "consumer_secret", "bearer")


@dataclass
class Draft:
    """What stands in the fields of a form, and what is wrong with it, by field."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def _written(names: tuple[str, ...]) -> Draft:
    return Draft({name: storable(request.form.get(name, "")).strip() for name in names})


@pages.get("/settings/accounts/keys")
@needs(Deed.MANAGE_DESK)
def ask() -> str:
    """The form for the four keys of OAuth 1.0a."""
    return render_template("settings/keys.html", draft=Draft())


@pages.post("/settings/accounts/keys")
@needs(Deed.MANAGE_DESK)
def connect() -> Response | tuple[str, int]:
    draft = _written(FOUR)
    try:
        account = _connected(Keys(*(draft.values[name] for name in FOUR)), draft)
    except DeskError as error:
        db.session.rollback()
        _note(draft, error)
        return render_template("settings/keys.html", draft=draft), 422
    toasts.say(gettext("@%(handle)s を接続しました", handle=account.handle))
    return redirect(url_for("accounts.show"), 303)


def _connected(keys: Keys, draft: Draft) -> Account:
    for name in FOUR:
        value = draft.values[name]
        if not value or len(value) > 200 or not value.isascii():
            raise Refused(name, N_("Xの開発者ページから、コピーし直してください。"))
    desk = the_desk()
    db.session.rollback()  # nothing of the database is held while X is asked
    person = who_is(desk.x.with_keys(keys))
    key, at = desk.settings.secret_key, now()
    app = app_with_consumer(db.session(), keys, secret_key=key, now=at)
    given = by_keys(keys, app_id=app.id)
    account = open_account(db.session(), person, given, desk.settings, now=at)
    db.session.commit()
    return account


@pages.route("/settings/apps/new", methods=["GET", "POST"])
@needs(Deed.MANAGE_DESK)
def add_app() -> Response | str | tuple[str, int]:
    """A further developer app."""
    key = the_desk().settings.secret_key
    return _app_page(None, lambda given: register(db.session(), given, secret_key=key, now=now()))


@pages.route("/settings/apps/<int:number>", methods=["GET", "POST"])
@needs(Deed.MANAGE_DESK)
def change_app(number: int) -> Response | str | tuple[str, int]:
    """Its keys; a secret field that stays empty leaves what is there."""
    app = db.session.get(XApp, number)
    if app is None:
        abort(404)
    key = the_desk().settings.secret_key
    return _app_page(app, lambda given: change(app, given, secret_key=key))


def _app_page(
    app: XApp | None, keep: Callable[[AppKeys], object]
) -> Response | str | tuple[str, int]:
    draft = _written(OF_APP) if request.method == "POST" else _as_it_is(app)
    if request.method == "POST":
        try:
            keep(AppKeys(**draft.values))
        except Refused as refusal:
            db.session.rollback()
            _note(draft, refusal)
            return _drawn(app, draft), 422
        db.session.commit()
        toasts.say(gettext("アプリのキーを保存しました"))
        return redirect(url_for("accounts.show"), 303)
    return _drawn(app, draft)


def _drawn(app: XApp | None, draft: Draft) -> str:
    return render_template("settings/app.html", app=app, draft=draft, callback=callback_address())


def _as_it_is(app: XApp | None) -> Draft:
    if app is None:
        return Draft()
    return Draft({name: getattr(app, name) for name in ("name", "client_id", "consumer_key")})


def _note(draft: Draft, error: DeskError) -> None:
    draft.errors[error.field if isinstance(error, Refused) else ""] = sentence_of(error)
