"""A link that signs one person in, once and soon: made where the desk itself runs.

It holds who it is for and when it was made, signed with the secret of the desk. That it was used
the database remembers, as with answered questions.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.agents.vouching import REMEMBERED, spend

LIVES = timedelta(minutes=15)
assert LIVES <= REMEMBERED
SALT = "one-time link"


@dataclass(frozen=True)
class Link:
    agent: Agent
    mark: str
    """What it is remembered by: one link can be spelt in more than one way."""


def made_for(agent: Agent, secret_key: str, *, now: datetime) -> str:
    first = secret_key.split(",")[0]
    told = [agent.id, now.isoformat(), secrets.token_urlsafe(16)]
    return str(URLSafeSerializer(first, SALT).dumps(told))


def read(session: Session, token: str, secret_key: str, *, now: datetime) -> Link | None:
    """Whom it lets in, if it is not too old; that it was used before shows when it is used."""
    for key in secret_key.split(","):
        try:
            number, at, mark = URLSafeSerializer(key, SALT).loads(token[:500])
            age = now - datetime.fromisoformat(at)
        except (BadData, ValueError, TypeError):
            continue
        agent = session.get(Agent, number)
        if agent is None or agent.suspended_at is not None or not timedelta(0) <= age <= LIVES:
            return None
        return Link(agent, mark)
    return None


def use(session: Session, link: Link, *, now: datetime) -> bool:
    """Whether it had not been used."""
    return spend(session, link.mark.encode(), now=now)
