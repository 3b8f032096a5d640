"""Clearing: whether a reply that is being pressed must wait until somebody else agrees to it.

Asked where replies are pressed and nowhere else, so that no second tab, form or caller gets past
it; what it needs to know it finds out by itself.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from support.agents.access import Role
from support.agents.records import Agent
from support.approval.leave import Agreed, Kind, Pressed, Rule, asking
from support.approval.records import (
    APPROVED,
    IS_OPEN,
    TAKEN_BACK,
    Approval,
    ApprovalNotice,
    clean_of,
    rules_in_force,
)
from support.crisis import records as crisis
from support.crisis.records import holds
from support.db import changed
from support.replies import guard, guarding
from support.replies.records import Reply
from support.replies.wordlists import Level
from support.sla.keeping import hours_of
from support.sla.records import Calendar
from support.tickets.records import Ticket, TicketEvent

WITHIN = timedelta(minutes=30)
"""How long what a crisis wants approved should wait at most, in business time."""


@dataclass(frozen=True)
class Asking:
    """Who asks at this moment, whichever reply it is about: read once for many of them."""

    rules: Sequence[Rule]
    crises: Mapping[int, Rule]
    """By the accounts that are quiet."""

    def of(self, ticket: Ticket) -> list[Rule]:
        found, quiet = [*self.rules], self.crises.get(ticket.conversation.account_id)
        if quiet is not None and not ticket.conversation.is_private:
            found.append(quiet)
        return found


def asking_now(session: Session, account_ids: Collection[int]) -> Asking:
    quiet = {
        account_id: Rule(it.id, Kind.CRISIS, WITHIN, account_id=account_id)
        for account_id, it in crisis.of(session, account_ids).items()
    }
    return Asking([row.rule for row in rules_in_force(session)], quiet)


def approval_for(
    session: Session,
    ticket: Ticket,
    agent: Agent,
    words: Sequence[str],
    now: datetime,
    *,
    send_at: datetime | None = None,
    agreed: Agreed | None = None,
    among: Asking | None = None,
) -> Approval | None:
    """What the reply has to wait for, by the rules as they stand now; None: for nobody.

    `words`: all that the customer will read, alternative texts too. `agreed`: somebody read and
    approved them beforehand, as with a wave, and what the rules ask for is there already; a
    crisis asks for an approval since it began. `among`: who asks now, where that is known.
    """
    asked = asked_by(session, ticket, agent, words, among)
    if not asked:
        return None
    if agreed is not None and _covers(session, ticket, agreed):
        return Approval(
            agent_id=agreed.wrote_id,
            reasons=reasons(asked),
            outcome=APPROVED,
            decided_at=agreed.at,
            decided_by_id=agreed.by_id,
        )
    due_at = _due(session, ticket, asked, now, send_at)
    return Approval(agent_id=agent.id, reasons=reasons(asked), due_at=due_at)


def ask_anew(session: Session, reply: Reply, now: datetime) -> Approval | None:
    """What a reply that had been free to go waits for from now on; None: for nobody any more.

    The caller holds the reply. One approved before the crisis is to be approved again: its row
    waits anew, and what was told of the first time is told of no more.
    """
    ticket, writer = session.get_one(Ticket, reply.ticket_id), reply.agent
    if writer is None:
        return None
    words = [reply.body, *(image.alt for image in reply.images)]
    leave, known = approval_for(session, ticket, writer, words, now), reply.approval
    if leave is None or known is None:
        reply.approval = leave
        return leave
    session.execute(delete(ApprovalNotice).where(ApprovalNotice.approval_id == known.id))
    known.reasons, known.due_at, known.outcome = leave.reasons, leave.due_at, ""
    known.decided_at = known.decided_by_id = known.told_at = None
    return known


def wants_another(session: Session, account_id: int) -> bool:
    """Whether words for many, on this account, want somebody else's approval: wherever a rule
    could ask for it of one of the replies. Who leads is no newcomer."""
    return any(
        row.rule.account_id in (None, account_id) and row.rule.kind is not Kind.NEWCOMER
        for row in rules_in_force(session)
    )


def asked_by(
    session: Session,
    ticket: Ticket,
    agent: Agent,
    words: Sequence[str],
    among: Asking | None = None,
) -> list[Rule]:
    """The rules in force that want these words of this agent's approved, and a crisis."""
    rules = (among or asking_now(session, [ticket.conversation.account_id])).of(ticket)
    if not rules:
        return []
    return asking(rules, _pressed(session, ticket, agent, words, {rule.kind for rule in rules}))


def _covers(session: Session, ticket: Ticket, agreed: Agreed) -> bool:
    """Whether somebody else agreed, and after a crisis began, should there be one."""
    account_id, private = ticket.conversation.account_id, ticket.conversation.is_private
    return agreed.counts and (private or holds(session, account_id, agreed.at) is None)


def reasons(asked: Sequence[Rule]) -> list[dict[str, Any]]:
    """What is kept of the rules that asked."""
    return [{"kind": it.kind.value, "rule": it.number, "tag": it.tag} for it in asked]


def _pressed(
    session: Session, ticket: Ticket, agent: Agent, words: Sequence[str], kinds: set[Kind]
) -> Pressed:
    """Only what the rules look at is looked up."""
    conversation = ticket.conversation
    return Pressed(
        account_id=conversation.account_id,
        private=conversation.is_private,
        tags=_tags(session, ticket, agent) if Kind.TAG in kinds else frozenset(),
        answers=agent.role == Role.AGENT,
        joined_at=agent.created_at,
        clean=clean_of(session, agent.id) if Kind.NEWCOMER in kinds else 0,
        questioned=Kind.GUARD in kinds and _questioned(session, ticket, agent, words),
    )


def _tags(session: Session, ticket: Ticket, agent: Agent) -> frozenset[str]:
    """With those the agent took off: that is no way round the rule."""
    off = select(TicketEvent.data).where(
        TicketEvent.ticket_id == ticket.id,
        TicketEvent.kind == "untagged",
        TicketEvent.agent_id == agent.id,
    )
    taken = {str(data.get("tag", "")) for data in session.scalars(off)}
    return frozenset({tag.name for tag in ticket.tags} | taken)


def _questioned(session: Session, ticket: Ticket, agent: Agent, words: Sequence[str]) -> bool:
    about = guarding.about(session, ticket, agent)
    found = (it for text in words if text.strip() for it in guard.read(text, about))
    return any(it.level in (Level.REASON, Level.STOP) for it in found)


def _due(
    session: Session,
    ticket: Ticket,
    asked: Sequence[Rule],
    now: datetime,
    send_at: datetime | None,
) -> datetime | None:
    """In business time; what is to go out at a chosen time is late from then on."""
    hours = hours_of(session.get_one(Calendar, ticket.calendar_id))
    due = hours.add(now, min(rule.within for rule in asked))
    return min((at for at in (due, send_at) if at is not None), default=None)


def alone_with(session: Session, reply: Reply) -> None:
    """Until the transaction ends nobody else decides about this reply: its parts may be changed."""
    session.execute(select(Reply.id).where(Reply.id == reply.id).with_for_update())


def taken_back(session: Session, reply: Reply, now: datetime) -> None:
    """It waits no more: whoever wrote it, or a lead, took it back or gave it up."""
    open_one = update(Approval).where(Approval.reply_id == reply.id, IS_OPEN)
    if changed(session, open_one.values(outcome=TAKEN_BACK, decided_at=now)):
        session.expire(reply, ["approval"])
