"""What became of what was handed over: looked for after reads, and now and then."""

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from support.desk import Desk
from support.jobs.at_work import at_the_desk
from support.outreach.following import follow

log = structlog.get_logger()


def follow_up() -> None:
    """The sweep: whatever a read that died left behind is found here."""
    with at_the_desk() as (desk, session):
        after_a_read(desk, session)


def after_a_read(desk: Desk, session: Session) -> None:
    """Call it with nothing uncommitted. What goes wrong here must not cost a message."""
    try:
        found = follow(session, desk.clock())
        session.commit()
    except OperationalError:
        raise  # the database is away
    except Exception as error:
        session.rollback()
        log.exception("not_followed", error=type(error).__name__)
        return
    if not found:
        return
    log.info("followed", seen=found.seen, answered=found.answered, refused=found.refused)
    desk.news.tell("outreach", 0)
    for ticket_id in sorted(found.tickets):
        desk.news.tell("ticket", ticket_id)
