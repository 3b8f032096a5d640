"""Where the link of `flask agents link` leads: one press, and its person is signed in."""

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from support.agents import one_time
from support.agents.one_time import Link
from support.db import db
from support.desk import the_desk
from support.errors import N_, DeskError
from support.web import errors
from support.web.agents import entering
from support.web.agents.coming_in import SIGN_IN_LIMIT, limiter, place
from support.web.agents.entering import Way
from support.web.errors import sentence_of
from support.web.language import now

pages = Blueprint("links", __name__)

SPENT = N_("このリンクはもう使えません。サーバーで flask agents link をもう一度実行してください。")


@pages.get("/sign-in/link/<token>")
def ask(token: str) -> Response | str:
    """Asks first: whatever looks at links ahead of people must not use it up."""
    link = _link(token)
    return render_template("agents/link.html", agent=link.agent) if link is not None else _spent()


@pages.post("/sign-in/link/<token>")
@limiter.limit(SIGN_IN_LIMIT, key_func=place)
def enter(token: str) -> Response:
    link = _link(token)
    if link is None or not one_time.use(db.session(), link, now=now()):
        db.session.rollback()
        return _spent()
    return entering.let_in(link.agent, url_for("tickets.queue"), Way.LINK)


def _link(token: str) -> Link | None:
    return one_time.read(db.session(), token, the_desk().settings.secret_key, now=now())


def _spent() -> Response:
    return errors.answer(404, advice=sentence_of(DeskError(SPENT)))
