"""Telling: writers hear what became of their words, approvers what waits too long."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from support.agents.access import Deed, may
from support.agents.records import working_agents
from support.approval.records import IS_OPEN, Approval, ApprovalNotice
from support.db import changed
from support.tickets.reaching import those_who_see
from support.tickets.records import Ticket

OVERDUE = "overdue"


def tell_writer(
    session: Session, approval: Approval, ticket_id: int, kind: str, now: datetime
) -> None:
    _tell(session, approval, ticket_id, [approval.agent_id], kind, now)


def tell_overdue(
    session: Session, late: Sequence[tuple[Approval, int]], now: datetime
) -> list[int]:
    """Whoever may approve, and may see it, hears once of what waits too long; who was told.

    `late`: approvals the caller holds, each with its ticket.
    """
    told = set[int]()
    approvers = [it for it in working_agents(session) if may(it.role, Deed.APPROVE)]
    for approval, ticket_id in late:
        approval.told_at = now
        there = those_who_see(session, session.get_one(Ticket, ticket_id), approvers)
        those = [it.id for it in there if it.id != approval.agent_id]
        _tell(session, approval, ticket_id, those, OVERDUE, now)
        told |= set(those)
    return sorted(told)


def _tell(
    session: Session,
    approval: Approval,
    ticket_id: int,
    agent_ids: Sequence[int],
    kind: str,
    now: datetime,
) -> None:
    session.add_all(
        ApprovalNotice(approval_id=approval.id, ticket_id=ticket_id, agent_id=it, kind=kind, at=now)
        for it in agent_ids
    )
    session.flush()


def unseen() -> ColumnElement[int]:
    """How much of it `:agent_id` has not seen; what no longer waits is not late any more."""
    return (
        select(func.count(ApprovalNotice.id))
        .join(Approval, Approval.id == ApprovalNotice.approval_id)
        .where(ApprovalNotice.agent_id == bindparam("agent_id"), ApprovalNotice.seen_at.is_(None))
        .where(or_(ApprovalNotice.kind != OVERDUE, IS_OPEN))
        .scalar_subquery()
    )


def told(session: Session, agent_id: int, limit: int) -> list[ApprovalNotice]:
    """The latest first."""
    theirs = select(ApprovalNotice).where(ApprovalNotice.agent_id == agent_id)
    theirs = theirs.options(joinedload(ApprovalNotice.approval).joinedload(Approval.decided_by))
    return list(session.scalars(theirs.order_by(ApprovalNotice.id.desc()).limit(limit)))


def newest_unseen(session: Session, agent_id: int) -> ApprovalNotice | None:
    """What a browser's notification speaks of."""
    theirs = (
        select(ApprovalNotice)
        .join(Approval, Approval.id == ApprovalNotice.approval_id)
        .where(ApprovalNotice.agent_id == agent_id, ApprovalNotice.seen_at.is_(None))
        .where(or_(ApprovalNotice.kind != OVERDUE, IS_OPEN))
    )
    return session.scalars(theirs.order_by(ApprovalNotice.id.desc()).limit(1)).first()


def see(session: Session, agent_id: int, now: datetime, *, ticket_id: int | None = None) -> int:
    """All of it was seen, else what is about one ticket and those merged into it."""
    theirs = update(ApprovalNotice).where(
        ApprovalNotice.agent_id == agent_id, ApprovalNotice.seen_at.is_(None)
    )
    if ticket_id is not None:
        merged = select(Ticket.id).where(Ticket.merged_into_id == ticket_id)
        of_it = ApprovalNotice.ticket_id
        theirs = theirs.where((of_it == ticket_id) | of_it.in_(merged))
    return changed(session, theirs.values(seen_at=now))
