"""Somebody wants no words of ours: from now on nobody here offers them anything, by any list or
account, whether they are a customer yet or not. Lifted only on the customer's own page, or beside
the list of them all, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from support.agents.records import Agent
from support.conversations.plain import plain_name
from support.conversations.records import ContactWish, Customer, NoContact
from support.db import FOR_THE_DESK, storable
from support.errors import N_, DeskError
from support.outreach.course import NEVER
from support.outreach.records import Prospect, ProspectEvent
from support.outreach.switching import one_after_another
from support.tickets import knowing

ENDED = NEVER
STILL_OPEN = ("found", "approved", "handed")
ANSWERED_SO = N_("お声がけへのご本人のお返事")
_NOBODY = N_("XのユーザーIDがありません。")
_ERASED = "erased-"
"""What the id of a customer begins with who was erased; see privacy/finding.py."""
_AS_IT_IS = {**FOR_THE_DESK, "populate_existing": True}


@dataclass(frozen=True)
class Refused:
    """What came of it."""

    customer: Customer | None
    """None: they were erased, and the bare id keeps them from being written to."""
    ended: tuple[int, ...]
    """Prospects that were skipped by it."""
    is_new: bool
    """False: they had said so before."""


def never_again(
    session: Session,
    x_id: str,
    username: str = "",
    *,
    by: Agent | None,
    reason: str,
    now: datetime,
    name: str = "",
) -> Refused:
    """Safe however often it is done and whoever does it at the same moment.

    `by`: None where their own answer said so. Call it before the transaction holds any row of
    outreach: it waits for whoever approves or hands off. Raises Refused of errors without a reason.
    """
    if not x_id:
        raise DeskError(_NOBODY)
    one_after_another(session)
    customer = _customer(session, x_id, username, name, now)
    is_new = customer is not None and customer.unwanted_at is None
    if customer is not None:
        knowing.want_no_contact(session, customer, reason, by=by, now=now)
    return Refused(customer, _end_all(session, x_id, by, now), is_new)


def lift(session: Session, customer: Customer, reason: str, *, by: Agent, now: datetime) -> None:
    """They no longer mind. What was skipped stays skipped: an old post is no occasion."""
    one_after_another(session)
    knowing.lift_no_contact(session, customer, reason, by=by, now=now)


def is_unwanted(session: Session, x_id: str) -> bool:
    """Whether somebody wants no words of ours, customer or not."""
    barred = select(NoContact.x_id).where(NoContact.x_id == x_id)
    asked = select(Customer.x_id).where(Customer.x_id == x_id, Customer.unwanted_at.is_not(None))
    found = session.scalars(barred.union_all(asked), execution_options=FOR_THE_DESK)
    return found.first() is not None


def _customer(
    session: Session, x_id: str, username: str, name: str, now: datetime
) -> Customer | None:
    """Who it is, alone with their row; noted as somebody new where nobody was met yet."""
    theirs = select(Customer).where(Customer.x_id == x_id).with_for_update()
    theirs = theirs.execution_options(**_AS_IT_IS)
    if (found := session.scalar(theirs)) is not None:
        return found
    if session.get(NoContact, x_id) is not None:
        return None
    try:
        with session.begin_nested():
            shown = plain_name(storable(name))[:200]
            return knowing.stranger(session, x_id, storable(username)[:50], shown, now=now)
    except IntegrityError:  # they wrote to us at this very moment
        return session.scalars(theirs).one()


def _end_all(session: Session, x_id: str, by: Agent | None, now: datetime) -> tuple[int, ...]:
    theirs = select(Prospect).where(Prospect.author_x_id == x_id, Prospect.state.in_(STILL_OPEN))
    theirs = theirs.order_by(Prospect.id).with_for_update(of=Prospect)
    ended = session.scalars(theirs.execution_options(**_AS_IT_IS)).all()
    for prospect in ended:
        was, prospect.state, prospect.skip_reason = prospect.state, "skipped", ENDED
        event = ProspectEvent(prospect_id=prospect.id, kind=ENDED, at=now, data={"was": was})
        event.agent_id = by.id if by is not None else None
        session.add(event)
    session.flush()
    return tuple(prospect.id for prospect in ended)


@dataclass(frozen=True)
class Unwanted:
    """A line of the list."""

    customer: Customer
    wish: ContactWish | None
    """The newest, if it was not emptied with them."""
    by: Agent | None


def unwanted(session: Session, search: str = "", *, most: int, after: int = 0) -> list[Unwanted]:
    """Who wants no words of ours, the newest first; `search`: a part of the name or handle."""
    theirs = aliased(ContactWish)
    newest = (
        select(func.max(theirs.id))
        .where(theirs.customer_id == Customer.id, theirs.unwanted)
        .correlate(Customer)
        .scalar_subquery()
    )
    rows = session.execute(
        _matching(select(Customer, ContactWish, Agent).select_from(Customer), search)
        .outerjoin(ContactWish, ContactWish.id == newest)
        .outerjoin(Agent, Agent.id == ContactWish.agent_id)
        .order_by(Customer.unwanted_at.desc(), Customer.id.desc())
        .offset(after)
        .limit(most)
    )
    return [Unwanted(row[0], row[1], row[2]) for row in rows]


def how_many(session: Session, search: str = "") -> int:
    found: int | None = session.scalar(_matching(select(func.count(Customer.id)), search))
    return found or 0


def erased(session: Session) -> int:
    """Who is known by the bare id alone, since all else of them was erased."""
    met = select(Customer.x_id).where(Customer.x_id == NoContact.x_id)
    bare = select(func.count(NoContact.x_id)).where(~met.exists())
    return session.scalar(bare.execution_options(**FOR_THE_DESK)) or 0


def _matching(query: Any, search: str) -> Any:
    query = query.where(Customer.unwanted_at.is_not(None), ~Customer.x_id.startswith(_ERASED))
    plain = search.strip().lstrip("@＠")
    if not plain:
        return query
    handle = Customer.username.icontains(plain, autoescape=True)
    named = Customer.name.icontains(plain, autoescape=True)
    return query.where(or_(handle, named, Customer.x_id == plain))
