"""炎上: an account is quieted and speaks again; what is held meanwhile; the company's protocol."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.audit.deeds import Deed as Noted
from support.crisis import calming, records
from support.crisis.protocol import people
from support.crisis.records import Crisis
from support.db import db
from support.desk import the_desk
from support.errors import N_, DeskError, Refused, SomeoneWasFirst
from support.house.wording import blocks
from support.replies import quieting
from support.replies.states import together
from support.web import noted, toasts, typed
from support.web.guard import me, needs
from support.web.language import now
from support.web.replies import reply_parts
from support.web.tickets.deeds import written
from support.web.tickets.ticket_page import sentence
from support.x.records import Account

MOST_PAST = 30
ALL = "all"

pages = Blueprint("crisis", __name__)


@pages.get("/crisis")
def show() -> str:
    """For everybody: what stands still and why. The switch itself is the leads'."""
    return _page()


@pages.post("/crisis")
@needs(Deed.CALM_CRISES)
def begin() -> Response | tuple[str, int]:
    """Quiets one account, or all that are not quiet yet."""
    session = db.session()
    try:
        if "sure" not in request.form:
            raise Refused("sure", SURE)
        made = calming.begin(session, _accounts(), written("reason"), by=me(), now=now())
    except SomeoneWasFirst as first:
        db.session.rollback()
        toasts.say(sentence(first), tone="warn")
        return redirect(url_for("crisis.show"), 303)
    except Refused as refusal:
        db.session.rollback()
        return _page({"field": refusal.field, "sentence": sentence(refusal)}), 422
    for it in made:
        _note(Noted.CRISIS_BEGUN, it)
    session.commit()
    toasts.say(gettext("炎上対応に切り替えました"))
    return _told(made)


@pages.post("/crisis/<int:number>/leave")
@needs(Deed.CALM_CRISES)
def leave(number: int) -> Response | tuple[str, int]:
    """One press and a reason; nothing that was held goes out by it."""
    it = db.session.get(Crisis, number) if number < 2**31 else None
    if it is None:
        abort(404)
    try:
        calming.leave(db.session(), it, written("reason"), by=me(), now=now())
    except SomeoneWasFirst as first:
        db.session.rollback()
        toasts.say(sentence(first), tone="warn")
        return redirect(url_for("crisis.show"), 303)
    except DeskError as refusal:
        db.session.rollback()
        fault = {"field": f"leave-{number}", "sentence": sentence(refusal)}
        return _page(fault), 422
    _note(Noted.CRISIS_ENDED, it)
    db.session.commit()
    toasts.say(gettext("炎上対応を終えました。止めていた返信は、自動では送られません"))
    return _told([it])


SURE = N_("公開の返信がすべて承認待ちになることを確かめて、チェックを入れてください。")


def _accounts() -> list[int]:
    chosen = request.form.get("account", "")
    if chosen == ALL:
        return [it.id for it in _not_quiet()]
    number = typed.number(chosen)
    return [] if number is None else [number]


def _not_quiet() -> list[Account]:
    quiet = select(Crisis.account_id).where(Crisis.ended_at.is_(None))
    rows = select(Account).where(Account.id.not_in(quiet)).order_by(Account.id)
    return list(db.session.scalars(rows))


def _note(deed: Noted, it: Crisis) -> None:
    noted.note(deed, by=me().id, about=("crisis", it.id), data={"account": it.account_id})


def _told(these: list[Crisis]) -> Response:
    """Every open page draws its bar anew, and the tickets whose replies stand still."""
    tickets = {reply.ticket_id for reply in quieting.held(db.session())}
    for it in these:
        the_desk().news.tell("crisis", it.account_id)
        the_desk().later.ring("send", it.account_id)
    for number in sorted(tickets):
        the_desk().news.tell("ticket", number)
    return redirect(url_for("crisis.show"), 303)


def _page(fault: dict[str, str] | None = None) -> str:
    session = db.session()
    held, running = quieting.held(session), records.all_running(session)
    protocol = records.protocol(session)
    return render_template(
        "crisis/show.html",
        running=running,
        past=records.past(session, MOST_PAST),
        held=held,
        stands={reply.id: together(part.state for part in reply.parts) for reply in held},
        most=quieting.MOST,
        on_their_way=quieting.on_their_way(session, [it.account_id for it in running]),
        accounts=_not_quiet(),
        protocol=protocol,
        blocks=blocks(protocol.text) if protocol else [],
        people=people(protocol.contacts) if protocol else [],
        fault=fault,
        may_touch=reply_parts.may_touch,
        needs_reason=reply_parts.needs_reason,
    )
