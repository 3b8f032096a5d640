"""Posting what was announced, and linking what comes in to incidents."""

from collections.abc import Collection
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from support.desk import Desk
from support.incidents import linking, losing, moving, posting, running
from support.jobs.at_work import at_the_desk, is_gone
from support.jobs.sending import hands_of

log = structlog.get_logger()

LONGEST = timedelta(seconds=1)
"""After which a job leaves the rest to the next one; the sweep rings again."""


def announce(account_id: int) -> None:
    """Posts the notices an account has ready, and looks for those in doubt."""
    with at_the_desk(account=account_id) as (desk, session):
        desk.later.heard("announce", account_id)
        posting.post_ready(session, account_id, hands_of(desk))


def keep_up(incident_id: int) -> None:
    """Moves promises of an incident's tickets, and takes off what leaves, for about a second."""
    with at_the_desk(incident=incident_id) as (desk, session):
        desk.later.heard("keep_up", incident_id)
        began = desk.clock()
        while abs(desk.clock() - began) < LONGEST:
            done = moving.step(session, incident_id, desk.clock())
            session.commit()
            if not done:
                return
            for ticket_id in done:
                desk.news.tell("ticket", ticket_id)


def take_up(desk: Desk, session: Session, tickets: Collection[int]) -> None:
    """What was just received joins the incidents it fits; what goes wrong costs no message."""
    if not tickets:
        return
    try:
        for ticket_id in linking.take_up_new(session, desk.clock(), sorted(tickets)):
            desk.news.tell("ticket", ticket_id)
        session.commit()
    except OperationalError:
        raise
    except Exception as error:  # the sweep looks again
        session.rollback()
        log.warning("not_linked", error=type(error).__name__)


def mend(session: Session, now: datetime) -> tuple[list[int], list[int], list[int]]:
    """For the sweep: tickets that were linked, accounts to ring for, whom to tell of late news."""
    losing.lose_dead_workers(session, now, is_gone)
    linked = linking.take_up_new(session, now)
    return linked, posting.waiting(session, now), running.tell_late(session, now)
