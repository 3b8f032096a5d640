"""New tickets find an agent by themselves, where the desk wants that; shares.py says whom."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true, update
from sqlalchemy.orm import Session

from support.agents import granting
from support.agents.access import Role
from support.agents.reach import Reach
from support.agents.records import Agent, SignIn, those_working
from support.conversations.records import DM, Conversation
from support.db import changed
from support.errors import N_, Refused
from support.tickets.records import SharingRule, Ticket, TicketEvent
from support.tickets.shares import (
    HIGHEST_CEILING,
    LOWEST_CEILING,
    SEEN_WITHIN,
    USUAL_CEILING,
    Hand,
    share_out,
)
from support.tickets.states import State
from support.tickets.steps import record

AT_ONCE = 100
BY_HAND, BY_ITSELF = "assigned", "shared"
"""Events; a ticket that has one was somebody's before and is given to nobody unasked."""


def rule_in_force(session: Session) -> SharingRule | None:
    """None: nobody has ever switched it on."""
    return session.scalar(select(SharingRule).order_by(SharingRule.id.desc()).limit(1))


def set_rule(session: Session, *, on: bool, ceiling: str, by: Agent, now: datetime) -> SharingRule:
    """Switches it on or off. Raises Refused for a ceiling that is none."""
    before = rule_in_force(session)
    number = int(ceiling) if ceiling.isascii() and ceiling.isdecimal() and len(ceiling) < 5 else 0
    if not on and not ceiling:
        number = before.ceiling if before else USUAL_CEILING
    if not LOWEST_CEILING <= number <= HIGHEST_CEILING:
        raise Refused(
            "ceiling",
            N_("上限は%(low)sから%(high)sまでの数で入力してください。"),
            low=LOWEST_CEILING,
            high=HIGHEST_CEILING,
        )
    since = before.since if before and before.on else now
    rule = SharingRule(on=on, ceiling=number, since=since, made_by=by, made_at=now)
    session.add(rule)
    session.flush()
    return rule


def share_new(session: Session, *, now: datetime) -> list[int]:
    """Gives each new ticket that nobody has to who has the fewest; the ids of those given.

    A ticket changes hands only while it is nobody's: whoever takes it in this moment keeps it.
    """
    rule = rule_in_force(session)
    if rule is None or not rule.on:
        return []
    hands = hands_there(session, now)
    # People before tickets, as whoever suspends somebody takes them: neither waits for the other.
    working = those_working(session, [hand.agent_id for hand in hands])
    hands = [hand for hand in hands if hand.agent_id in working]
    reaches = granting.reaches(session, [hand.agent_id for hand in hands])
    asked = _new_and_nobodys(rule.since).where(_seen_by_any(list(reaches.values())))
    new = {row.id: (row.account_id, row.channel == DM) for row in session.execute(asked)}
    if not new:
        return []

    def sees(agent_id: int, ticket_id: int) -> bool:
        account_id, private = new[ticket_id]
        return reaches[agent_id].may_see(account_id, private=private)

    given = share_out(new, hands, rule.ceiling, now, sees)
    return [ticket_id for ticket_id, hand in given if _give(session, ticket_id, hand, rule, now)]


def _seen_by_any(reaches: list[Reach]) -> ColumnElement[bool]:
    """What nobody who is there may see must not stand before what somebody may."""
    if not reaches:
        return true()
    hidden = frozenset.intersection(*(it.hidden for it in reaches))
    private = frozenset.intersection(*(it.hidden | it.sealed for it in reaches))
    of = Conversation.account_id
    return and_(of.not_in(hidden), or_(Conversation.channel != DM, of.not_in(private)))


def _new_and_nobodys(since: datetime) -> Select[int, int, str]:
    was_somebodys = exists().where(
        TicketEvent.ticket_id == Ticket.id, TicketEvent.kind.in_((BY_HAND, BY_ITSELF))
    )
    return (
        select(Ticket.id, Conversation.account_id, Conversation.channel)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(
            Ticket.state == State.OPEN.value,
            Ticket.assignee_id.is_(None),
            Ticket.opened_at >= since,
            ~was_somebodys,
        )
        .order_by(Ticket.due_at.is_(None), Ticket.due_at, Ticket.id)
        .limit(AT_ONCE)
        .with_for_update(of=Ticket, skip_locked=True)
    )


def hands_there(session: Session, now: datetime) -> list[Hand]:
    """Agents and leads who are signed in, were seen lately and may work, with what they have."""
    open_now = (
        select(func.count())
        .select_from(Ticket)
        .where(Ticket.assignee_id == Agent.id, Ticket.state == State.OPEN.value)
        .correlate(Agent)
        .scalar_subquery()
    )
    given_at = (
        select(func.max(TicketEvent.happened_at))
        .join(Ticket, Ticket.id == TicketEvent.ticket_id)
        .where(TicketEvent.kind == BY_ITSELF, Ticket.assignee_id == Agent.id)
        .where(Ticket.state == State.OPEN.value)
        .correlate(Agent)
        .scalar_subquery()
    )
    seen = exists().where(
        SignIn.agent_id == Agent.id,
        SignIn.ended_at.is_(None),
        SignIn.seen_at >= now - SEEN_WITHIN,
    )
    there = select(Agent.id, open_now, given_at).where(
        Agent.suspended_at.is_(None), Agent.role.in_((Role.AGENT.value, Role.LEAD.value)), seen
    )
    return [Hand(*row) for row in session.execute(there)]


def _give(session: Session, ticket_id: int, hand: Hand, rule: SharingRule, now: datetime) -> bool:
    mine = update(Ticket).where(Ticket.id == ticket_id, Ticket.assignee_id.is_(None))
    if not changed(session, mine.values(assignee_id=hand.agent_id)):
        return False
    ticket, agent = session.get_one(Ticket, ticket_id), session.get_one(Agent, hand.agent_id)
    session.refresh(ticket, ["assignee_id", "assignee"])
    why = {"had": hand.open, "ceiling": rule.ceiling}
    record(session, ticket, BY_ITSELF, None, now, to=agent.family_name, agent=agent.id, **why)
    return True
