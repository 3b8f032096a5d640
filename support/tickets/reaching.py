"""Who may see a ticket: nobody is given one, named on one or told of one that is out of reach."""

from collections.abc import Callable, Iterable

from sqlalchemy.orm import Session

from support.agents import granting
from support.agents.reach import EVERYWHERE
from support.agents.records import Agent
from support.conversations.records import Conversation
from support.errors import N_, Refused
from support.tickets.records import Ticket

Sight = Callable[[Conversation], bool]
OUT_OF_REACH = N_(
    "この担当者はこのアカウント（またはそのDM）を見られないため、割り当てられません。"
)


def those_who_see(session: Session, ticket: Ticket, agents: Iterable[Agent]) -> list[Agent]:
    """Of these colleagues; one query."""
    asked = list(agents)
    reaches = granting.reaches(session, [agent.id for agent in asked])
    talk = ticket.conversation
    return [
        agent
        for agent in asked
        if reaches[agent.id].may_see(talk.account_id, private=talk.is_private)
    ]


def sight_of(session: Session, agent: Agent | None) -> Sight:
    """Which conversations this colleague may see; of nobody it is not asked."""
    theirs = granting.reach_of(session, agent.id) if agent else EVERYWHERE
    return lambda talk: theirs.may_see(talk.account_id, private=talk.is_private)


def need_to_see(session: Session, ticket: Ticket, agent: Agent) -> None:
    """Raises Refused where this colleague may not."""
    if not those_who_see(session, ticket, [agent]):
        raise Refused("assignee", OUT_OF_REACH)
