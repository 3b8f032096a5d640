"""Spikes are told: to leads by the bell, and to addresses outside by letters that are written
down, claimed and settled.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from support.agents import granting
from support.agents.access import Deed, Role, may
from support.agents.records import working_agents
from support.db import changed
from support.incidents.spike_records import IS_UNSENT, Spike, SpikeNotice, SpikePost
from support.x.records import Account

LEASE = timedelta(minutes=1)
WAIT = timedelta(minutes=1)
"""Before it is tried again."""
MOST_TRIES = 30
"""News of half an hour ago is none."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is told of a spike: numbers, words many people said, our account; nobody's name."""

    spike_id: int
    webhook_id: int
    account: str
    kind: str
    word: str
    people: int
    usual: float
    minutes: int
    begun_at: datetime
    seen_at: datetime

    def body(self, link: str) -> dict[str, Any]:
        """The generic form. A receiver drops repeats by `id`: a letter may come twice."""
        return {
            "id": f"spike-{self.spike_id}",
            "kind": "spike",
            "account": self.account,
            "about": self.kind,
            "word": self.word,
            "people": self.people,
            "usual": round(self.usual, 1),
            "minutes": self.minutes,
            "begun_at": self.begun_at.isoformat(),
            "raised_at": self.seen_at.isoformat(),
            "link": link,
        }


def tell(session: Session, spikes: Iterable[int], webhooks: Iterable[int], now: datetime) -> None:
    webhooks = list(webhooks)
    for spike_id in spikes:
        for webhook_id in webhooks:
            session.add(
                SpikePost(spike_id=spike_id, webhook_id=webhook_id, not_before=now, tries=0)
            )


def tell_leads(session: Session, spikes: Iterable[int], now: datetime) -> list[int]:
    """Leads who see the account, or administrators where there is none; who that was."""
    raised = list(session.scalars(select(Spike).where(Spike.id.in_(list(spikes)))))
    if not raised:
        return []
    here = [it for it in working_agents(session) if may(it.role, Deed.RUN_INCIDENTS)]
    reaches = granting.reaches(session, [it.id for it in here])
    told = set()
    for spike in raised:
        see = [it for it in here if reaches[it.id].may_see(spike.account_id, private=False)]
        for agent in [it for it in see if it.role == Role.LEAD] or see:
            session.add(SpikeNotice(spike_id=spike.id, agent_id=agent.id, at=now))
            told.add(agent.id)
    session.flush()
    return sorted(told)


def waiting(session: Session, now: datetime) -> bool:
    return session.scalar(_due(now).limit(1)) is not None


def claim(session: Session, now: datetime) -> int | None:
    """The next post, which is this worker's for a while; None: nothing is due."""
    for number in session.scalars(_due(now).limit(10)).all():
        mine = (
            update(SpikePost)
            .where(SpikePost.id == number, IS_UNSENT, SpikePost.not_before <= now)
            .values(not_before=now + LEASE, tries=SpikePost.tries + 1)
        )
        if changed(session, mine):
            return number
    return None


def letter(session: Session, number: int) -> Letter:
    spike, post, handle = session.execute(
        select(Spike, SpikePost, Account.handle)
        .join(SpikePost, SpikePost.spike_id == Spike.id)
        .join(Account, Account.id == Spike.account_id)
        .where(SpikePost.id == number)
    ).one()
    return Letter(
        spike.id,
        post.webhook_id,
        handle,
        spike.kind,
        spike.word,
        spike.people,
        spike.usual,
        spike.minutes,
        spike.begun_at,
        spike.seen_at,
    )


def settle(session: Session, number: int, problem: str, now: datetime) -> None:
    """It was taken, or is tried again for a while."""
    post = session.get_one(SpikePost, number)
    if not problem:
        post.done_at = now
    elif post.tries >= MOST_TRIES:
        post.given_up_at = now
    else:
        post.not_before = now + WAIT


def _due(now: datetime) -> Select[int]:
    due = select(SpikePost.id).where(IS_UNSENT, SpikePost.not_before <= now)
    return due.order_by(SpikePost.not_before, SpikePost.id)
