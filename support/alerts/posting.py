"""Alerts on their way to webhooks: claimed, sent by a job, tried again, given up after a day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from support.alerts.records import IS_UNSENT, Alert, AlertPost, AlertWebhook
from support.conversations.records import Conversation
from support.db import changed
from support.sla.records import Promise
from support.tickets.records import Ticket
from support.x.records import Account

LEASE = timedelta(minutes=1)
"""For so long nobody else sends what is being sent; a worker that died loses it then."""
WAITS = tuple(timedelta(seconds=n) for n in (10, 30, 120, 600, 1800, 3600))
"""Before the second try, the third and so on; the last wait stays."""
LONGEST = timedelta(days=1)
LATE = timedelta(hours=1)
"""Unsent for longer is told of by `flask doctor`."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be told of an alert: ids, moments and our own account's name, nobody's words."""

    alert_id: int
    ticket_id: int
    promise_id: int
    account: str
    kind: str
    level: str
    due_at: datetime | None
    raised_at: datetime
    url_sealed: str
    style: str

    def body(self, link: str) -> dict[str, Any]:
        """The generic form. A receiver drops repeats by `id`: a letter may come twice."""
        return {
            "id": f"alert-{self.alert_id}",
            "account": self.account,
            "kind": self.kind,
            "level": self.level,
            "due_at": self.due_at.isoformat() if self.due_at else None,
            "raised_at": self.raised_at.isoformat(),
            "ticket": self.ticket_id,
            "promise": self.promise_id,
            "link": link,
        }


def waiting(session: Session, now: datetime) -> bool:
    """Whether anything is to be sent now."""
    return session.scalar(_due(now).limit(1)) is not None


def late(session: Session, now: datetime) -> int:
    """How many have not been sent an hour after they were raised."""
    old = select(AlertPost.id).join(Alert, Alert.id == AlertPost.alert_id)
    return len(session.scalars(old.where(IS_UNSENT, Alert.raised_at < now - LATE)).all())


def claim(session: Session, now: datetime) -> int | None:
    """The next post, which is this worker's for a while; None: nothing is due."""
    for number in session.scalars(_due(now).limit(10)).all():
        mine = (
            update(AlertPost)
            .where(AlertPost.id == number, IS_UNSENT, AlertPost.not_before <= now)
            .values(not_before=now + LEASE, tries=AlertPost.tries + 1)
        )
        if changed(session, mine):
            return number
    return None


def letter(session: Session, number: int) -> Letter:
    """What the post says, and where it goes."""
    found = (
        select(Alert, Promise, Account.handle, AlertWebhook)
        .join(AlertPost, AlertPost.alert_id == Alert.id)
        .join(AlertWebhook, AlertWebhook.id == AlertPost.webhook_id)
        .join(Promise, Promise.id == Alert.promise_id)
        .join(Ticket, Ticket.id == Alert.ticket_id)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .join(Account, Account.id == Conversation.account_id)
        .where(AlertPost.id == number)
    )
    alert, promise, handle, webhook = session.execute(found).one()
    return Letter(
        alert_id=alert.id,
        ticket_id=alert.ticket_id,
        promise_id=promise.id,
        account=handle,
        kind=promise.kind,
        level=alert.level,
        due_at=promise.due_at,
        raised_at=alert.raised_at,
        url_sealed=webhook.url_sealed,
        style=webhook.style,
    )


def settle(session: Session, number: int, problem: str, now: datetime) -> None:
    """It was taken, or is tried again later, as is all else that goes to the same webhook."""
    post = session.get_one(AlertPost, number)
    webhook = post.webhook
    webhook.problem = problem
    if not problem:
        post.done_at = now
        return
    again = now + WAITS[min(post.tries, len(WAITS)) - 1]
    post.not_before = again
    session.flush()
    theirs = (AlertPost.webhook_id == webhook.id, IS_UNSENT)
    put_off = update(AlertPost).where(*theirs, AlertPost.not_before < again)
    changed(session, put_off.values(not_before=again))
    give_up(session, webhook, now, before=now - LONGEST)


def give_up(
    session: Session, webhook: AlertWebhook, now: datetime, *, before: datetime | None = None
) -> int:
    """What was raised before then, else all, is sent to this webhook no more; how many it were."""
    unsent = update(AlertPost).where(AlertPost.webhook_id == webhook.id, IS_UNSENT)
    if before is not None:
        old = select(Alert.id).where(Alert.raised_at < before)
        unsent = unsent.where(AlertPost.alert_id.in_(old))
    return changed(session, unsent.values(given_up_at=now))


def _due(now: datetime) -> Select[int]:
    due = select(AlertPost.id).where(IS_UNSENT, AlertPost.not_before <= now)
    return due.order_by(AlertPost.not_before, AlertPost.id)
