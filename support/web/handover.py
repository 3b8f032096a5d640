"""The hand-over sheet: what one leaves to the next shift, and a word to go with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.agents.records import AccountLimit, Agent, everyone
from support.db import db
from support.errors import N_, Refused
from support.handover import sheet, telling
from support.handover.records import HandoverMemo, memos, unread_by
from support.handover.sheet import EVERYBODY, UNASSIGNED, Whose
from support.handover.telling import Audience
from support.replies.records import Reply
from support.replies.states import PartState
from support.tickets.records import Ticket
from support.web import toasts, typed
from support.web.errors import sentence_of
from support.web.guard import i_may, me
from support.web.language import now
from support.web.reach import beyond, may_see, my_reach
from support.x.records import Account

MOST_UNREAD, MOST_EARLIER = 50, 20
NOTHING_WRONG: Mapping[str, str] = MappingProxyType({})
_NUMBER = re.compile(r"([#＃][0-9]{1,9})(?![0-9])")

pages = Blueprint("handover", __name__)


@dataclass(frozen=True)
class Piece:
    text: str
    ticket: int | None = None


@pages.get("/handover")
def show() -> str:
    """`of`: an agent's number, all, or none for what nobody has; without it one's own."""
    return _page()


@pages.post("/handover/memos")
def write() -> Response | tuple[str, int]:
    text = request.form.get("text", "")[: telling.LONGEST * 2]
    try:
        telling.write(db.session(), text, by=me(), now=now(), to=_audience())
    except Refused as refusal:
        db.session.rollback()
        return _page({refusal.field: sentence_of(refusal)}, text), 422
    db.session.commit()
    toasts.say(gettext("次の方への申し送りを残しました"))
    return redirect(url_for("handover.show"), 303)


@pages.post("/handover/memos/<int:memo_id>/noted")
def take_note(memo_id: int) -> Response:
    memo = db.session.get(HandoverMemo, memo_id) if memo_id < 2**31 else None
    if memo is None:
        abort(404)
    telling.take_note(db.session(), memo, by=me(), now=now())
    db.session.commit()
    return redirect(url_for("handover.show"), 303)


def audiences() -> dict[str, tuple[Audience, Account | None]]:
    """By the name of the choice: everybody, and each limited part that whoever writes sees.

    Empty where they see nothing that is limited: then there is nothing to keep from anybody.
    """
    if not g.sign_in.anything_limited:
        return {}
    limited = select(AccountLimit, Account).join(Account, Account.id == AccountLimit.account_id)
    found: dict[str, tuple[Audience, Account | None]] = {}
    for limit, account in db.session.execute(limited.order_by(Account.id)):
        if limit.closed and may_see(account.id):
            found[f"account-{account.id}"] = (Audience(account.id), account)
        if limit.dms_closed and may_see(account.id, private=True):
            found[f"dms-{account.id}"] = (Audience(account.id, private=True), account)
    return {"all": (telling.EVERYBODY, None)} | found if found else {}


def _audience() -> Audience:
    """Whoever sees what others do not has to say whom they write to. Raises Refused."""
    choices = audiences()
    if not choices:
        return telling.EVERYBODY
    chosen = choices.get(request.form.get("audience", ""))
    if chosen is None:
        raise Refused("audience", N_("見せる相手を選んでください。"))
    return chosen[0]


def pieces(text: str) -> list[Piece]:
    """The words of a memo; a ticket's number leads to it."""
    found = [it for it in _NUMBER.split(text) if it]
    return [
        Piece(it, int(it[1:])) if _NUMBER.fullmatch(it) and typed.number(it[1:]) else Piece(it)
        for it in found
    ]


def numbers_in(text: str) -> set[int]:
    return {it.ticket for it in pieces(text) if it.ticket}


def out_of_reach(those: list[HandoverMemo]) -> set[int]:
    """Memos that speak of a ticket whoever reads may not see: their words stay unsaid."""
    if my_reach().is_whole:
        return set()
    named = {memo.id: numbers_in(memo.text) for memo in those}
    there = select(Ticket.id).where(Ticket.id.in_(set().union(*named.values())))
    seen = set(db.session.scalars(there))
    with beyond():
        hidden = set(db.session.scalars(there)) - seen
    return {memo_id for memo_id, numbers in named.items() if numbers & hidden}


def _page(wrong: Mapping[str, str] = NOTHING_WRONG, wrote: str = "") -> str:
    session = db.session()
    asked = request.args.get("of", "")
    whose, agent = _whose(asked)
    unread = unread_by(session, me(), MOST_UNREAD)
    earlier = memos(session, MOST_EARLIER)
    return render_template(
        "handover/show.html",
        sheet=sheet.sheet(session, whose, now()),
        whose=whose,
        agent=agent,
        asked=asked,
        people=everyone(session) if i_may(Deed.HAND_OVER) else [],
        unread=unread,
        earlier=earlier,
        unsaid=out_of_reach([*unread, *earlier]),
        pieces=pieces,
        state_of=state_of,
        longest=telling.LONGEST,
        audiences=audiences(),
        audience=request.form.get("audience", ""),
        wrong=wrong,
        wrote=wrote,
    )


def state_of(reply: Reply) -> PartState:
    """What of the reply waits for a person."""
    return next(
        (PartState(it.state) for it in reply.parts if it.state in sheet.IN_DOUBT), PartState.HELD
    )


def _whose(asked: str) -> tuple[Whose, Agent | None]:
    if asked in ("", str(me().id)):
        return Whose(me().id), me()
    if not i_may(Deed.HAND_OVER):
        abort(403)
    if asked in (EVERYBODY, UNASSIGNED):
        return Whose(everybody=asked == EVERYBODY), None
    number = typed.number(asked)
    agent = db.session.get(Agent, number) if number else None
    if agent is None:
        abort(404)
    return Whose(agent.id), agent
