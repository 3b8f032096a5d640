"""The sheet at the end of a shift: everything of an agent's that is not finished; queries only."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from support.conversations.records import Conversation
from support.drafts.records import KeptDraft
from support.replies.records import Reply, ReplyPart
from support.replies.states import PartState
from support.sla.levels import PromiseKind
from support.sla.records import IS_OPEN, Promise
from support.tickets import searching
from support.tickets.filters import NOBODY, Filter, View
from support.tickets.records import Ticket
from support.tickets.states import State

MOST = 100
"""Of each kind; how many there are is counted all the same."""
IN_DOUBT = (PartState.ASKING, PartState.HANDED, PartState.UNKNOWN, PartState.WAITING)
"""What waits for a person: to say yes, to post it by hand, to say whether X has it, to approve."""
EVERYBODY, UNASSIGNED = "all", "none"


@dataclass(frozen=True)
class Whose:
    """Whose sheet it is: one agent's, what nobody has, or all there is."""

    agent_id: int | None = None
    everybody: bool = False


Row = TypeVar("Row")


@dataclass(frozen=True)
class Listed(Generic[Row]):
    rows: list[Row] = field(default_factory=list)
    count: int = 0

    @property
    def more(self) -> int:
        return max(0, self.count - len(self.rows))


@dataclass(frozen=True)
class Sheet:
    due: int
    """How many of the tickets are due soon or overdue."""
    open: Listed[Ticket]
    waiting: Listed[Ticket]
    held: Listed[Ticket]
    promised: Listed[Promise]
    """Our word, and updates: what a customer expects to hear by itself."""
    scheduled: Listed[Reply]
    doubtful: Listed[Reply]
    drafts: Listed[KeptDraft]


def sheet(session: Session, whose: Whose, now: datetime) -> Sheet:
    return Sheet(
        due=_count(session, _wanted(whose, View.DUE), now),
        open=_tickets(session, _wanted(whose, View.ALL), now, State.OPEN),
        waiting=_tickets(session, _wanted(whose, View.WAITING), now),
        held=_tickets(session, _wanted(whose, View.HELD), now),
        promised=_promised(session, whose),
        scheduled=_replies(session, whose, Reply.scheduled.is_(True), _in_state(PartState.HELD)),
        doubtful=_replies(session, whose, _in_state(*IN_DOUBT)),
        drafts=_drafts(session, whose),
    )


def _wanted(whose: Whose, view: View) -> Filter:
    named = "" if whose.everybody else str(whose.agent_id or NOBODY)
    return Filter(view, whose.agent_id or 0, assignee=named)


def _count(session: Session, wanted: Filter, now: datetime, *more: ColumnElement[bool]) -> int:
    number = searching.joined(select(func.count()).select_from(Ticket), wanted)
    return session.scalar(number.where(*searching.conditions(wanted, now), *more)) or 0


def _tickets(
    session: Session, wanted: Filter, now: datetime, state: State | None = None
) -> Listed[Ticket]:
    """As the queue has them, what is due first on top."""
    more = [Ticket.state == state.value] if state else []
    chosen = searching.joined(select(Ticket), wanted).where(
        *searching.conditions(wanted, now), *more
    )
    chosen = chosen.options(
        joinedload(Ticket.conversation).joinedload(Conversation.customer),
        joinedload(Ticket.leading_promise),
        joinedload(Ticket.assignee),
    ).order_by(Ticket.due_at.is_(None), Ticket.due_at, Ticket.id)
    return Listed(list(session.scalars(chosen.limit(MOST))), _count(session, wanted, now, *more))


def _promised(session: Session, whose: Whose) -> Listed[Promise]:
    ours = or_(Promise.told_until.is_not(None), Promise.kind == PromiseKind.UPDATE.value)
    those = select(Promise).join(Ticket, Ticket.id == Promise.ticket_id).where(IS_OPEN, ours)
    if not whose.everybody:
        those = those.where(Ticket.assignee_id == whose.agent_id)
    customer = joinedload(Ticket.conversation).joinedload(Conversation.customer)
    rows = those.options(joinedload(Promise.ticket).options(customer))
    order = (Promise.due_at.is_(None), Promise.due_at, Promise.id)
    return Listed(list(session.scalars(rows.order_by(*order).limit(MOST))), _of(session, those))


def _replies(session: Session, whose: Whose, *more: ColumnElement[bool]) -> Listed[Reply]:
    """Of an agent: those they pressed, and those in their tickets."""
    those = select(Reply).join(Ticket, Ticket.id == Reply.ticket_id)
    those = those.where(Reply.settled_at.is_(None), Reply.automatic.is_(False), *more)
    if not whose.everybody:
        mine = Reply.agent_id == whose.agent_id if whose.agent_id else Ticket.assignee_id.is_(None)
        those = those.where(or_(Ticket.assignee_id == whose.agent_id, mine))
    rows = those.options(
        joinedload(Reply.conversation).joinedload(Conversation.customer),
        joinedload(Reply.agent),
        joinedload(Reply.parts),
    )
    found = session.scalars(rows.order_by(Reply.held_until, Reply.id).limit(MOST)).unique()
    return Listed(list(found), _of(session, those))


def _drafts(session: Session, whose: Whose) -> Listed[KeptDraft]:
    """That there is one; its words are the writer's own."""
    those = select(KeptDraft).join(Ticket, Ticket.id == KeptDraft.ticket_id)
    if not whose.everybody:
        those = those.where(KeptDraft.agent_id == whose.agent_id)
    customer = joinedload(Ticket.conversation).joinedload(Conversation.customer)
    rows = those.options(
        joinedload(KeptDraft.ticket).options(customer), joinedload(KeptDraft.agent)
    ).order_by(KeptDraft.updated_at.desc(), KeptDraft.id)
    return Listed(list(session.scalars(rows.limit(MOST))), _of(session, those))


def _in_state(*states: PartState) -> ColumnElement[bool]:
    wanted = [state.value for state in states]
    return exists().where(ReplyPart.reply_id == Reply.id, ReplyPart.state.in_(wanted))


def _of(session: Session, those: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(those.order_by(None).subquery())) or 0
