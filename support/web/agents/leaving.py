"""Settings: somebody leaves: what depends on them is shown first, then handed on in one deed."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.agents.records import Agent, working_agents
from support.audit.deeds import Deed as Noted
from support.db import db
from support.desk import the_desk
from support.errors import N_, Refused
from support.leaving import parting
from support.leaving.parting import Wish
from support.web import noted, reach, toasts, typed
from support.web.agents.people import agent_of, left_of
from support.web.errors import sentence_of
from support.web.guard import me, needs
from support.web.language import now

pages = Blueprint("leaving", __name__)


@pages.get("/settings/people/<int:number>/suspension")
@needs(Deed.MANAGE_PEOPLE)
def ask(number: int) -> str:
    return _page(agent_of(number))


@pages.post("/settings/people/<int:number>/suspension")
@needs(Deed.MANAGE_PEOPLE)
def suspend(number: int) -> Response | tuple[str, int]:
    """Of somebody who is out already: what is left with them is handed on."""
    agent, by = agent_of(number), me()
    was_out = agent.suspended_at is not None
    try:
        wish = Wish(_heir(), "views" in request.form, request.form.get("scheduled") == "draft")
        with reach.beyond():
            handed = parting.part(db.session(), agent, wish, by=by, now=now())
    except Refused as refusal:
        db.session.rollback()
        return _page(agent_of(number), sentence_of(refusal)), 422
    tickets = [ticket.id for ticket in handed.tickets]
    tickets += [reply.ticket_id for reply in handed.recalled]
    _note(handed, wish, agent.id, by.id, was_out=was_out)
    db.session.commit()
    for ticket in dict.fromkeys(tickets):
        the_desk().news.tell("ticket", ticket)
    toasts.say(
        gettext("引き継ぎました")
        if was_out
        else gettext("利用を停止し、すべてのサインインを終わらせました")
    )
    if handed.beyond_heir:
        nobodys = ngettext(
            "%(num)s件のチケットは、引き継ぐ方が見られないため未割当にしました",
            "%(num)s件のチケットは、引き継ぐ方が見られないため未割当にしました",
            handed.beyond_heir,
        )
        toasts.say(nobodys, tone="warn")
    return redirect(url_for("people.person", number=number), 303)


def _note(handed: parting.Handed, wish: Wish, number: int, by: int, *, was_out: bool) -> None:
    told = {
        "heir": wish.heir.id if wish.heir else None,
        "tickets": len(handed.tickets),
        "rules": len(handed.rules),
        "drafts": handed.drafts,
        "views": handed.views,
        "recalled": len(handed.recalled),
        "invitations": handed.invitations,
    }
    deed = Noted.HANDED_ON if was_out else Noted.SUSPENDED
    noted.note(deed, by=by, about=("agent", number), data=told)


def _heir() -> Agent | None:
    """Whom the form names; empty: nobody. Raises Refused for somebody unknown."""
    named = request.form.get("heir", "")
    if not named:
        return None
    heir = db.session.get(Agent, typed.number(named) or 0)
    if heir is None:
        raise Refused("heir", N_("引き継ぐ方を一覧から選んでください。"))
    return heir


def _page(agent: Agent, wrong: str = "") -> str:
    return render_template(
        "settings/leaving.html",
        person=agent,
        **left_of(agent),
        others=[it for it in working_agents(db.session()) if it.id != agent.id],
        wrong=wrong,
    )
