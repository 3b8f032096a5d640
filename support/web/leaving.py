"""Settings: somebody leaves: what depends on them is shown first, then handed on in one deed."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.agents.records import Agent, working_agents
from support.audit.deeds import Deed as Noted
from support.db import db
from support.desk import the_desk
from support.errors import N_, Refused
from support.leaving import parting
from support.leaving.records import dependents
from support.web import noted, reach, toasts, typed
from support.web.errors import sentence_of
from support.web.guard import me, needs
from support.web.language import now
from support.web.people import agent_of

pages = Blueprint("leaving", __name__)


@pages.get("/settings/people/<int:number>/suspension")
@needs(Deed.MANAGE_PEOPLE)
def ask(number: int) -> str:
    return _page(agent_of(number))


@pages.post("/settings/people/<int:number>/suspension")
@needs(Deed.MANAGE_PEOPLE)
def suspend(number: int) -> Response | tuple[str, int]:
    agent, by = agent_of(number), me()
    if agent.suspended_at is not None:
        return redirect(url_for("people.person", number=number), 303)
    try:
        heir = _heir()
        with reach.beyond():
            left = parting.part(db.session(), agent, heir, by=by, now=now())
    except Refused as refusal:
        db.session.rollback()
        return _page(agent_of(number), sentence_of(refusal)), 422
    tickets = [ticket.id for ticket in left.tickets]
    told = {"heir": heir.id if heir else None, "tickets": len(tickets), "rules": len(left.rules)}
    noted.note(Noted.SUSPENDED, by=by.id, about=("agent", number), data=told)
    db.session.commit()
    for ticket in tickets:
        the_desk().news.tell("ticket", ticket)
    toasts.say(gettext("利用を停止し、すべてのサインインを終わらせました"))
    return redirect(url_for("people.person", number=number), 303)


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
        left=dependents(db.session(), agent),
        others=[it for it in working_agents(db.session()) if it.id != agent.id],
        wrong=wrong,
    )
