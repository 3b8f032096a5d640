"""How sending stands: what waits in which state and how long, what a person must see to."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.db import db
from support.desk import the_desk
from support.errors import N_, Refused
from support.replies import standing
from support.replies.deciding import may_decide
from support.replies.records import Reply, ReplyPart
from support.replies.standing import AccountStanding
from support.replies.states import PartState
from support.web import reach, toasts, typed
from support.web.accounts import spending_words
from support.web.guard import needs
from support.web.language import now
from support.web.replies import attempts, reply_parts
from support.web.tickets import timeline
from support.web.tickets.ticket_page import sentence
from support.x.budgets import Left
from support.x.families import SENDING
from support.x.records import Account

LONGEST_UNDO = 300
"""Seconds; whoever wants longer schedules the reply."""
MOST_SHOWN = 100

pages = Blueprint("sending", __name__)

STATES: dict[PartState, Any] = {
    PartState.WAITING: _l("承認待ち"),
    PartState.HELD: _l("取り消し待ち・予約"),
    PartState.ASKING: _l("送信前の確認待ち"),
    PartState.QUEUED: _l("送信待ち"),
    PartState.POSTING: _l("送信中"),
    PartState.UNKNOWN: _l("届いたか確認中"),
    PartState.HANDED: _l("手での送信待ち"),
}
TELLING = (PartState.UNKNOWN, PartState.REJECTED, PartState.ASKING, PartState.HANDED)
"""The states a person sees to, the one to be told of first before the others."""


@dataclass(frozen=True)
class Shown:
    """An account's sending with what X still allows it."""

    at: AccountStanding
    left: dict[str, list[Left]]
    """Of posts and of direct messages, as far as X has said."""


@dataclass(frozen=True)
class Waiting:
    """A reply that waits for a person, and the part of it that does."""

    reply: Reply
    part: ReplyPart
    delivery: timeline.Delivery


@pages.get("/settings/sending")
@needs(Deed.SEE_FAULTS)
def show() -> str:
    return _page()


@pages.post("/settings/sending/<int:account_id>/undo-time")
@needs(Deed.MANAGE_DESK)
def set_undo_time(account_id: int) -> Response | tuple[str, int]:
    """How long a reply of this account can be taken back; replies under way keep their time."""
    account = db.session.get(Account, account_id) if account_id < 2**31 else None
    if account is None or not reach.may_see(account_id):
        abort(404)
    asked = request.form.get("seconds", "")[:20]
    try:
        account.undo_seconds = seconds_of(asked)
    except Refused as refusal:
        fault = {"account": account_id, "written": asked, "sentence": sentence(refusal)}
        return _page(fault), 422
    db.session.commit()
    toasts.say(gettext("取り消せる時間を保存しました"))
    return redirect(url_for("sending.show"), 303)


def seconds_of(written: str) -> int:
    """Raises Refused for anything but a whole number of seconds an agent would wait."""
    found = typed.number(unicodedata.normalize("NFKC", written).strip(), most=LONGEST_UNDO)
    if found is None:
        raise Refused("seconds", N_("0から300までの秒数を、数字で入力してください。"))
    return found


def _page(fault: dict[str, Any] | None = None) -> str:
    seen = [it for it in standing.accounts(db.session(), now()) if reach.may_see(it.account.id)]
    accounts = [Shown(it, _left(it.account)) for it in seen]
    waiting = standing.attention(db.session(), now(), MOST_SHOWN)
    return render_template(
        "settings/sending.html",
        accounts=accounts,
        attention=[_waiting(reply) for reply in waiting],
        states=STATES,
        outcomes=attempts.WORDS,
        said_already=attempts.NAMES_AN_ID,
        counts=spending_words.COUNTS,
        may_decide=may_decide,
        may_touch=reply_parts.may_touch,
        needs_reason=reply_parts.needs_reason,
        most=MOST_SHOWN,
        longest=LONGEST_UNDO,
        fault=fault,
    )


def _left(account: Account) -> dict[str, list[Left]]:
    budget = the_desk().budgets.of(account.id, account.app_id)
    return {
        kind: [left for left in budget.left(family) if left.reset > now()]
        for kind, family in SENDING.items()
    }


def _waiting(reply: Reply) -> Waiting:
    part = next(part for state in TELLING for part in reply.parts if PartState(part.state) is state)
    stopped = reply.conversation.account.stopped_at is not None
    return Waiting(reply, part, timeline.delivery(part, stopped=stopped))
