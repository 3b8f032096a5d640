"""Which hours judge a ticket, its team's or its account's, and which level: the first that fits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.conversations.records import Conversation
from support.sla.keeping import Terms
from support.sla.levels import Case, Conditions, choose, conditions_from
from support.sla.records import Calendar, ServiceLevel
from support.tickets.records import Team, Ticket
from support.x.records import Account


@dataclass(frozen=True, slots=True)
class Read:
    """A line of the policy with its conditions read."""

    position: int
    conditions: Conditions
    level: ServiceLevel


@dataclass(frozen=True)
class Policy:
    """The levels in force, in their order, and the calendars of accounts and teams."""

    levels: Sequence[ServiceLevel]
    accounts: Mapping[int, Calendar]
    teams: Mapping[int, Calendar]
    """Of those that keep hours of their own."""

    @cached_property
    def _lines(self) -> list[Read]:
        return [
            Read(level.position, conditions_from(level.conditions), level) for level in self.levels
        ]

    @cached_property
    def asks_for_tags(self) -> bool:
        return any(line.conditions.tags for line in self._lines)

    def terms(self, case: Case, team_id: int | None = None) -> Terms:
        """What a ticket like this is judged by."""
        return Terms(self.calendar(case, team_id), self.level(case))

    def calendar(self, case: Case, team_id: int | None = None) -> Calendar:
        """The team's hours, where it has its own; else the account's."""
        own = self.teams.get(team_id) if team_id is not None else None
        return own or self.accounts[case.account_id]

    def level(self, case: Case) -> ServiceLevel:
        """The first line that fits."""
        return choose(self._lines, case).level

    def terms_of(self, ticket: Ticket) -> Terms:
        return self.terms(self.case_of(ticket), ticket.team_id)

    def opening_terms(self, conversation: Conversation) -> Terms:
        """Of a ticket that is about to be opened in this conversation."""
        return self.terms(case_in(conversation))

    def case_of(self, ticket: Ticket) -> Case:
        """Its tags are looked up only where a level asks for any."""
        tags = frozenset(tag.name for tag in ticket.tags) if self.asks_for_tags else frozenset()
        return case_in(ticket.conversation, tags=tags, priority=ticket.priority)


def case_in(
    conversation: Conversation, *, tags: frozenset[str] = frozenset(), priority: str = "normal"
) -> Case:
    account_id = conversation.account_id or conversation.account.id
    customer = conversation.customer
    return Case(
        account_id=account_id,
        channel=conversation.channel,
        tags=tags,
        priority=priority or "normal",
        segment=customer.segment or "",
        followers=customer.followers,
    )


def policy_in_force(session: Session) -> Policy:
    """Three queries, however many tickets are judged by it."""
    accounts = select(Account.id, Calendar).join(Calendar, Calendar.id == Account.calendar_id)
    teams = select(Team.id, Calendar).join(Calendar, Calendar.id == Team.calendar_id)
    return Policy(
        levels_in_force(session),
        {row[0]: row[1] for row in session.execute(accounts)},
        {row[0]: row[1] for row in session.execute(teams)},
    )


def levels_in_force(session: Session) -> list[ServiceLevel]:
    """The lines of the policy in their order; the last is for everybody else."""
    lines = select(ServiceLevel).where(ServiceLevel.retired_at.is_(None))
    return list(session.scalars(lines.order_by(ServiceLevel.position, ServiceLevel.id)))


def anything_acknowledged(session: Session) -> bool:
    """Whether any level answers by itself out of hours."""
    wanted = select(ServiceLevel.id).where(
        ServiceLevel.retired_at.is_(None), ServiceLevel.acknowledgement != ""
    )
    return session.scalar(wanted.limit(1)) is not None


def terms_for(session: Session, ticket: Ticket) -> Terms:
    """What the ticket is judged by now."""
    return policy_in_force(session).terms_of(ticket)
