"""What depends on one person; queries only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from support.agents.access import Deed, Role, may
from support.agents.inviting import VALID
from support.agents.records import Agent, Invitation, working_agents
from support.alerts.editing import rules_in_force
from support.alerts.records import AlertRule
from support.approval.records import IS_OPEN as UNDECIDED
from support.approval.records import Approval
from support.drafts.records import KeptDraft
from support.replies.records import Reply, ReplyPart
from support.replies.states import PartState
from support.sla.records import IS_OPEN, Promise
from support.tickets.records import SavedView, Ticket
from support.tickets.searching import NOT_RESOLVED

IN_DOUBT = (PartState.ASKING, PartState.HANDED, PartState.UNKNOWN)
"""A person has to say what becomes of these."""


@dataclass(frozen=True)
class Dependents:
    tickets: list[Ticket]
    """Theirs and not resolved, in the order they were opened."""
    replies: list[Reply]
    """Scheduled under their name and not sent yet, the next one first."""
    waiting: list[Reply]
    """Theirs, for somebody to approve or send back."""
    rules: list[AlertRule]
    """Rungs of the alerts that pass tickets on to them."""
    doubtful: list[Reply]
    """Under their name, and waiting for somebody to see to them."""
    promises: list[Promise]
    """Given in their words, open, in tickets that are not theirs; the next one due first."""
    drafts: int
    views: int
    """Filters of the queue only they see."""
    naming: list[SavedView]
    """Shared filters that ask for their tickets."""
    invitations: int
    """Links they sent out and nobody has used."""
    only_lead: bool
    """Alerts for leads reach nobody but them; without them, the administrators."""

    @property
    def of_tickets(self) -> int:
        """How much of it belongs to a ticket, and so may be out of somebody's reach."""
        replies = len(self.replies) + len(self.waiting) + len(self.doubtful)
        return len(self.tickets) + replies + len(self.promises) + self.drafts

    def __bool__(self) -> bool:
        return any((self.tickets, self.replies, self.waiting, self.rules, self.doubtful,
                    self.promises, self.drafts, self.views, self.naming))  # fmt: skip


def dependents(session: Session, agent: Agent, now: datetime) -> Dependents:
    tickets = select(Ticket).where(Ticket.assignee_id == agent.id, NOT_RESOLVED)
    working = working_agents(session)
    leads = [it for it in working if it.role == Role.LEAD]
    waiting = select(Reply).join(Reply.approval).where(Approval.agent_id == agent.id, UNDECIDED)
    return Dependents(
        tickets=list(session.scalars(tickets.order_by(Ticket.id))),
        replies=_replies(session, agent, Reply.scheduled.is_(True), _in(PartState.HELD)),
        waiting=list(session.scalars(waiting.order_by(Reply.id))),
        rules=[rule for rule in rules_in_force(session) if rule.agent_id == agent.id],
        doubtful=_replies(session, agent, _in(*IN_DOUBT)),
        promises=_promises(session, agent),
        drafts=_count(session, KeptDraft.agent_id == agent.id),
        views=_count(
            session,
            SavedView.agent_id == agent.id,
            SavedView.shared.is_(False),
            SavedView.removed_at.is_(None),
        ),
        naming=_naming(session, agent),
        invitations=_invitations(session, agent, now),
        only_lead=leads == [agent],
    )


def drafts_in(session: Session, agent: Agent) -> list[Ticket]:
    """The tickets they have begun to write in."""
    begun = select(KeptDraft.ticket_id).where(KeptDraft.agent_id == agent.id)
    return list(session.scalars(select(Ticket).where(Ticket.id.in_(begun)).order_by(Ticket.id)))


def _replies(session: Session, agent: Agent, *more: ColumnElement[bool]) -> list[Reply]:
    theirs = select(Reply).where(Reply.agent_id == agent.id, Reply.settled_at.is_(None), *more)
    return list(session.scalars(theirs.order_by(Reply.held_until, Reply.id)))


def _in(*states: PartState) -> ColumnElement[bool]:
    wanted = [state.value for state in states]
    return exists().where(ReplyPart.reply_id == Reply.id, ReplyPart.state.in_(wanted))


def _promises(session: Session, agent: Agent) -> list[Promise]:
    said = exists().where(
        Reply.ticket_id == Promise.ticket_id,
        Reply.promised_until == Promise.told_until,
        Reply.agent_id == agent.id,
    )
    others = or_(Ticket.assignee_id.is_(None), Ticket.assignee_id != agent.id)
    those = (
        select(Promise)
        .join(Ticket, Ticket.id == Promise.ticket_id)
        .where(IS_OPEN, Promise.told_until.is_not(None), said, others)
        .options(joinedload(Promise.ticket).joinedload(Ticket.assignee))
    )
    return list(session.scalars(those.order_by(Promise.told_until, Promise.id)))


def _naming(session: Session, agent: Agent) -> list[SavedView]:
    shared = select(SavedView).where(SavedView.shared.is_(True), SavedView.removed_at.is_(None))
    found = session.scalars(shared.order_by(SavedView.place, SavedView.id))
    return [it for it in found if it.words.get("assignee") == str(agent.id)]


def _invitations(session: Session, agent: Agent, now: datetime) -> int:
    if not may(agent.role, Deed.MANAGE_PEOPLE):
        return 0
    return _count(
        session,
        Invitation.made_by_id == agent.id,
        Invitation.made_at > now - VALID,
        Invitation.used_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(*conditions)) or 0
