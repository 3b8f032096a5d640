"""Reading what X pushed, and seeing to it that X goes on pushing."""

from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from support.compliance.emptying import empty_posts
from support.desk import Desk
from support.inbox import pushing, subscribing
from support.inbox.pushing import Asked, Empty, Taken
from support.jobs import announcing, outreach
from support.jobs.at_work import at_the_desk
from support.settings import Settings
from support.x.client import XClient
from support.x.errors import Meaning, XError
from support.x.posts import Person
from support.x.records import Account
from support.x.webhook_address import webhook_address, why_not

PEOPLE_AT_ONCE = 100
READ_ONLY = {"readonly": True}
LONGEST = timedelta(seconds=20)
"""One job works no longer: a worker that is to stop finishes its job first."""
log = structlog.get_logger()


def read_pushes() -> None:
    """Reads all that waits, some at a time."""
    with at_the_desk() as (desk, session):
        read_waiting(desk, session, empty_posts)
        session.rollback()
        outreach.after_a_read(desk, session)


def keep_webhooks() -> None:
    """Compares what X pushes with what it should push, and mends it."""
    with at_the_desk() as (desk, session):
        ids = subscribing.due(session, desk.clock())
        session.rollback()
        for app_id in ids:
            address = address_of(desk.settings, app_id)
            why = why_not(address, sandbox=desk.settings.on_sandbox)
            if why:
                subscribing.note_unreachable(session, app_id, why, desk.clock())
            else:
                subscribing.keep(session, app_id, desk.x, address, desk.clock())


def address_of(settings: Settings, app_id: int) -> str:
    """Where X is to push for this app; a sandbox beside us reaches us without a public address."""
    own = settings.public_url
    if not own and settings.on_sandbox:
        own = f"http://127.0.0.1:{settings.port}"
    return webhook_address(own, app_id)


def read_waiting(desk: Desk, session: Session, empty: Empty) -> None:
    """All that waits; where that is much, the rest is for the next ring."""
    begun = desk.clock()
    while ids := _in_line(desk, session):
        asked = _ask(desk, session, ids)
        _take_in(desk, session, ids, asked, empty)
        if desk.clock() - begun >= LONGEST:
            desk.later.ring("read_pushes")
            return


def _in_line(desk: Desk, session: Session) -> list[int]:
    """Until they are taken in, looking at them keeps no writer waiting."""
    session.rollback()
    session.connection(execution_options=READ_ONLY)
    return pushing.in_line(session, desk.clock())


def _ask(desk: Desk, session: Session, ids: list[int]) -> Asked:
    """X is asked with no transaction open: others go on writing meanwhile."""
    unnamed, accounts = pushing.questions(session, ids)
    speakers = [_client(desk, account) for account in _speakers(session)] if unnamed else []
    said = {account.x_id: _client(desk, account) for account in accounts}
    session.rollback()
    people = _people(next(filter(None, speakers), None), unnamed)
    revoked = {x_id: client is None or _refuses(client) for x_id, client in said.items()}
    return Asked(people, revoked)


def _speakers(session: Session) -> list[Account]:
    running = select(Account).where(Account.stopped_at.is_(None)).order_by(Account.id)
    return list(session.scalars(running))


def _client(desk: Desk, account: Account) -> XClient | None:
    """None: the account's token cannot be read."""
    try:
        return desk.x.for_account(account)
    except XError:
        return None


def _people(client: XClient | None, x_ids: list[str]) -> dict[str, Person]:
    """Without an answer the posts are stored nameless; what X shows next of them names them."""
    found: dict[str, Person] = {}
    if client is None:
        return found
    try:
        for at in range(0, len(x_ids), PEOPLE_AT_ONCE):
            found |= client.people(x_ids[at : at + PEOPLE_AT_ONCE])
    except XError as error:
        log.warning("people_not_read", status=error.status, meaning=error.meaning.value)
    return found


def _refuses(client: XClient) -> bool:
    """Old news is pushed again after a pause: an account that was connected anew still speaks."""
    try:
        client.me()
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
    announcing.take_up(desk, session, taken.tickets)
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
    announcing.take_up(desk, session, taken.tickets)
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
