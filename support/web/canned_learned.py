"""What the desk learnt from agents' picks: to be read lesson by lesson, and taken back."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.canned import learning
from support.canned.learnt import Change, changes
from support.db import db
from support.desk import the_desk
from support.web import toasts
from support.web.canned import local_day
from support.web.guard import needs
from support.web.language import now
from support.x.records import Account

MOST = 100
"""Lessons on a page, the newest."""
MOST_WEIGHTS = 40

pages = Blueprint("canned_learned", __name__)


@pages.get("/canned/learned")
@needs(Deed.EDIT_ANSWERS)
def show() -> str:
    """The lessons of an account; of one answer, and what they changed, where one is named."""
    accounts = _accounts()
    account = _account(accounts, request.args.get("account", type=int))
    answer_id = request.args.get("answer") or None
    shelf = the_desk().shelf
    counts = learning.counts(db.session(), account.id, now()) if account else {}
    every = "all" in request.args
    weights = _weights(account.id, answer_id) if account and answer_id else []
    return render_template(
        "canned/learned.html",
        accounts=accounts,
        account=account,
        answer_id=answer_id,
        titles={reply.id: reply.title or reply.id for reply in shelf.replies},
        counts=sorted(counts.items(), key=lambda it: (-it[1], it[0] or "")),
        total=sum(counts.values()),
        lessons=_lessons(account.id, answer_id) if account else [],
        weights=weights if every else weights[:MOST_WEIGHTS],
        more=0 if every else max(0, len(weights) - MOST_WEIGHTS),
        most=MOST,
    )


@pages.post("/canned/learned/<int:account_id>/forgetting")
@needs(Deed.EDIT_ANSWERS)
def forget(account_id: int) -> Response:
    """One lesson, those of an answer, or everything the account was taught."""
    what: dict[str, Any] = {
        "pick_id": request.form.get("pick", type=int),
        "answer_id": request.form.get("answer") or None,
    }
    if what["pick_id"] is None and what["answer_id"] is None and not request.form.get("all"):
        abort(400)
    gone = learning.forget(db.session(), account_id, now(), **what)
    db.session.commit()
    toasts.say(gettext("%(n)s件の学習を忘れました。", n=gone))
    back = request.form.get("back") or None
    return redirect(url_for("canned_learned.show", account=account_id, answer=back), 303)


def _accounts() -> list[Account]:
    return list(db.session.scalars(select(Account).order_by(Account.id)))


def _account(accounts: list[Account], wanted: int | None) -> Account | None:
    return next((it for it in accounts if it.id == wanted), accounts[0] if accounts else None)


def _lessons(account_id: int, answer_id: str | None) -> list[learning.Told]:
    return learning.lessons(db.session(), account_id, now(), answer_id=answer_id, most=MOST)


def _weights(account_id: int, answer_id: str) -> list[Change]:
    """What the lessons changed for an answer that is offered today."""
    shelf, today = the_desk().shelf, local_day()
    if shelf.get(answer_id) is None:
        return []
    taught = learning.matcher(db.session(), shelf, account_id, "both", now(), today)
    plain = shelf.matcher("both", today)
    if all(reply.id != answer_id for reply in plain.replies):
        return []
    return changes(plain.weights(answer_id), taught.weights(answer_id))
