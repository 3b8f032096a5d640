"""Alerts on their way to webhooks: at least once, with an id by which repeats can be dropped."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from support.alerts.records import IS_UNSENT, Alert, AlertPost, AlertWebhook
from support.conversations.records import Conversation
from support.outside import OutsideError
from support.sla.records import Promise
from support.tickets.records import Ticket
from support.x.records import Account
from support.x.tokens import unseal

MOST = 20
LEASE = timedelta(minutes=2)
WAITS = (1, 5, 15, 60, 180)
"""Minutes between two tries; the last one is repeated."""
GIVE_UP_AFTER = timedelta(days=1)
KINDS = {
    "first_reply": "初回返信",
    "next_reply": "次回返信",
    "resolution": "解決",
    "update": "続報",
}

Send = Callable[[str, dict[str, Any]], None]
"""Posts a body to an address; raises OutsideError."""


def claim(session: Session, now: datetime) -> list[int]:
    """What is to be sent now; nobody else sends it for two minutes."""
    waiting = (
        select(AlertPost)
        .where(IS_UNSENT, AlertPost.not_before <= now)
        .order_by(AlertPost.not_before)
        .limit(MOST)
        .with_for_update(skip_locked=True)
    )
    found = list(session.scalars(waiting))
    for post in found:
        post.not_before, post.tries = now + LEASE, post.tries + 1
    return [post.id for post in found]


def deliver(
    session: Session, post_id: int, send: Send, now: datetime, *, secret_key: str, desk_url: str
) -> bool:
    """Sends one and notes what came of it; the caller commits."""
    post = session.get_one(AlertPost, post_id)
    webhook = post.webhook
    url = unseal(webhook.url_sealed, secret_key)
    try:
        send(url, body_of(session, post.alert, webhook.style, desk_url))
    except OutsideError as error:
        webhook.problem = str(error)[:300]
        if now - post.alert.raised_at > GIVE_UP_AFTER:
            post.given_up_at = now
        else:
            wait = WAITS[min(post.tries, len(WAITS)) - 1]
            post.not_before = now + timedelta(minutes=wait)
        return False
    post.done_at, webhook.problem = now, ""
    return True


def body_of(session: Session, alert: Alert, style: str, desk_url: str) -> dict[str, Any]:
    """Ids, times and a link: never what a customer wrote, nor who they are."""
    promise, handle = session.execute(
        select(Promise, Account.handle)
        .join(Ticket, Ticket.id == Promise.ticket_id)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .join(Account, Account.id == Conversation.account_id)
        .where(Promise.id == alert.promise_id)
        .options(joinedload(Promise.calendar))
    ).one()
    link = f"{desk_url}/tickets/{alert.ticket_id}" if desk_url else ""
    if style == "slack":
        return {"text": _sentence(alert, promise, handle, link)}
    return {
        "id": alert.id,
        "level": alert.level,
        "kind": promise.kind,
        "ticket": alert.ticket_id,
        "account": handle,
        "due_at": promise.due_at.isoformat() if promise.due_at else None,
        "raised_at": alert.raised_at.isoformat(),
        "url": link,
    }


def _sentence(alert: Alert, promise: Promise, handle: str, link: str) -> str:
    what = "期限を過ぎました" if alert.level == "broken" else "期限が近づいています"
    return f"@{handle} #{alert.ticket_id} {KINDS[promise.kind]}の{what} {link}".rstrip()


def trial(style: str) -> dict[str, Any]:
    """What the test button sends."""
    if style == "slack":
        return {"text": "窓口からのテスト送信です。"}
    return {"id": 0, "level": "test", "kind": "", "ticket": 0, "account": "", "url": ""}


def forgotten(session: Session, now: datetime) -> int:
    """How many have waited for longer than an hour: a fault of an address or of the workers."""
    old = (
        select(AlertPost.id)
        .join(Alert, Alert.id == AlertPost.alert_id)
        .where(IS_UNSENT, Alert.raised_at < now - timedelta(hours=1))
    )
    return len(session.scalars(old.limit(1000)).all())


def webhooks(session: Session) -> list[AlertWebhook]:
    known = select(AlertWebhook).where(AlertWebhook.retired_at.is_(None))
    return list(session.scalars(known.order_by(AlertWebhook.id)))
