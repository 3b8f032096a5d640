"""Everything one ticket's page shows, read in few queries however long its story is."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Integer,
    Select,
    and_,
    bindparam,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session, contains_eager, joinedload

from support.agents.records import Agent
from support.canned.records import Pick
from support.conversations.records import Message
from support.inbox.surrounding import Aside, asides
from support.outreach.records import Prospect
from support.replies.records import Reply, ReplyPart
from support.sla.keeping import hours_for, obligation
from support.sla.records import Pause, Promise, ServiceLevel
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
    kept = kept_of(session, ticket)  # first: everybody who is named below is known then
    messages = gathering.messages_of(session, ticket_id)
    replies = replies_of(session, ticket_id)
    return Dossier(
        ticket=ticket,
        messages=messages,
        teams=kept.teams,
        offered=kept.offered,
        updates=ticket.level.update_seconds is not None,
        beside=asides(session, ticket, messages),
        replies=list(replies),
        grew_from={reply.id: answer for reply, answer in replies.items() if answer},
        notes=kept.notes,
        events=kept.events,
        timers=kept.timers(now),
        others=kept.others,
        linked=kept.linked,
        agents=reach.who_sees(ticket, kept.working),
    )


@dataclass(frozen=True)
class Kept:
    """What the desk itself keeps of a ticket, and who there is to give it to."""

    notes: list[Note]
    events: list[TicketEvent]
    promises: list[tuple[Promise, ServiceLevel]]
    pauses: list[Pause]
    offered: Prospect | None
    teams: list[Team]
    everybody: list[Agent]
    linked: list[Ticket]
    others: list[Ticket]

    @property
    def working(self) -> list[Agent]:
        """Everyone who may be given it, in the order of their names."""
        return [agent for agent in self.everybody if agent.suspended_at is None]

    def timers(self, now: datetime) -> list[Timer]:
        """How each promise stands, oldest first."""
        return [_timer(promise, level, self.pauses, now) for promise, level in self.promises]


def kept_of(session: Session, ticket: Ticket) -> Kept:
    """One question for all of it: its rows stand one below the other, each of one kind.

    Whoever is named in them was among those read, so that nobody is asked for again.
    """
    rows = session.execute(_kept(), gathering.place_of(ticket)).all()
    notes, events, promised, pauses, offers, teams, everybody, near = (
        [row for row in rows if row[place] is not None] for place in (1, 2, 3, 5, 6, 7, 8, 9)
    )
    linked, others = gathering.sorted_around(ticket, [(row[9], row[10]) for row in near])
    return Kept(
        notes=sorted((row[1] for row in notes), key=lambda it: (it.written_at, it.id)),
        events=sorted((row[2] for row in events), key=lambda it: (it.happened_at, it.id)),
        promises=sorted(
            ((row[3], row[4]) for row in promised), key=lambda it: (it[0].started_at, it[0].id)
        ),
        pauses=sorted((row[5] for row in pauses), key=lambda it: (it.started_at, it.id)),
        offered=min((row[6] for row in offers), key=lambda it: it.id, default=None),
        teams=sorted((row[7] for row in teams), key=lambda it: it.name),
        everybody=[row[8] for row in everybody],
        linked=linked,
        others=others,
    )


@cache
def _kept() -> Select[*tuple[Any, ...]]:
    """A row for each thing; of every other kind it holds nothing."""
    here: BindParameter[int] = bindparam("ticket", type_=Integer)
    kinds = [select(literal(number).label("kind")) for number in range(8)]
    spine, near = union_all(*kinds).subquery(), gathering.around().subquery()
    kind, is_linked = spine.c.kind, near.c.is_linked
    entities = (Note, TicketEvent, Promise, ServiceLevel, Pause, Prospect, Team, Agent, Ticket)
    return (
        select(kind, *entities, is_linked)
        .select_from(spine)
        .outerjoin(Note, and_(kind == 0, gathering.merged_too(Note, here)))
        .outerjoin(TicketEvent, and_(kind == 1, TicketEvent.ticket_id == here))
        .outerjoin(Promise, and_(kind == 2, Promise.ticket_id == here))
        .outerjoin(ServiceLevel, ServiceLevel.id == Promise.service_level_id)
        .outerjoin(Pause, and_(kind == 3, Pause.ticket_id == here))
        .outerjoin(
            Prospect,
            and_(kind == 4, Prospect.ticket_id == here, Prospect.answered_at.is_not(None)),
        )
        .outerjoin(Team, and_(kind == 6, Team.closed_at.is_(None)))
        .outerjoin(Agent, kind == 5)
        .outerjoin(near, kind == 7)
        .outerjoin(Ticket, Ticket.id == near.c.id)
        .outerjoin(Ticket.conversation)
        .options(joinedload(Promise.calendar), contains_eager(Ticket.conversation))
        .order_by(Agent.family_name, Agent.id)
    )


def replies_of(session: Session, ticket_id: int) -> dict[Reply, str | None]:
    """What was pressed in this ticket, oldest first, with parts, what was tried for them, and
    whence it came. Who pressed and decided the session knows: everybody was read before.
    """
    pressed = (
        select(Reply, Pick.answer_id)
        .outerjoin(Pick, Pick.reply_id == Reply.id)
        .where(gathering.merged_too(Reply, ticket_id))
        .options(
            joinedload(Reply.parts).options(
                joinedload(ReplyPart.retraction), joinedload(ReplyPart.attempts)
            ),
            joinedload(Reply.approval),
            joinedload(Reply.overrides),
            joinedload(Reply.images),
        )
    )  # put in order here: for ORDER BY its number SQLite reads the table from end to end
    found = sorted(session.execute(pressed).unique(), key=lambda row: row[0].id)
    return {row[0]: row[1] for row in found}


def _timer(promise: Promise, level: ServiceLevel, pauses: list[Pause], now: datetime) -> Timer:
    facts, hours = obligation(promise, level, pauses), hours_for(promise)
    return timer(facts, hours, now, promise.id, promise.told_words)
