"""What the desk learnt from agents' picks: to be read lesson by lesson, and taken back."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.canned import learning
from support.canned.learnt import Change, changes
from support.canned.lessons import AS_WRITTEN
from support.canned.replies import Channel
from support.db import db
from support.desk import the_desk
from support.web import reach, toasts
from support.web.canned.shelf import local_day
from support.web.guard import needs
from support.web.language import now
from support.x.records import Account

MOST = 50
"""Lessons on a page."""
MOST_WEIGHTS = 12
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

pages = Blueprint("canned_learned", __name__)


@pages.get("/canned/learned")
@needs(Deed.EDIT_ANSWERS)
def show() -> str:
    """The lessons of an account; of one answer, and what they changed, where one is named."""
    accounts = list(db.session.scalars(select(Account).order_by(Account.id)))
    accounts = [it for it in accounts if reach.may_see(it.id)]
    account = _account(accounts)
    answer_id = (request.args.get("answer") or None) if account else None
    titles = {reply.id: reply.title or reply.id for reply in the_desk().shelf.replies}
    counts = learning.counts(db.session(), account.id, now()) if account else {}
    if answer_id and answer_id not in titles and answer_id not in counts:
        abort(404)
    told = _lessons(account.id, answer_id) if account else []
    every = "all" in request.args
    # Weights are of pieces of everybody's words, direct messages among them.
    weights = []
    if account and answer_id and told and reach.may_see(account.id, private=True):
        weights = _weights(account.id, answer_id, told)
    return render_template(
        "canned/learned.html",
        accounts=accounts,
        account=account,
        answer_id=answer_id,
        titles=titles,
        counts=sorted(counts.items(), key=lambda it: (it[0] is None, -it[1], it[0] or "")),
        total=sum(counts.values()),
        lessons=told[:MOST],
        older=told[MOST - 1].pick.id if len(told) > MOST else None,
        weights=weights if every else weights[:MOST_WEIGHTS],
        more=0 if every else max(0, len(weights) - MOST_WEIGHTS),
        as_written=AS_WRITTEN,
    )


@pages.post("/canned/learned/<int:account_id>/forgetting")
@needs(Deed.EDIT_ANSWERS)
def forget(account_id: int) -> Response:
    """One lesson, those of an answer, or everything the account was taught."""
    reach.need_account(account_id)
    at = now()
    what = _what(account_id)
    gone = learning.forget(db.session(), account_id, at, **what)
    db.session.commit()
    learning.look_again(the_desk().shelf, account_id)
    if gone:
        moment = (at - EPOCH) // timedelta(microseconds=1)
        back = url_for("canned_learned.remember", account_id=account_id, moment=moment)
        toasts.say(gettext("%(n)s件の学習を忘れました", n=gone), undo=back)
    else:
        toasts.say(gettext("すでに忘れた学習です"))
    return _back(account_id, request.form.get("back"))


@pages.post("/canned/learned/<int:account_id>/remembering/<moment:moment>")
@needs(Deed.EDIT_ANSWERS)
def remember(account_id: int, moment: int) -> Response:
    """What was taken back at a moment, in microseconds, teaches again."""
    reach.need_account(account_id)
    try:
        at = EPOCH + timedelta(microseconds=moment)
    except OverflowError:
        abort(404)
    found = learning.remember(db.session(), account_id, at) or abort(404)
    db.session.commit()
    learning.look_again(the_desk().shelf, account_id)
    toasts.say(gettext("%(n)s件の学習を元に戻しました", n=found))
    return _back(account_id, None)


def _back(account_id: int, answer_id: str | None) -> Response:
    """To the answer's lessons where some are left, else to those of the account."""
    if answer_id and answer_id not in learning.counts(db.session(), account_id, now()):
        answer_id = None
    there = url_for("canned_learned.show", account=account_id, answer=answer_id or None)
    return redirect(there, 303)


def _account(accounts: list[Account]) -> Account | None:
    """The one that is asked for, else the first."""
    if "account" not in request.args:
        return accounts[0] if accounts else None
    wanted = request.args.get("account", type=int)
    return next((it for it in accounts if it.id == wanted), None) or abort(404)


def _what(account_id: int) -> dict[str, Any]:
    """What a form wants forgotten: exactly one of the three."""
    if db.session.get(Account, account_id) is None:
        abort(404)
    asked = {name for name in ("pick", "answer", "all") if request.form.get(name)}
    if len(asked) != 1:
        abort(400)
    if asked == {"all"}:
        return {}
    if asked == {"answer"}:
        return {"answer_id": request.form["answer"]}
    pick_id = request.form.get("pick", type=int)
    if pick_id is None:
        abort(400)
    if not learning.of_account(db.session(), account_id, pick_id):
        abort(404)
    return {"pick_id": pick_id}


def _lessons(account_id: int, answer_id: str | None) -> list[learning.Told]:
    """Those of a page, and one more where there are more."""
    before = request.args.get("before", type=int)
    return learning.lessons(
        db.session(), account_id, now(), answer_id=answer_id, before=before, most=MOST + 1
    )


def _weights(account_id: int, answer_id: str, told: list[learning.Told]) -> list[Change]:
    """What the lessons changed for an answer, where it is offered today."""
    shelf, today = the_desk().shelf, local_day()
    reply = shelf.get(answer_id)
    if reply is None:
        return []
    channel: Channel = "dm" if reply.channel == "dm" else "public"
    plain = shelf.matcher(channel, today)
    if all(it.id != answer_id for it in plain.replies):
        return []
    taught = learning.matcher(db.session(), shelf, account_id, channel, now(), today)
    said = [*reply.questions, *(it.pick.message.text for it in told)]
    return changes(plain.weights(answer_id), taught.weights(answer_id), said)
