"""Reading what X pushed, and seeing to it that X goes on pushing."""

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from support.compliance.emptying import empty_posts
from support.desk import Desk
from support.inbox import pushing
from support.inbox.pushing import Asked, Empty, Taken
from support.jobs.at_work import at_the_desk
from support.x.errors import Meaning, XError
from support.x.posts import Person
from support.x.records import Account

PEOPLE_AT_ONCE = 100
log = structlog.get_logger()


def read_pushes() -> None:
    """Reads all that waits, some at a time."""
    with at_the_desk() as (desk, session):
        read_waiting(desk, session, empty_posts)


def read_waiting(desk: Desk, session: Session, empty: Empty) -> None:
    while ids := pushing.in_line(session, desk.clock()):
        asked = _ask(desk, session, ids)
        _take_in(desk, session, ids, asked, empty)


def _ask(desk: Desk, session: Session, ids: list[int]) -> Asked:
    """X is asked with no transaction open: others go on writing meanwhile."""
    unnamed, accounts = pushing.questions(session, ids)
    speaker = _speaker(session) if unnamed else None
    session.rollback()
    people = _people(desk, speaker, unnamed) if speaker else {}
    return Asked(people, {account.x_id: _is_revoked(desk, account) for account in accounts})


def _speaker(session: Session) -> Account | None:
    return session.query(Account).filter(Account.stopped_at.is_(None)).order_by(Account.id).first()


def _people(desk: Desk, account: Account, x_ids: list[str]) -> dict[str, Person]:
    """Without an answer the posts are stored nameless; what X shows next of them names them."""
    found: dict[str, Person] = {}
    try:
        client = desk.x.for_account(account)
        for at in range(0, len(x_ids), PEOPLE_AT_ONCE):
            found |= client.people(x_ids[at : at + PEOPLE_AT_ONCE])
    except XError as error:
        log.warning("people_not_read", status=error.status, meaning=error.meaning.value)
    return found


def _is_revoked(desk: Desk, account: Account) -> bool:
    """Old news is pushed again after a pause: an account that was connected anew still speaks."""
    try:
        desk.x.for_account(account).me()
    except XError as error:
        return error.meaning is Meaning.ACCOUNT
    return False


def _take_in(desk: Desk, session: Session, ids: list[int], asked: Asked, empty: Empty) -> None:
    """All at once; when that fails one by one, so that one of them keeps out no other."""
    try:
        taken = pushing.take_in(session, ids, asked, empty, desk.clock())
        session.commit()
    except OperationalError:
        raise  # the database is away, no delivery is to blame
    except Exception as error:
        session.rollback()
        log.warning("pushes_read_one_by_one", error=type(error).__name__)
        for delivery_id in ids:
            _take_one(desk, session, delivery_id, asked, empty)
        return
    _tell(desk, taken)


def _take_one(desk: Desk, session: Session, delivery_id: int, asked: Asked, empty: Empty) -> None:
    try:
        taken = pushing.take_in(session, [delivery_id], asked, empty, desk.clock())
        session.commit()
    except OperationalError:
        raise
    except Exception as error:
        session.rollback()
        log.exception("push_not_stored", delivery=delivery_id)
        reason = f"the desk could not store it: {type(error).__name__}"
        pushing.put_back(session, delivery_id, reason, desk.clock())
        session.commit()
        return
    _tell(desk, taken)


def _tell(desk: Desk, taken: Taken) -> None:
    if taken.messages or taken.refused:
        log.info(
            "pushes_read",
            deliveries=taken.deliveries,
            messages=taken.messages,
            known=taken.known,
            refused=taken.refused,
        )
    for ticket_id in sorted(taken.tickets):
        desk.news.tell("ticket", ticket_id)
