"""Counting: how many of each agent's replies were looked at, and how far leads agree."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.replies.records import Reply, ReplyPart
from support.review.agreement import Agreement, agreements
from support.review.records import Review
from support.review.weeks import Week

MOST_VERDICTS = 50_000


@dataclass(frozen=True)
class Cell:
    """One agent's replies of one week."""

    week: Week
    sent: int
    looked: int

    @property
    def share(self) -> float:
        return self.looked / self.sent if self.sent else 0.0


@dataclass(frozen=True)
class Row:
    """One agent's weeks, in the order they were asked for."""

    agent: Agent | None
    """None: what the desk sent by itself."""
    cells: list[Cell]
    good: int = 0
    """Reviews of these weeks that name something good."""
    idea: int = 0
    """Reviews that name something to try."""


def coverage(session: Session, weeks: list[Week], zone: tzinfo) -> list[Row]:
    """Everybody who sent something in these weeks, by name: this is no ranking."""
    start, end = min(weeks).start(zone), max(weeks).end(zone)
    looked = select(Review.reply_id).distinct().subquery()
    counts = []
    for week in weeks:
        here = and_(ReplyPart.posted_at >= week.start(zone), ReplyPart.posted_at < week.end(zone))
        counts.append(func.count(case((here, 1))))
        counts.append(func.count(case((and_(here, looked.c.reply_id.is_not(None)), 1))))
    rows = session.execute(
        select(Reply.agent_id, *counts)
        .join(ReplyPart, and_(ReplyPart.reply_id == Reply.id, ReplyPart.position == 1))
        .outerjoin(looked, looked.c.reply_id == Reply.id)
        .where(ReplyPart.posted_at >= start, ReplyPart.posted_at < end)
        .group_by(Reply.agent_id)
    ).all()
    people: dict[int | None, Agent] = {it.id: it for it in session.scalars(select(Agent))}
    said = _said(session, start, end)
    found = [
        Row(people.get(agent), _cells(weeks, numbers), *said.get(agent, (0, 0)))
        for agent, *numbers in rows
    ]
    return sorted(found, key=lambda row: _by_name(row.agent))


def _cells(weeks: list[Week], numbers: list[int]) -> list[Cell]:
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return [Cell(week, *pair) for week, pair in zip(weeks, pairs, strict=True)]


def _by_name(agent: Agent | None) -> tuple[bool, str, str, int]:
    if agent is None:
        return (True, "", "", 0)
    return (False, agent.family_name, agent.given_name, agent.id)


def _said(session: Session, start: datetime, end: datetime) -> dict[int | None, tuple[int, int]]:
    """Per agent: how many reviews of replies of these days name something good, and an idea."""
    rows = session.execute(
        select(
            Review.agent_id,
            func.count(case((Review.good != "", 1))),
            func.count(case((Review.idea != "", 1))),
        )
        .join(ReplyPart, and_(ReplyPart.reply_id == Review.reply_id, ReplyPart.position == 1))
        .where(ReplyPart.posted_at >= start, ReplyPart.posted_at < end)
        .group_by(Review.agent_id)
    )
    return {agent: (good, idea) for agent, good, idea in rows}


def agreed(session: Session, start: datetime) -> list[tuple[Agreement, Agent, Agent]]:
    """How far each two leads agree on what both of them reviewed since then."""
    said = (
        select(Review.reply_id, Review.lead_id, Review.verdict)
        .where(Review.at >= start, Review.verdict != "")
        .order_by(Review.at.desc(), Review.id.desc())
        .limit(MOST_VERDICTS)
    )
    found = agreements((reply, lead, verdict) for reply, lead, verdict in session.execute(said))
    people = {it.id: it for it in session.scalars(select(Agent))} if found else {}
    return [(it, people[it.first], people[it.second]) for it in found]
