"""The demo desk for tests and pictures: its story, and a row of everything else a page can show."""

import hashlib
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents import confirming
from support.agents.access import Role
from support.agents.records import Agent, Invitation
from support.alerts.records import Alert, AlertNotice, AlertRule
from support.approval.records import Approval, ApprovalRule
from support.canned.records import Pick
from support.conversations.contact import folded_number
from support.conversations.records import (
    Attachment,
    Conversation,
    CustomerNumber,
    Message,
    MessageVersion,
)
from support.db import Base, engine_for
from support.demo.loading import TOKEN, open_desk
from support.demo.playing import Stage
from support.drafts.records import KeptDraft
from support.inbox.records import Delivery, Hole, IntakeRefusal
from support.outreach.records import Prospect
from support.replies import pressing
from support.replies.pressing import Draft
from support.replies.records import GuardWord, Reply, ReplyImage, ReplyPart
from support.replies.states import PartState
from support.settings import load_settings
from support.sla.records import Promise
from support.terms.records import TermsEdit
from support.tickets.records import Note, SavedView, Ticket
from support.x.door import XDoor
from support.x.records import Account
from tests.cast import SECRET
from tests.machinery import lifeline, outage
from tests.machinery.sandbox import running_sandbox
from tests.machinery.valkey import valkey_server

DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
"""A picture of one dot."""
INVITED = "a-link-that-lets-one-person-in"
"""What the link of the invitation ends with."""


def story() -> Path:
    """The story on a SQLite database, told once a run and not to be written to: copy it."""
    with lifeline.once("story") as place:
        told = place.with_suffix(".db")
        if not told.exists():
            folder = Path(tempfile.mkdtemp(dir=lifeline.run_folder()))
            with running_sandbox(folder) as sandbox:
                at = f"sqlite:///{folder / 'story.db'}"
                load_demo(at, sandbox.url, valkey_server().url, datetime.now(UTC))
            (folder / "story.db").rename(told)
    return told


def load_demo(database_url: str, sandbox_url: str, redis_url: str, now: datetime) -> None:
    """Tables, the story played through the sandbox, and the samples."""
    engine = engine_for(database_url)
    Base.metadata.create_all(engine)
    door = XDoor(
        load_settings(
            {
                "DESK_X_BASE_URL": sandbox_url,
                "DESK_SECRET_KEY": SECRET,
                "DESK_REDIS_URL": redis_url,
            }
        )
    )
    with Session(engine) as session:
        cast = open_desk(session, door.with_token(TOKEN), secret_key=SECRET, now=now)
        Stage(session, cast, door.for_account(cast.account), now).play(sandbox_url)
        session.flush()
        _samples(session, now)
        session.commit()
    engine.dispose()


def _samples(session: Session, now: datetime) -> None:
    """What the story has none of: trouble with intake, alerts, pictures, edits, choices."""
    account = session.scalars(select(Account)).one()
    admin = session.scalars(select(Agent).where(Agent.role == Role.ADMIN.value)).first()
    assert admin is not None
    _trouble(session, account, now)
    _alert(session, now)
    _people(session, admin, now)
    _approvals(session, admin, now)
    outage.hit(session, account, admin, now)
    offered = select(Prospect.ticket_id).where(Prospect.ticket_id.is_not(None))  # looked at whole
    newest = select(Message).where(Message.ticket_id.not_in(offered)).order_by(Message.id.desc())
    message = session.scalars(newest).first()
    reply = session.scalars(select(Reply).order_by(Reply.id)).first()
    assert message is not None
    _work_of(session, admin, message, now)
    assert reply is not None
    session.add_all(
        [
            ReplyImage(
                reply_id=reply.id,
                position=1,
                mime="image/png",
                alt="一つの点",
                width=1,
                height=1,
                data=DOT,
            ),
            Attachment(message_id=message.id, media_key="3_1", kind="photo", url="", alt="写真"),
            MessageVersion(
                message_id=message.id,
                x_id=message.x_id,
                text=message.text,
                written_at=message.posted_at,
                received_at=now,
            ),
            Pick(
                message_id=reply.answers_id,
                agent_id=reply.agent_id,
                reply_id=reply.id,
                answer_id="slow-evening",
                shown=["slow-evening"],
                place=1,
                kept=0.8,
                picked_at=now,
            ),
            GuardWord(
                purpose="internal", level="stop", text="社外秘", made_by_id=admin.id, made_at=now
            ),
            TermsEdit(kind="hours", name="ひかりケア", carry="rest", at=now, total=40, done=12),
        ]
    )


def _trouble(session: Session, account: Account, now: datetime) -> None:
    session.add_all(
        [
            Delivery(
                app_id=account.app_id,
                received_at=now,
                body='{"unknown": "形"}'.encode(),
                state="unknown",
                reason="no known event in it",
            ),
            IntakeRefusal(
                account_id=account.id,
                stream="mentions",
                digest="d" * 64,
                reason="created_at is missing",
                raw='{"id": "1", "text": "本文"}',
                refused_at=now,
            ),
            Hole(
                account_id=account.id,
                stream="mentions",
                from_at=now - timedelta(days=9),
                until_at=now - timedelta(days=8),
                reason="mentions_window",
                found_at=now,
            ),
        ]
    )


def _alert(session: Session, now: datetime) -> None:
    """One promise has everybody told of it."""
    promise = session.scalars(
        select(Promise).where(Promise.kept_at.is_(None), Promise.withdrawn_at.is_(None))
    ).first()
    assert promise is not None
    rule = AlertRule(share=0.75, deed="leads", made_at=now)
    session.add(rule)
    session.flush()
    alert = Alert(
        promise_id=promise.id,
        rule_id=rule.id,
        ticket_id=promise.ticket_id,
        level="due_soon",
        raised_at=now,
    )
    session.add(alert)
    session.flush()
    agents = session.scalars(select(Agent.id)).all()
    session.add_all([AlertNotice(alert_id=alert.id, agent_id=agent) for agent in agents])


def _approvals(session: Session, admin: Agent, now: datetime) -> None:
    """One reply waits for somebody's word, too long by now; another went in other words."""
    rule = ApprovalRule(
        kind="newcomer", clean=20, minutes=30, made_at=now, made_by_id=admin.id, joined_since=now
    )
    sent = session.scalars(
        select(Reply).join(Reply.parts).where(ReplyPart.state == "posted").order_by(Reply.id.desc())
    ).first()
    free = (
        select(Ticket)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(Ticket.state == "open", Conversation.channel == "public")
        .where(Ticket.id.not_in(select(Reply.ticket_id)))
    )
    ticket = session.scalars(free.order_by(Ticket.id)).all()[-2]
    writer = session.scalars(select(Agent).where(Agent.role == Role.AGENT.value)).first()
    assert sent is not None
    assert writer is not None
    assert ticket.latest_message is not None
    draft = Draft("ご不便をおかけしております。お調べします。", "a-reply-that-waits", None)
    waits = pressing.press(session, ticket, ticket.latest_message, writer, draft, now)
    for part in waits.parts:
        part.state = PartState.WAITING.value
    because = [{"kind": "newcomer", "rule": 1, "tag": ""}]
    session.add_all(
        [
            rule,
            Approval(reply_id=waits.id, agent_id=writer.id, reasons=because, due_at=now),
            Approval(
                reply_id=sent.id,
                agent_id=sent.agent_id,
                reasons=because,
                due_at=now,
                outcome="changed",
                before="確認するので待ってください。",
                word="お待ちいただく時間も書きましょう。",
                decided_at=now,
                decided_by_id=admin.id,
            ),
        ]
    )


def _people(session: Session, admin: Agent, now: datetime) -> None:
    """Somebody is invited, and the administrator's telephone half learnt its secret."""
    confirming.prepare(session, admin, secret_key=SECRET, now=now)
    session.add(
        Invitation(
            email="mori@hikari-care.example",
            role=Role.AGENT.value,
            token_digest=hashlib.sha256(INVITED.encode()).hexdigest(),
            made_by_id=admin.id,
            made_at=now,
        )
    )


def _work_of(session: Session, admin: Agent, pictured: Message, now: datetime) -> None:
    """What only its writer sees, and what is known of a customer.

    It stands elsewhere than the sample picture, which X does not have: a 404 in the console.
    """
    ticket = session.scalars(
        select(Ticket)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(
            Ticket.state == "open",
            Conversation.channel == "public",
            Conversation.id != pictured.conversation_id,
        )
        .order_by(Ticket.id.desc())
    ).first()
    assert ticket is not None
    customer = ticket.conversation.customer
    customer.memo, customer.memo_at, customer.memo_by_id = "電話は夕方に", now, admin.id
    mine = {"ticket_id": ticket.id, "agent_id": admin.id}
    session.add_all(
        [
            Note(**mine, text="回線の担当に確認中です。", written_at=now),
            KeptDraft(**mine, mode="reply", text="お調べしています。", updated_at=now),
            KeptDraft(**mine, mode="note", text="折り返しは明日。", updated_at=now),
            SavedView(agent_id=admin.id, name="急ぎ", words={"priority": "high"}, made_at=now),
            SavedView(
                agent_id=admin.id, shared=True, name="DM", words={"channel": "dm"}, made_at=now
            ),
            CustomerNumber(
                customer_id=customer.id,
                number="HK-20417",
                folded=folded_number("HK-20417"),
                given_how="dm",
                given_at=now,
                noted_at=now,
                noted_by_id=admin.id,
            ),
        ]
    )
