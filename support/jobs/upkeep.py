"""What the scheduler does every second, and now and then."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from support.alerts import posting, raising
from support.desk import Desk
from support.drafts import keeping as drafts
from support.handover import telling
from support.inbox import fetching, pushing, subscribing
from support.incidents import moving, waves
from support.jobs import announcing
from support.jobs.at_work import at_the_desk, is_gone
from support.outreach import hearing
from support.replies import approving, choosing, holding, losing
from support.search import rebuilding
from support.sla import keeping
from support.terms import editing
from support.terms import subscribing as terms_subscribing
from support.tickets import marking, sharing, waking


def sweep() -> int:
    """Finds what waits and nobody rings for; returns how many bells it rang.

    Runs in the scheduler every second; running twice at once changes nothing.
    """
    with at_the_desk() as (desk, session):
        now = desk.clock()
        changed = _mend(session, desk, now)
        linked, announcers, late = announcing.mend(session, now)
        raised = raising.raise_due(session, now)
        told = raised.agents | set(approving.tell_overdue(session, now)) | set(late)
        bells = [
            *_bells(session, now),
            *(("announce", account_id) for account_id in announcers),
        ]
        session.commit()
        for job, *of in bells:
            desk.later.ring(job, *of)
        for agent_id in sorted(told):
            desk.news.tell("alert", agent_id)
        for ticket_id in sorted({*changed, *raised.tickets, *linked}):
            desk.news.tell("ticket", ticket_id)
        return len(bells)


def _bells(session: Session, now: datetime) -> list[tuple[str, *tuple[int, ...]]]:
    """Each job that has something to do, and the number of what it is about."""
    alone = {
        "fill_search": rebuilding.is_unfinished(session),
        "read_pushes": pushing.is_waiting(session, now),
        "keep_webhooks": subscribing.due(session, now),
        "post_alerts": posting.waiting(session, now),
    }
    many = {
        "send": choosing.accounts_waiting(session, now),
        "fetch_thread": fetching.waiting(session, now),
        "hear": hearing.due(session, now),
        "read_feed": terms_subscribing.due(session, now),
        "rejudge": editing.unfinished(session),
        "keep_up": moving.due(session, now),
        "press_wave": waves.due(session),
    }
    return [
        *((job,) for job, waits in alone.items() if waits),
        *((job, number) for job, numbers in many.items() for number in numbers),
    ]


def _mend(session: Session, desk: Desk, now: datetime) -> list[int]:
    """What time alone changes; the ids of the tickets open pages should draw again."""
    shared = sharing.share_new(session, now=now)  # first: it takes people before tickets
    lease = timedelta(seconds=desk.settings.lease_seconds)
    losing.lose_dead_workers(session, now, lease, is_gone)
    woken = waking.wake_due(session, now)
    overtaken = holding.stop_overtaken(session, now) + holding.drop_outdated(session, now)
    return [*woken, *overtaken, *shared, *keeping.warn(session, now)]


def tidy() -> None:
    """Drops what is only counted any more, and drafts nobody came back to; SQLite counts its rows.

    Without counts it picks poor indexes; PostgreSQL counts by itself.
    """
    with at_the_desk() as (desk, session):
        pushing.forget_old(session, desk.clock())
        marking.forget_deleted(session, desk.clock())
        drafts.forget_old(session, desk.clock())
        telling.forget_old(session, desk.clock())
        session.commit()
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("PRAGMA optimize=0x10002"))
            session.commit()
