"""The nightly look for what X took back, a few hundred posts a job."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.compliance import checking
from support.compliance.records import ComplianceCheck
from support.desk import Desk
from support.jobs.at_work import at_the_desk
from support.x.connecting import stop
from support.x.errors import Meaning, XError, reason_to_stop
from support.x.ledger import charge
from support.x.pricing import POST_READ, USER_READ
from support.x.records import Account

MOST_CALLS = 20
"""Hundreds one job asks for, so that a worker is soon free for what is new."""
LATER = timedelta(minutes=10)

log = structlog.get_logger()


def ring_checks() -> int:
    """Rings for every look that is to go on; returns how many. Costs one query an account."""
    with at_the_desk() as (desk, session):
        at_work = select(Account).where(Account.stopped_at.is_(None)).order_by(Account.id)
        found = checking.due(
            session,
            desk.clock(),
            at=time.fromisoformat(desk.settings.check_at),
            zone=ZoneInfo(desk.settings.zone),
            accounts=list(session.scalars(at_work)),
        )
        ids = [check.id for check in found]
        session.commit()
        for check_id in ids:
            desk.later.ring("check_posts", check_id)
        return len(ids)


def check_posts(check_id: int) -> dict[str, int]:
    """Looks at the next posts of one account; how many posts and people X showed for it.

    What is left is rung for again. A look X refuses keeps its place.
    """
    shown = {"posts": 0, "people": 0}
    with at_the_desk(check=check_id) as (desk, session):
        check = checking.claim(session, check_id, desk.clock())
        session.commit()
        if check is None:
            return shown
        account = session.get_one(Account, check.account_id)
        since = desk.clock() - timedelta(days=desk.settings.check_days)
        try:
            client = desk.x.for_account(account)
            for _ in range(MOST_CALLS):
                looked = checking.look(
                    session, account, check, client, since=since, now=desk.clock()
                )
                shown["posts"] += looked.posts
                shown["people"] += looked.people
                _charge(session, account.id, looked, desk)
                for ticket_id in sorted(looked.tickets):
                    desk.news.tell("ticket", ticket_id)
                if looked.done:
                    log.info("checked", posts=check.posts, people=check.people, gone=check.gone)
                    return shown
        except XError as error:
            session.rollback()
            _put_off(session.get_one(ComplianceCheck, check_id), account, error, desk.clock())
        else:
            check.leased_until = None
        session.commit()
    return shown


def _charge(session: Session, account_id: int, looked: checking.Looked, desk: Desk) -> None:
    """X bills what it shows, at night too."""
    now, prices = desk.clock(), desk.prices
    charge(session, account_id, POST_READ, looked.posts, now=now, prices=prices)
    charge(session, account_id, USER_READ, looked.people, now=now, prices=prices)
    session.commit()


def _put_off(check: ComplianceCheck, account: Account, error: XError, now: datetime) -> None:
    log.warning("not_checked", status=error.status, meaning=error.meaning.value)
    if error.meaning is Meaning.ACCOUNT:
        stop(account, reason_to_stop(error), now)
    checking.put_off(check, error.retry_at or now + LATER, str(error))
