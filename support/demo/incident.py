"""The story's incident: evenings are slow in one part of town; a notice waits for approval."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.incidents import announcing, finding, linking, running
from support.incidents.announcing import Words
from support.incidents.running import Draft
from support.tickets.states import State
from support.x.records import Account

BEGUN, OPENED, SEEN = timedelta(days=4), timedelta(hours=3), timedelta(hours=2)
NEWS = timedelta(hours=2)
NOTICE = (
    "【お知らせ】みほん市東部の一部で、夜間に通信速度が下がる状況を確認しております。"
    "原因を調べています。ご不便をおかけし申し訳ございません。"
)


def break_down(
    session: Session, account: Account, team: Mapping[str, Agent], now: datetime
) -> None:
    """Who was answered already is linked; who was not stands among what is alike."""
    lead, at = team["takahashi"], now - OPENED
    draft = Draft(
        account_id=account.id,
        title="一部エリアで夜間の速度低下",
        begun_at=now - BEGUN,
        area="みほん市東部の集合住宅",
        words=["夜 遅", "夜 止ま"],
        lead_id=lead.id,
    )
    incident = running.open_incident(session, draft, by=lead, now=at)
    session.flush()
    fitting = [it.ticket for it in finding.alike(session, incident)]
    answered = [it.id for it in fitting if it.state != State.OPEN]
    linking.link(session, incident, answered, by=lead, now=at)
    running.advance(session, incident, "identified", by=lead, now=now - SEEN)
    said = "設備担当：地域の設備が混雑しているとのこと。対策を確認中。"
    running.write_down(session, incident, said, by=team["ito"], now=now - SEEN)
    running.say_next(session, incident, now + NEWS, by=lead, now=now - SEEN)
    notice = announcing.draft(
        session, incident, Words(announcing.FIRST, NOTICE), by=lead, now=now - SEEN
    )
    announcing.ask(session, notice, by=lead, now=now - SEEN)
