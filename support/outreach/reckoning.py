"""The figures of a period: what became of those who were found in it, counted by SQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from support.agents.records import Agent
from support.outreach.course import CONTACTED, TICKET, UNDER_WAY, State
from support.outreach.records import Listening, Offer, OfferWording, Prospect, ProspectEvent
from support.outreach.results import Line, Table, Tally
from support.tickets.records import Ticket
from support.tickets.states import State as TicketState

MOST_PHRASES = 30
"""The commonest; hundreds are prepared."""


def by_listening(session: Session, since: datetime, until: datetime) -> Table:
    rows = _counted(session, since, until, Listening.name, Listening.id, _listening)
    return Table("listening", [Line(name, tally) for name, tally in rows])


def by_phrase(session: Session, since: datetime, until: datetime) -> Table:
    """By what they chiefly said, as prepared; whose post is gone from X is in no line."""
    rows = _counted(session, since, until, Prospect.phrase, Prospect.phrase, _phrase)
    ranked = sorted(rows, key=lambda row: (-row[1].found, row[0]))[:MOST_PHRASES]
    return Table("phrase", [Line(name, tally) for name, tally in ranked])


def by_wording(session: Session, since: datetime, until: datetime) -> Table:
    """Of what was approved or posted; `found` is left out, for nobody was found by a wording."""
    rows = _counted(session, since, until, OfferWording.text, OfferWording.id, _wording)
    return Table("wording", [Line(text, _without_found(tally)) for text, tally in rows])


def by_agent(session: Session, since: datetime, until: datetime) -> Table:
    """By who approved. In the order of names: nobody is ranked."""
    name = Agent.family_name + " " + Agent.given_name
    rows = _counted(session, since, until, name, Agent.id, _agent)
    return Table("agent", [Line(name.strip(), _without_found(tally)) for name, tally in rows])


def total(session: Session, since: datetime, until: datetime) -> Tally:
    row = session.execute(_figures(since, until)).one()
    return Tally(*(int(number or 0) for number in row))


def _without_found(tally: Tally) -> Tally:
    return Tally(0, *(getattr(tally, name) for name in list(Tally.__dataclass_fields__)[1:]))


def _listening(chosen: Any) -> Any:
    return chosen.join(Listening, Listening.id == Prospect.listening_id)


def _phrase(chosen: Any) -> Any:
    return chosen.where(Prospect.phrase != "")


def _wording(chosen: Any) -> Any:
    joined = chosen.join(OfferWording, OfferWording.id == Prospect.wording_id)
    return joined.join(Offer, Offer.id == OfferWording.offer_id)


def _agent(chosen: Any) -> Any:
    return chosen.join(Agent, Agent.id == Prospect.decided_by_id).where(_approved())


def _counted(
    session: Session, since: datetime, until: datetime, name: Any, number: Any, joined: Any
) -> list[tuple[str, Tally]]:
    chosen = joined(_figures(since, until)).add_columns(number, name).group_by(number, name)
    rows = session.execute(chosen.order_by(name, number)).all()
    return [(row[-1], Tally(*(int(it or 0) for it in row[:-2]))) for row in rows]


def _figures(since: datetime, until: datetime) -> Any:
    ticket = aliased(Ticket)
    answered = Prospect.answered_at.is_not(None)
    solved = and_(answered, ticket.state == TicketState.RESOLVED.value)
    return (
        select(
            func.count(Prospect.id),
            _sum(_approved()),
            _sum(_contacted()),
            _sum(answered),
            _sum(solved),
            _sum(and_(_told("opted_out"), _met())),
            _sum(_told("complained")),
        )
        .select_from(Prospect)
        .outerjoin(ticket, ticket.id == Prospect.ticket_id)
        .where(Prospect.found_at >= since, Prospect.found_at <= until)
    )


def _approved() -> ColumnElement[bool]:
    """Approved now, or once and then posted; skipped ones were not, whoever decided that."""
    return or_(
        Prospect.state.in_(UNDER_WAY),
        and_(Prospect.state == State.SEEN.value, Prospect.decided_at.is_not(None)),
    )


def _contacted() -> ColumnElement[bool]:
    return and_(Prospect.state.in_(CONTACTED), Prospect.skip_reason != TICKET)


def _told(kind: str) -> ColumnElement[bool]:
    return (
        select(ProspectEvent.id)
        .where(ProspectEvent.prospect_id == Prospect.id, ProspectEvent.kind == kind)
        .exists()
    )


def _met() -> ColumnElement[bool]:
    """Something of ours was put before them; who refuses also ends what nobody sent them yet."""
    return or_(Prospect.handed_at.is_not(None), Prospect.sent_at.is_not(None))


def _sum(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, 1), else_=0))


def stages(session: Session, since: datetime, until: datetime) -> Mapping[str, int]:
    """The line above the candidates: this week, from found to solved."""
    it = total(session, since, until)
    return {
        "found": it.found,
        "approved": it.approved,
        "contacted": it.contacted,
        "answered": it.answered,
        "solved": it.solved,
    }
