"""The house rules of ひかりケア, what its lead reads before it goes, a word from the last shift."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.approval import ruling
from support.approval.leave import Kind
from support.handover import telling
from support.house import agreeing
from support.house.records import RulesConfirmation
from support.replies import pressing
from support.tickets.records import Ticket

FIRST = """# 返信で守ること
- お名前は「様」をつけて呼ぶ
- 契約番号、電話番号、住所は公開の返信に書かない。必要なときはDMに誘導する
- 「必ず」「絶対に」と言い切らない。時刻を約束したら、その時刻までに続報を返す

# 書かないこと
・お客様の勘違いを責める言葉
・障害の原因の推測。広報が発表した内容だけを伝える

# 困ったとき
1. 返信せずに保留にして、社内メモに @高橋 と書く
2. 炎上しそうな投稿は、チケットの優先度を「至急」にする"""
SECOND = FIRST.replace("契約番号、電話番号、住所", "契約番号、電話番号、住所、メールアドレス")
UNREAD_BY = "tanaka"
"""He is on leave: the lead sees that he has not confirmed yet."""

CHECKED = "英語"
"""The tag whose replies a lead reads first: few enough not to stand in a newcomer's way."""
CHECKED_WITHIN = 30
CHECKED_REPLY = (
    "Hello, and sorry for the trouble. No outage is known in Mihon City. Orange means the "
    "router cannot reach the line: please unplug it for five minutes, then tell us which colour "
    "it shows."
)


def settle(session: Session, team: dict[str, Agent], now: datetime) -> None:
    """The rules were there before the story is told; the word is new to who opens the desk."""
    lead, writer = team["takahashi"], team["suzuki"]
    began, changed = now - timedelta(days=20), now - timedelta(days=6)
    agreeing.save(session, FIRST, "", asks=True, known=0, by=lead, now=began)
    note = "公開の返信に書かないものに、メールアドレスを加えました"
    agreeing.save(session, SECOND, note, asks=True, known=1, by=lead, now=changed)
    for hours, (key, agent) in enumerate(team.items(), start=1):
        _confirm(session, agent, 1, began + timedelta(hours=hours))
        if key != UNREAD_BY:
            _confirm(session, agent, 2, changed + timedelta(hours=hours))
    words = "夜間に回線の問い合わせが続きました。原因は調査中です。定型回答でお返ししています。"
    telling.write(session, words, by=writer, now=now)


def ask_a_lead(session: Session, ticket: Ticket, team: dict[str, Agent], now: datetime) -> None:
    """One reply waits for its approval, by a rule that was there before."""
    rule = ruling.Draft(kind=Kind.TAG, tag=CHECKED, minutes=CHECKED_WITHIN)
    ruling.add(session, rule, by=team["takahashi"], now=now - timedelta(days=1))
    message = ticket.latest_message
    assert message is not None
    words = pressing.Draft(CHECKED_REPLY, "story:approval", None)
    pressed = max(message.posted_at, now - timedelta(minutes=1))
    pressing.press(session, ticket, message, team["suzuki"], words, pressed)


def _confirm(session: Session, agent: Agent, version: int, at: datetime) -> None:
    session.add(RulesConfirmation(agent_id=agent.id, version=version, confirmed_at=at))
