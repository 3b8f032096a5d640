"""The story's incidents: one is over and has its report, in one a notice waits for approval.

Evenings are slow in one part of town now; a week ago the mails about bills were late.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.demo.loading import HANDLE
from support.demo.on_x import Said, put_on_x
from support.incidents import announcing, finding, linking, running, templates
from support.incidents.announcing import Words
from support.incidents.records import Notice
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


PAST = "請求のお知らせメールの遅れ"
TOLD = {
    announcing.FIRST: (
        "-7 14:05",
        "【お知らせ】今月の「請求のお知らせ」メールの配信が遅れております。本日15時ごろに"
        "お届けする予定です。ご不便をおかけし申し訳ございません。",
    ),
    announcing.RESTORED: (
        "-7 15:35",
        "【お知らせ】遅れておりました「請求のお知らせ」メールは、15時30分までにすべて"
        "お届けしました。ご心配をおかけし申し訳ございませんでした。",
    ),
}
"""Kind of notice → when it stood on X, and its words."""
AWAY = timedelta(minutes=4)
"""Between a notice handed in and its post."""


def look_back(
    session: Session,
    account: Account,
    team: Mapping[str, Agent],
    ticket_id: int,
    at: Callable[[str], datetime],
    base_url: str,
) -> None:
    """An incident from its beginning to its end, with what is kept for the next of its kind."""
    lead, admin = team["takahashi"], team["ito"]
    draft = Draft(
        account_id=account.id,
        title=PAST,
        begun_at=at("-7 09:30"),
        area="メールで受け取るお客様",
        words=["お知らせ 届", "メール 届"],
        lead_id=lead.id,
    )
    incident = running.open_incident(session, draft, by=lead, now=at("-7 13:50"))
    session.flush()
    linking.link(session, incident, [ticket_id], by=lead, now=at("-7 13:55"))
    ids = put_on_x(
        base_url,
        [],
        [Said(kind, False, HANDLE, words, at(when)) for kind, (when, words) in TOLD.items()],
        run=f"incident {at('~0m').isoformat()}",
    )
    for kind, (when, words) in TOLD.items():
        posted_at = at(when)
        notice = announcing.draft(
            session, incident, Words(kind, words), by=lead, now=posted_at - AWAY
        )
        announcing.ask(session, notice, by=lead, now=posted_at - AWAY)
        _stood_on_x(notice, ids[kind], admin, posted_at)
    note = "配信会社の設備の不具合。15:30までに全件を送り終えたとの連絡。"
    running.write_down(session, incident, note, by=admin, now=at("-7 15:31"))
    running.advance(session, incident, "restored", by=lead, now=at("-7 15:35"))
    running.close(session, incident, by=lead, now=at("-7 16:30"))
    templates.keep(session, incident, "メールの配信の遅れ", by=lead, now=at("-7 16:32"))


def _stood_on_x(notice: Notice, x_id: str, by: Agent, at: datetime) -> None:
    """As sending leaves it."""
    notice.state, notice.x_id, notice.posted_at = announcing.POSTED, x_id, at
    notice.approved_by_id, notice.approved_at = by.id, at - timedelta(minutes=1)
