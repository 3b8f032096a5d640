"""Asking X what a saved search finds."""

import structlog

from support.jobs.at_work import at_the_desk
from support.outreach import hearing
from support.x.errors import XError

log = structlog.get_logger()


def hear(listening_id: int) -> None:
    """One turn of a listening; nothing, where it is not its turn any more."""
    with at_the_desk(listening=listening_id) as (desk, session):
        desk.later.heard("hear", listening_id)
        now = desk.clock()
        turn = hearing.begin(session, listening_id, now, desk.prices)
        if turn is None:
            return
        try:
            client = desk.x.for_account(turn.account)
            session.commit()  # X is asked with no transaction open
            heard = hearing.hear(session, turn, client, now, desk.prices)
        except XError as error:
            session.rollback()
            log.warning("not_heard", status=error.status, meaning=error.meaning.value)
            hearing.refused(session, turn, error, desk.clock())
            return
        if heard.shown:
            log.info("heard", shown=heard.shown, new=heard.new)
