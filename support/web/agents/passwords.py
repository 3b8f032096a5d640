"""One's own password."""

from pathlib import Path

import structlog
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents import breaches, signing_in
from support.agents.signing_in import Leaked
from support.audit.deeds import Deed
from support.db import db
from support.desk import the_desk
from support.errors import N_, Refused
from support.web import toasts
from support.web.agents import entering
from support.web.errors import sentence_of
from support.web.guard import me
from support.web.language import now

LONGEST = 200
WRONG = N_("今のパスワードが違います。")
TWICE = N_("2つの新しいパスワードが同じではありません。")
LATER = N_("続けて違っていたため、あと%(seconds)s秒待ってからお試しください。")

log = structlog.get_logger()

pages = Blueprint("passwords", __name__)


def leaked() -> Leaked:
    """Whether a password is on the operator's list; a list that cannot be read holds nothing up."""
    path = the_desk().settings.leaked_passwords

    def on_the_list(password: str) -> bool:
        try:
            return bool(path) and breaches.is_breached(password, Path(path))
        except OSError as error:
            log.error("leaked_passwords_unreadable", error=type(error).__name__)
            return False

    return on_the_list


@pages.get("/me/password")
def show() -> Response | str:
    return _page({}) if me().password_hash else _has_none()


@pages.post("/me/password")
def change() -> Response | tuple[str, int]:
    """Ends every other sign-in; this browser goes on with a new one."""
    agent, form = me(), request.form
    if not agent.password_hash:
        return _has_none()
    wrong = _wrong(form.get("current", ""), form.get("password", ""), form.get("again", ""))
    if wrong:
        return _page(wrong), 422
    try:
        signing_in.set_password(
            db.session(), agent, form.get("password", ""), now=now(), leaked=leaked()
        )
    except Refused as refusal:
        db.session.rollback()
        return _page({refusal.field: sentence_of(refusal)}), 422
    entering.sign_in(agent, Deed.PASSWORD_CHANGED)
    toasts.say(gettext("パスワードを変更しました。ほかのブラウザのサインインは終わりました"))
    return redirect(url_for("agents.profile"), 303)


def _has_none() -> Response:
    """Another provider signs them in; a password beside it would lead past that."""
    toasts.say(gettext("社内アカウントでサインインしているため、パスワードはありません"))
    return redirect(url_for("agents.profile"), 303)


def _wrong(current: str, new: str, again: str) -> dict[str, str]:
    """What keeps this from being done, by field; wrong passwords are counted as at the door."""
    email = me().email
    if seconds := entering.seconds_to_wait(email):
        return {"current": gettext(LATER, seconds=seconds)}
    if not signing_in.password_fits(current[:LONGEST], me().password_hash):
        entering.refused(email)
        return {"current": gettext(WRONG)}
    if len(new) > LONGEST:
        return {"password": gettext("200文字までで入力してください。")}
    return {"again": gettext(TWICE)} if new != again else {}


def _page(wrong: dict[str, str]) -> str:
    least = signing_in.SHORTEST_PASSWORD
    return render_template("agents/password.html", wrong=wrong, least=least, email=me().email)
