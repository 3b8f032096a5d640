"""The story's leads say something to replies, and some of it is answered."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.alerts import telling
from support.replies.records import Reply
from support.review import reviewing

LOOKED_AFTER = timedelta(hours=3)
"""So long after a reply was pressed the leads of the story look at it."""


def look_after(
    session: Session,
    rows: list[dict[str, Any]],
    team: Mapping[str, Agent],
    tickets: Mapping[str, int],
    now: datetime,
) -> None:
    for row in rows:
        reply = _reply(session, tickets[row["conversation"]], row["reply"])
        at = min(reply.pressed_at + LOOKED_AFTER, now)
        words = {name: row.get(name, "") for name in ("verdict", "good", "idea")}
        review = reviewing.write(session, reply, at, by=team[row["by"]], **words)
        assert review is not None, f"said twice: {row}"
        telling.tell(session, review, review.agent_id, at)
        if reply.agent is not None and "answer" in row:
            telling.see(session, reply.agent.id, at, review_id=review.id)
            reviewing.answer(session, review, row["answer"], at, by=reply.agent)
            telling.tell(session, review, review.lead_id, at)


def _reply(session: Session, ticket_id: int, number: int) -> Reply:
    """Which of the replies of a ticket that went out, from 1."""
    sent = select(Reply).where(Reply.ticket_id == ticket_id).order_by(Reply.id)
    return [it for it in session.scalars(sent) if it.parts[0].posted_at][number - 1]
