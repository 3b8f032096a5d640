"""Who else is at a ticket: signs of life from open pages, and the marks that show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, abort, current_app, g, render_template, request
from sqlalchemy import select

from support.agents.records import Agent
from support.db import db
from support.desk import the_desk
from support.presence import DOINGS, GONE, REPLYING, Present
from support.tickets.records import Ticket
from support.web.guard import me
from support.web.language import now
from support.web.reach import my_reach
from support.web.tickets.showing import numbers

TOPIC = "here"
MOST_SHOWN = 3
"""Colleagues named at one ticket."""

pages = Blueprint("presence", __name__)


@dataclass(frozen=True)
class Here:
    """A colleague at a ticket."""

    agent: Agent
    doing: str

    @property
    def replying(self) -> bool:
        return self.doing == REPLYING


def init_app(app: Flask) -> None:
    with app.app_context():
        app.extensions["present"] = Present(the_desk().settings.redis_url)
    app.jinja_env.globals.update(here_at=here_at)


def present() -> Present:
    it: Present = current_app.extensions["present"]
    return it


@pages.post("/tickets/<int:ticket_id>/presence")
def beat(ticket_id: int) -> Response:
    """A page shows the ticket, somebody types in it, or it was left. Nothing is stored."""
    if db.session.get(Ticket, ticket_id if ticket_id < 2**31 else 0) is None:
        abort(404)
    doing = request.form.get("doing", "")
    if doing in (*DOINGS, GONE) and present().beat(ticket_id, me().id, doing, now()):
        the_desk().news.tell(TOPIC, ticket_id)
    return Response(status=204)


@pages.get("/presence")
def marks() -> str:
    """The marks of the tickets `ids` names: for pages that heard news of them."""
    return render_template(
        "tickets/_presence.html",
        asked=sorted(_within_reach(numbers(request.args.get("ids", "")))),
        head=request.args.get("head", type=int),
    )


def _within_reach(ids: set[int]) -> set[int]:
    """Who is at a ticket that one may not see is nobody's business."""
    if my_reach().is_whole:
        return ids
    return set(db.session.scalars(select(Ticket.id).where(Ticket.id.in_(ids))))


def here_at(ticket_id: int) -> list[Here]:
    """Colleagues at the ticket, who writes first. Valkey is asked once a page."""
    if "presence" not in g:
        g.presence = _gathered()
    there: dict[int, list[Here]] = g.presence
    return there.get(ticket_id, [])


def _gathered() -> dict[int, list[Here]]:
    others = [it for it in present().everywhere(now()) if it.agent_id != me().id]
    agents = _agents({it.agent_id for it in others})
    found: dict[int, list[Here]] = {}
    for it in sorted(others, key=lambda it: (it.doing != REPLYING, it.agent_id)):
        if it.agent_id in agents:
            found.setdefault(it.ticket_id, []).append(Here(agents[it.agent_id], it.doing))
    return {ticket_id: those[:MOST_SHOWN] for ticket_id, those in found.items()}


def _agents(ids: Iterable[int]) -> dict[int, Agent]:
    """Whole pages have read the team already; a part of one asks for whom it shows."""
    known = {it.agent.id: it.agent for it in g.frame.team} if "frame" in g else {}
    missing = set(ids) - known.keys()
    if missing:
        found = db.session.scalars(select(Agent).where(Agent.id.in_(missing)))
        known |= {agent.id: agent for agent in found}
    return known
