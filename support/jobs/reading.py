"""Reading what X shows an account: mentions, direct messages, its own posts."""

from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.inbox.reading import DMS, MENTIONS, OWN, may_read, read_stream, rest
from support.jobs.at_work import at_the_desk
from support.x.connecting import stop
from support.x.errors import Meaning, XError, reason_to_stop
from support.x.records import Account

log = structlog.get_logger()


def read_mentions(account_id: int) -> None:
    _read(account_id, MENTIONS)


def read_dms(account_id: int) -> None:
    _read(account_id, DMS)


def read_own_posts(account_id: int) -> None:
    _read(account_id, OWN)


def _read(account_id: int, stream: str) -> None:
    with at_the_desk(account=account_id) as (desk, session):
        account = session.get(Account, account_id)
        if account is None or account.stopped_at is not None:
            return
        if not may_read(session, account, stream, desk.clock()):
            return
        try:
            taken = read_stream(session, account, stream, desk.x.for_account(account), desk.clock())
        except XError as error:
            session.rollback()
            _note_refused_read(session, account_id, stream, error, desk.clock())
            return
        if taken.messages or taken.refused:
            log.info(
                "read",
                stream=stream,
                messages=taken.messages,
                known=taken.known,
                refused=taken.refused,
            )
        for ticket_id in sorted(taken.tickets):
            desk.news.tell("ticket", ticket_id)


def _note_refused_read(
    session: Session, account_id: int, stream: str, error: XError, now: datetime
) -> None:
    log.warning("not_read", stream=stream, status=error.status, meaning=error.meaning.value)
    account = session.get_one(Account, account_id)
    if error.meaning is Meaning.ACCOUNT:
        stop(account, reason_to_stop(error), now)
    elif error.retry_at is not None:
        rest(session, account, stream, until=error.retry_at)
    session.commit()


def accounts_to_read() -> list[int]:
    """The accounts whose streams are read now."""
    with at_the_desk() as (_, session):
        return list(session.scalars(select(Account.id).where(Account.stopped_at.is_(None))))
