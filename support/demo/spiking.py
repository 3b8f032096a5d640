"""The story's leads once closed a spike as a false alarm: its page has something to show."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import PUBLIC, Message
from support.incidents.spike_records import Spike
from support.incidents.usual import slot_of
from support.x.records import Account

AGO = timedelta(days=2)
PEOPLE = (1, 0, 2, 1, 1, 0, 1, 2, 1, 0, 1, 1, 3, 9, 12, 8, 4, 2, 1, 1)
"""By quarter of an hour."""


def let_spike(session: Session, account: Account, lead: Agent, now: datetime) -> Spike:
    seen_at = slot_of(now - AGO) + timedelta(minutes=9)
    public = select(Message.id).where(
        Message.channel == PUBLIC,
        Message.by_us.is_(False),
        Message.text.contains("遅い") | Message.text.contains("途切れ"),
        Message.posted_at < seen_at,
    )
    spike = Spike(
        account_id=account.id,
        kind="trouble",
        word="遅い",
        words=[["trouble", "遅い"], ["any", ""], ["trouble", "途切れる"]],
        minutes=15,
        people=12,
        usual=1.3,
        begun_at=seen_at - timedelta(minutes=21),
        seen_at=seen_at,
        peak=14,
        course={
            "from": (slot_of(seen_at) - timedelta(minutes=15 * 14)).isoformat(),
            "people": list(PEOPLE),
            "usual": 1.3,
        },
        examples=list(session.scalars(public.order_by(Message.posted_at.desc()).limit(2))),
        state="dismissed",
        decided_by_id=lead.id,
        decided_at=seen_at + timedelta(minutes=6),
        ended_at=seen_at + timedelta(minutes=50),
    )
    session.add(spike)
    return spike
