"""Whoever changes how they sign in shows once more that it is they."""

from datetime import datetime, timedelta

from flask import g, request, session
from flask_babel import gettext

from support.agents.signing_in import password_fits
from support.errors import N_
from support.web import toasts
from support.web.agents import entering
from support.web.guard import me
from support.web.language import now

LATER = N_("続けて違っていたため、あと%(seconds)s秒待ってからお試しください。")
FRESH = timedelta(minutes=10)
"""How long a sign-in, or a password that was shown once more, speaks for the person."""
PROVEN = "proven"
"""Where the session keeps when that was."""


def is_me() -> bool:
    """Whether the form holds the password of whoever is signed in; wrong ones are counted.

    Who has none, because another provider signs them in, has come from there just now.
    """
    agent = me()
    if not agent.password_hash:
        if now() - g.sign_in.started_at <= FRESH:
            return True
        words = gettext("確認のため、一度サインアウトしてサインインし直してください")
        toasts.say(words, tone="danger")
        return False
    if seconds := entering.seconds_to_wait(agent.email):
        toasts.say(gettext(LATER, seconds=seconds), tone="danger")
        return False
    if password_fits(request.form.get("password", ""), agent.password_hash):
        return True
    entering.refused(agent.email)
    toasts.say(gettext("パスワードが違います"), tone="danger")
    return False


def remember() -> None:
    """What follows within minutes, in this browser, need not ask again."""
    session[PROVEN] = now().isoformat()


def remembered() -> bool:
    at = session.get(PROVEN)
    return isinstance(at, str) and now() - datetime.fromisoformat(at) <= FRESH


def forget() -> None:
    session.pop(PROVEN, None)
