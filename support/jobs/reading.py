"""Reading what X shows an account: mentions, direct messages, its own posts."""

from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from support.desk import Desk
from support.inbox import scheduling
from support.inbox.reading import DMS, MENTIONS, OWN, read_stream, rest
from support.jobs import announcing, outreach
from support.jobs.at_work import at_the_desk
from support.x.connecting import stop
from support.x.errors import Meaning, XError, reason_to_stop
from support.x.pacing import TRY_AGAIN
from support.x.records import Account

JOB_OF = {MENTIONS: "read_mentions", DMS: "read_dms", OWN: "read_own_posts"}
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
        # Another job may have read it since the bell was rung.
        if account is None or (account_id, stream) not in _due(desk, session, account_id):
            return
        try:
            client, now = desk.x.for_account(account), desk.clock()
            taken = read_stream(session, account, stream, client, now, desk.prices)
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
        announcing.take_up(desk, session, taken.tickets)
        for ticket_id in sorted(taken.tickets):
            desk.news.tell("ticket", ticket_id)
        session.commit()
        outreach.after_a_read(desk, session)


def _note_refused_read(
    session: Session, account_id: int, stream: str, error: XError, now: datetime
) -> None:
    log.warning("not_read", stream=stream, status=error.status, meaning=error.meaning.value)
    account = session.get_one(Account, account_id)
    if error.meaning is Meaning.ACCOUNT:
        stop(account, reason_to_stop(error), now)
    else:
        rest(session, account, stream, until=error.retry_at or now + TRY_AGAIN)
    session.commit()


def due_reads() -> list[tuple[int, str]]:
    """Account and stream for what should be read now."""
    with at_the_desk() as (desk, session):
        return _due(desk, session)


def _due(desk: Desk, session: Session, account_id: int | None = None) -> list[tuple[int, str]]:
    rhythm = scheduling.rhythm_of(desk.settings)
    return scheduling.due(session, rhythm, desk.budgets, desk.clock(), account_id)
