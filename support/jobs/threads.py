"""Asking X for what others said around a ticket, for a colleague who waits to read it."""

import structlog

from support.errors import Refused
from support.inbox import fetching
from support.inbox.records import ThreadFetch
from support.jobs.at_work import at_the_desk
from support.tickets.records import Ticket
from support.x.connecting import stop
from support.x.errors import Meaning, XError, reason_to_stop

log = structlog.get_logger()


def fetch_thread(fetch_id: int) -> None:
    """One look; whoever waits for it is told by the news, also that nothing came of it."""
    with at_the_desk(fetch=fetch_id) as (desk, session):
        desk.later.heard("fetch_thread", fetch_id)
        fetch = session.get(ThreadFetch, fetch_id)
        if fetch is None or fetch.done_at is not None:
            return
        ticket_id, now = fetch.ticket_id, desk.clock()
        account = session.get_one(Ticket, ticket_id).conversation.account
        try:
            client = desk.x.for_account(account)
            fetching.look(session, fetch, client, now=now, prices=desk.prices)
        except Refused:  # the cap was reached, or the account stopped, since it was asked for
            session.rollback()
            fetching.fail(session, fetch, "cap" if account.stopped_at is None else "stopped", now)
        except XError as error:
            session.rollback()
            log.warning("thread_not_fetched", status=error.status, meaning=error.meaning.value)
            if error.meaning is Meaning.ACCOUNT:
                stop(account, reason_to_stop(error), now)
            fetching.fail(session, fetch, fetching.why_refused(account), now)
        session.commit()
        desk.news.tell("ticket", ticket_id)
