"""Everything one ticket's page shows, read in a dozen queries however long its story is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from support.agents.records import Agent, working_agents
from support.approval.records import Approval
from support.canned.records import Pick
from support.conversations.records import Message
from support.inbox.surrounding import Aside, asides
from support.outreach.records import Prospect
from support.replies.records import GuardOverride, Reply, ReplyPart
from support.sla.keeping import hours_for, obligation
from support.sla.records import Pause, Promise, ServiceLevel, pauses_of
from support.tickets import gathering
from support.tickets.records import Note, Team, Ticket, TicketEvent
from support.tickets.states import State
from support.web import reach
from support.web.promises.standing import Timer, timer

MOST_ACROSS = 2


@dataclass(frozen=True)
class Dossier:
    """A ticket with what was said, sent, noted, done and promised."""

    ticket: Ticket
    messages: list[Message]
    replies: list[Reply]
    grew_from: dict[int, str]
    """The prepared answer a reply came from, by the reply's id; most of them have none."""
    notes: list[Note]
    events: list[TicketEvent]
    timers: list[Timer]
    others: list[Ticket]
    linked: list[Ticket]
    """Those colleagues tied to it by hand, whoever's they are."""
    agents: list[Agent]
    beside: list[Aside]
    """What third parties said around it."""
    teams: list[Team]
    """Which there are, to choose from."""
    offered: Prospect | None
    """What led to it, where we wrote first: their post and our offer stand before all else."""
    updates: bool
    """Whether its level says in what time a promised update is given."""

    @property
    def latest(self) -> Message | None:
        """The customer's newest message X still shows: what an answer answers."""
        theirs = [m for m in self.messages if not m.by_us and m.emptied_at is None]
        return theirs[-1] if theirs else None

    @property
    def tied(self) -> list[Ticket]:
        """The public ticket a private one came from; the private ones a public one led to."""
        here = self.ticket
        return [t for t in self.others if t.id == here.came_from_id or t.came_from_id == here.id]

    @property
    def across(self) -> list[Ticket]:
        """Where the same account owes the same customer an answer in the other channel."""
        here = self.ticket.conversation
        return [
            other
            for other in self.others
            if other.conversation.account_id == here.account_id
            and other.conversation.is_private != here.is_private
            and other.state != State.RESOLVED
            and other.merged_into_id is None
        ][:MOST_ACROSS]

    def may_take_over(self, other: Ticket) -> bool:
        """Whether the other ticket could go on in this one."""
        states = {self.ticket.state, other.state}
        same = other.conversation_id == self.ticket.conversation_id
        return same and State.RESOLVED not in states

    @property
    def may_promise_update(self) -> bool:
        """Whether an update can be promised here; the level says what that means."""
        promised = any(timer.is_open and timer.kind == "update" for timer in self.timers)
        return self.ticket.state != State.RESOLVED and self.updates and not promised

    @property
    def last_reply_id(self) -> int | None:
        """The newest reply the agent can see on the page."""
        return max((reply.id for reply in self.replies), default=None)


def dossier(session: Session, ticket_id: int, now: datetime) -> Dossier | None:
    """None where there is no such ticket."""
    ticket = gathering.ticket_with_everyone(session, ticket_id)
    if ticket is None:
        return None
    messages = gathering.messages_of(session, ticket_id)
    replies = replies_of(session, ticket_id)
    linked, others = gathering.tickets_around(session, ticket)
    teams, offered = _teams_and_offer(session, ticket_id)
    return Dossier(
        ticket=ticket,
        messages=messages,
        teams=teams,
        offered=offered,
        updates=ticket.level.update_seconds is not None,
        beside=asides(session, ticket, messages),
        replies=list(replies),
        grew_from={reply.id: answer for reply, answer in replies.items() if answer},
        notes=gathering.notes_of(session, ticket_id),
        events=gathering.events_of(session, ticket_id),
        timers=timers_of(session, ticket_id, now),
        others=others,
        linked=linked,
        agents=reach.who_sees(ticket, working_agents(session)),
    )


def _teams_and_offer(session: Session, ticket_id: int) -> tuple[list[Team], Prospect | None]:
    """Which teams there are, and whose answer to an offer the ticket is: in one question."""
    answered = and_(Prospect.ticket_id == Ticket.id, Prospect.answered_at.is_not(None))
    asked = (
        select(Prospect, Team)
        .select_from(Ticket)
        .outerjoin(Prospect, answered)
        .outerjoin(Team, Team.closed_at.is_(None))
        .where(Ticket.id == ticket_id)
        .options(joinedload(Prospect.account), joinedload(Prospect.decided_by))
        .order_by(Prospect.id, Team.name)
    )
    rows = session.execute(asked).all()
    teams = dict.fromkeys(team for _, team in rows if team is not None)
    return list(teams), rows[0][0] if rows else None


def replies_of(session: Session, ticket_id: int) -> dict[Reply, str | None]:
    """What was pressed in this ticket, oldest first, with parts, agents, and whence it came."""
    pressed = (
        select(Reply, Pick.answer_id)
        .outerjoin(Pick, Pick.reply_id == Reply.id)
        .where(gathering.merged_too(Reply, ticket_id))
        .options(
            joinedload(Reply.parts).joinedload(ReplyPart.retraction),
            joinedload(Reply.agent),
            joinedload(Reply.approval).joinedload(Approval.decided_by),
            joinedload(Reply.overrides).joinedload(GuardOverride.agent),
            selectinload(Reply.images),
        )
        .order_by(Reply.id)
    )
    found = session.execute(pressed).unique()
    return {row[0]: row[1] for row in found}


def timers_of(session: Session, ticket_id: int, now: datetime) -> list[Timer]:
    """How each promise of the ticket stands, oldest first."""
    promised = (
        select(Promise, ServiceLevel)
        .join(ServiceLevel, ServiceLevel.id == Promise.service_level_id)
        .where(Promise.ticket_id == ticket_id)
        .options(joinedload(Promise.calendar))
        .order_by(Promise.started_at, Promise.id)
    )
    pauses = pauses_of(session, ticket_id)
    return [_timer(promise, level, pauses, now) for promise, level in session.execute(promised)]


def _timer(promise: Promise, level: ServiceLevel, pauses: list[Pause], now: datetime) -> Timer:
    facts, hours = obligation(promise, level, pauses), hours_for(promise)
    return timer(facts, hours, now, promise.id, promise.told_words)
