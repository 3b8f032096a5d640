"""見守り: what was sent, the one that is looked at, and what a lead says to it."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.agents.records import everyone
from support.alerts import telling
from support.db import db
from support.desk import the_desk
from support.errors import DeskError, Refused
from support.replies.findings import ASKS
from support.replies.records import Reply
from support.replies.states import PartState
from support.review import looking, reviewing
from support.review.agreement import Verdict
from support.review.looking import WEEKS, Order, Page, Seen, Sent, Wanted
from support.review.records import Review
from support.review.sampling import Reason
from support.review.weeks import latest, week_from
from support.web import toasts
from support.web.errors import sentence_of
from support.web.frame import frame
from support.web.guard import me, needs
from support.web.language import now, zone
from support.web.replies.reply_parts import permalink

pages = Blueprint("review", __name__)

ORDERS: dict[Order, Any] = {
    Order.RISKIEST: _l("気になる順"),
    Order.NEWEST: _l("新しい順"),
    Order.SAMPLE: _l("抜き取り"),
}
SEEN: dict[Seen, Any] = {
    Seen.NOBODY: _l("未確認"),
    Seen.NOT_ME: _l("自分は未確認"),
    Seen.SOMEBODY: _l("確認済み"),
    Seen.ANY: _l("すべて"),
}
VERDICTS: dict[Verdict, tuple[str, str, Any]] = {
    Verdict.GOOD: ("good", "ok", _l("よい")),
    Verdict.FIX: ("idea", "warn", _l("直したい")),
    Verdict.TALK: ("people", "accent", _l("要相談")),
}
"""Icon, tone and word."""
MOST_WEEKS = 12
"""To choose from; older ones have addresses as well."""


@pages.get("/review")
@needs(Deed.REVIEW)
def show() -> str:
    return _page(wanted(), None)


@pages.get("/review/<int:reply_id>")
@needs(Deed.REVIEW)
def look_at(reply_id: int) -> str:
    return _page(wanted(), _sent(reply_id))


@pages.post("/review/<int:reply_id>")
@needs(Deed.REVIEW)
def write(reply_id: int) -> Response | tuple[str, int]:
    """`do` is look, or the words are kept."""
    reply, only_looked = _sent(reply_id).reply, request.form.get("do") == "look"
    try:
        if only_looked:
            reviewing.look(db.session(), reply, now(), by=me())
        review = None if only_looked else _written(reply)
    except Refused as refusal:
        db.session.rollback()
        wrong = {refusal.field: sentence_of(refusal)}
        return _page(wanted(), _sent(reply_id), wrong=wrong), 422
    except DeskError as error:
        db.session.rollback()
        return _page(wanted(), _sent(reply_id), trouble=sentence_of(error)), 409
    told = review.agent_id if review is not None else None
    if review is not None:
        telling.tell(db.session(), review, told, now())
    db.session.commit()
    if told is not None:
        the_desk().news.tell("alert", told)
    toasts.say(gettext("確認済みにしました") if only_looked else gettext("見守りを送りました"))
    return redirect(url_for("review.look_at", **_address(reply_id)), 303)


def _address(reply_id: int) -> dict[str, Any]:
    return {"reply_id": reply_id, **wanted().address()}


def _written(reply: Reply) -> Review | None:
    words = {name: request.form.get(name, "") for name in ("verdict", "good", "idea")}
    return reviewing.write(db.session(), reply, now(), by=me(), **words)


def wanted() -> Wanted:
    """What the address asks for; what it does not say, or says wrongly, is as usual."""
    asked = request.args

    def one_of(kind: Any, name: str, usual: Any) -> Any:
        return kind(asked[name]) if asked.get(name) in set(kind) else usual

    return Wanted(
        lead_id=me().id,
        order=one_of(Order, "order", Order.RISKIEST),
        seen=one_of(Seen, "seen", Seen.NOBODY),
        agent=_number(asked.get("agent", "")),
        account=_number(asked.get("account", "")),
        channel=asked.get("channel", "") if asked.get("channel") in ("public", "dm") else "",
        week=week_from(asked.get("week", "")),
    )


def _number(text: str) -> int | None:
    known = text.isascii() and text.isdecimal() and len(text) < 10
    return int(text) if known else None


def _sent(reply_id: int) -> Sent:
    found = looking.one(db.session(), reply_id, now()) if reply_id < 2**31 else None
    if found is None:
        abort(404)
    return found


def _page(asked: Wanted, chosen: Sent | None, **values: Any) -> str:
    session, after = db.session(), request.args.get("after", "")
    found: Page = looking.page(session, asked, now(), zone(), after)
    there = chosen or (found.sent[0] if found.sent else None)
    before, later = looking.around(session, there) if there else ([], [])
    return render_template(
        "review/show.html",
        **{
            "page": found,
            "number": looking.how_many(session, asked, now(), zone()),
            "most": looking.COUNTED_UP_TO,
            "wanted": asked,
            "address": asked.address(),
            "here": lambda **more: url_for("review.show", **{**asked.address(), **more}),
            "after": after,
            "chosen": there,
            "is_opened": chosen is not None,
            "before": before,
            "later": later,
            "mine": _mine(there),
            "orders": ORDERS,
            "seens": SEEN,
            "verdicts": VERDICTS,
            "people": everyone(session),
            "accounts": [here.account for here in frame().accounts],
            "weeks": latest(now(), zone(), MOST_WEEKS),
            "usual_weeks": WEEKS,
            "why": why,
            "finding": finding,
            "permalink": permalink,
            "may_delete": may_delete,
            "answering": reviewing.takes_part,
            "longest": reviewing.LONGEST,
            "wrong": {},
            "trouble": "",
            **values,
        },
    )


def _mine(sent: Sent | None) -> Review | None:
    """What whoever asks said to it."""
    return next((it for it in sent.reviews if it.lead_id == me().id), None) if sent else None


def may_delete(reply: Reply) -> list[Any]:
    """Posts of it that can still be taken down from X."""
    if reply.conversation.is_private or reply.settled_at is None:
        return []
    return [
        part
        for part in reply.parts
        if part.state == PartState.POSTED and part.deleted_at is None and part.x_id
    ]


def why(reason: Reason) -> str:
    said = str(gettext(reason.sentence))
    return said % reason.values if reason.values else said


def finding(kind: str) -> str:
    """What the guard said, without what it found."""
    known = ASKS.get(kind)
    return str(gettext(known[2])) if known and "%(" not in known[2] else kind
