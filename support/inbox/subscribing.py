"""Seeing to it that X pushes: the webhook of each app, and what is pushed to it.

X loses these now and then, and so do people who press the wrong button: every few minutes all is
compared with what X says it has. Commits as it goes, as X is asked with no transaction open.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from support.conversations.records import PUBLIC, Conversation, Customer
from support.desk import X
from support.inbox.listening import listen
from support.inbox.subscriptions import Wanted, missing, surplus
from support.tickets.records import Ticket
from support.x.app_client import (
    DELETED,
    FOR_AN_ACCOUNT,
    MOST_SUBSCRIPTIONS,
    REVOKED,
    AppClient,
    Subscribed,
)
from support.x.app_client import PUBLIC as PUBLIC_EVENTS
from support.x.client import XClient
from support.x.errors import XError
from support.x.records import Account, Subscription, XApp

CHECK_EVERY = timedelta(minutes=5)
MOST_AT_ONCE = 200
"""Subscriptions made or ended in one go; X allows 500 calls in 15 minutes."""


@dataclass
class Hands:
    """What is needed to speak for one app, gathered before the transaction is let go."""

    app_id: int
    client: AppClient
    accounts: dict[str, XClient] = field(default_factory=dict)
    """By the account's id on X."""


def due(session: Session, now: datetime) -> list[int]:
    """The apps to look after now: some minutes have passed, or an account is new."""
    served = select(Subscription.account_id).where(Subscription.account_id.is_not(None))
    new = select(Account.app_id).where(
        Account.app_id.is_not(None), Account.stopped_at.is_(None), Account.id.not_in(served)
    )
    rested = or_(
        XApp.webhook_checked_at.is_(None),
        XApp.webhook_checked_at <= now - CHECK_EVERY,
        XApp.id.in_(new) & (XApp.webhook_checked_at <= now - CHECK_EVERY / 5),
    )
    return list(session.scalars(select(XApp.id).where(XApp.bearer_sealed != "", rested)))


def keep(session: Session, app_id: int, x: X, address: str, now: datetime) -> None:
    """The app's webhook stands and everything wanted is pushed to it, as far as X agrees.

    What X refuses is noted on the rows, where the page of deliveries shows it.
    """
    app = session.get_one(XApp, app_id)
    app.webhook_checked_at = now  # another worker need not do the same now
    try:
        hands = _hands(session, app, x)
    except XError as error:
        app.webhook_problem = str(error)[:300]
        session.commit()
        return
    wanted = _wanted(session, app)
    session.commit()
    if listen(session, app_id, hands.client, address, now, CHECK_EVERY):
        _subscribe_all(session, hands, wanted, now)


def note_unreachable(session: Session, app_id: int, why: str, now: datetime) -> None:
    """The desk has no address X would push to; it reads X's lists all the same."""
    app = session.get_one(XApp, app_id)
    app.webhook_checked_at, app.webhook_problem, app.webhook_valid = now, why, False
    session.commit()


def _hands(session: Session, app: XApp, x: X) -> Hands:
    hands = Hands(app.id, x.for_app(app))
    for account in _accounts(session, app):
        try:
            hands.accounts[account.x_id] = x.for_account(account)
        except XError:
            continue  # its token cannot be read: its pages say so
    return hands


def _accounts(session: Session, app: XApp) -> list[Account]:
    ours = select(Account).where(Account.app_id == app.id, Account.stopped_at.is_(None))
    return list(session.scalars(ours.order_by(Account.id)))


def _wanted(session: Session, app: XApp) -> list[Wanted]:
    """What is to be pushed, the most needed first."""
    accounts = _accounts(session, app)
    wanted = [Wanted(REVOKED, "", None)] if accounts else []
    for account in accounts:
        wanted += [Wanted(kind, account.x_id, account.id) for kind in FOR_AN_ACCOUNT]
    room = max(0, MOST_SUBSCRIPTIONS - len(wanted))
    ours = {account.x_id for account in accounts}
    authors = [x_id for x_id in _authors(session, app, room) if x_id not in ours]
    return wanted + [Wanted(DELETED, x_id, None) for x_id in authors]


def _authors(session: Session, app: XApp, most: int) -> list[str]:
    """Whose public posts stand in tickets that are not resolved, those with the newest first.

    X tells nobody by itself that a customer took a post back; this event is public and free.
    """
    newest = (
        select(Customer.x_id)
        .join(Conversation, Conversation.customer_id == Customer.id)
        .join(Account, Account.id == Conversation.account_id)
        .join(Ticket, Ticket.conversation_id == Conversation.id)
        .where(
            Account.app_id == app.id,
            Conversation.channel == PUBLIC,
            Ticket.state != "resolved",
            Customer.hidden_reason != "purged",
        )
        .order_by(Ticket.id.desc())
    )
    return list(dict.fromkeys(session.scalars(newest.limit(2 * most))))[:most]


def _subscribe_all(session: Session, hands: Hands, wanted: list[Wanted], now: datetime) -> None:
    webhook = session.get_one(XApp, hands.app_id).webhook_x_id
    session.commit()
    try:
        there = hands.client.subscriptions()
    except XError as error:
        _note_problem(session, hands.app_id, error)
        return
    made, problems = _make(hands, missing(wanted, there, webhook)[:MOST_AT_ONCE], webhook)
    ours = _ours(session, hands.app_id)
    for subscribed in surplus(wanted, there, ours)[:MOST_AT_ONCE]:
        _end(hands.client, subscribed)
    _write(session, hands.app_id, wanted, _there(there, made), problems, now)


def _ours(session: Session, app_id: int) -> set[str]:
    """Ids of what the desk made itself; what others made with the same app is left alone."""
    ids = select(Subscription.x_id).where(Subscription.app_id == app_id, Subscription.x_id != "")
    found = set(session.scalars(ids))
    session.commit()
    return found


def _there(there: list[Subscribed], made: dict[Wanted, str]) -> dict[tuple[str, str], str]:
    found = {(item.event_type, item.subject_x_id): item.x_id for item in there}
    return found | {(w.event_type, w.subject_x_id): x_id for w, x_id in made.items()}


def _make(
    hands: Hands, lacking: list[tuple[Wanted, Subscribed | None]], webhook: str
) -> tuple[dict[Wanted, str], dict[Wanted, str]]:
    """Makes what is missing; ids and, for what X refused, its words."""
    made: dict[Wanted, str] = {}
    problems: dict[Wanted, str] = {}
    for wanted, elsewhere in lacking:
        try:
            made[wanted] = _make_one(hands, wanted, elsewhere, webhook)
        except XError as error:
            problems[wanted] = str(error)[:300]
            if error.retry_at is not None:
                break  # X's limit is used up: the rest is for the next time
    return made, problems


def _make_one(hands: Hands, wanted: Wanted, elsewhere: Subscribed | None, webhook: str) -> str:
    if elsewhere is not None:
        hands.client.move(elsewhere.x_id, webhook)
        return elsewhere.x_id
    if wanted.event_type in PUBLIC_EVENTS:
        return hands.client.subscribe(wanted.event_type, wanted.subject_x_id, webhook)
    return hands.accounts[wanted.subject_x_id].subscribe(wanted.event_type, webhook)


def _end(client: AppClient, subscribed: Subscribed) -> None:
    try:
        client.unsubscribe(subscribed.x_id)
    except XError:
        return  # it is still there the next time


def _write(
    session: Session,
    app_id: int,
    wanted: list[Wanted],
    there: dict[tuple[str, str], str],
    problems: dict[Wanted, str],
    now: datetime,
) -> None:
    rows = {
        (row.event_type, row.subject_x_id): row
        for row in session.scalars(select(Subscription).where(Subscription.app_id == app_id))
    }
    for one in wanted:
        key = one.event_type, one.subject_x_id
        row = rows.pop(key, None) or Subscription(app_id=app_id, x_id="", problem="")
        row.event_type, row.subject_x_id, row.account_id = *key, one.account_id
        found = there.get(key, "")
        if found and row.x_id != found:
            row.made_at = now
        row.x_id, row.checked_at, row.problem = found, now, problems.get(one, "")
        session.add(row)
    for row in rows.values():
        session.delete(row)
    session.commit()


def _note_problem(session: Session, app_id: int, error: XError) -> None:
    session.get_one(XApp, app_id).webhook_problem = str(error)[:300]
    session.commit()
