"""Letters on their way: due once a week and person, claimed, handed over once, tried again.

Two schedulers write one row, for the week is unique. Two workers claim it one after the other. A
worker that dies before the letter is handed over loses its claim after a while; of one that dies
after, nobody knows whether it was sent: such a letter is not sent again, and the page says so.
"""

from datetime import datetime, timedelta, tzinfo

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from support.agents.access import Deed, may
from support.agents.records import Agent
from support.db import changed
from support.digests import weeks
from support.digests.records import IS_UNSENT, DigestOrder, DigestSending, orders
from support.errors import N_, DeskError

LEASE = timedelta(minutes=2)
"""For so long nobody else makes the letter that is being made."""
WAITS = tuple(timedelta(minutes=n) for n in (1, 5, 15, 60))
"""Before the second try, the third and so on; the last wait stays."""
LONGEST = timedelta(days=2)
"""After that the week is given up; the next one has its own letter."""
APART = timedelta(minutes=1)

NOT_ALLOWED = N_("レポートを見られる人ではなくなりました。")
TOO_SOON = N_("少し前に送っています。1分ほど待ってから押してください。")
LOCALES = ("ja", "en")


def order(
    session: Session, agent: Agent, weekday: int, hour: int, locale: str, now: datetime
) -> DigestOrder:
    """From now on, or differently from now on."""
    found = session.get(DigestOrder, agent.id) or DigestOrder(agent_id=agent.id)
    found.weekday, found.hour, found.locale = weekday, hour, locale
    found.ordered_at, found.ended_at = now, None
    session.add(found)
    return found


def end(session: Session, agent_id: int, now: datetime) -> bool:
    """Whether there was an order to end. What is not handed over yet is not sent any more."""
    theirs = update(DigestOrder).where(
        DigestOrder.agent_id == agent_id, DigestOrder.ended_at.is_(None)
    )
    unsent = update(DigestSending).where(
        DigestSending.agent_id == agent_id, DigestSending.week.is_not(None), IS_UNSENT
    )
    changed(session, unsent.values(given_up_at=now))
    return changed(session, theirs.values(ended_at=now)) > 0


def make_due(session: Session, now: datetime, zone: tzinfo) -> int:
    """Writes a row for each letter that became due; how many were new."""
    new = 0
    for it in orders(session):
        issue = weeks.newest(it.weekday, it.hour, now, zone)
        if issue.due_at < it.ordered_at or not entitled(it.agent):
            continue
        known = select(DigestSending.id).where(
            DigestSending.agent_id == it.agent_id, DigestSending.week == issue.week
        )
        if session.scalar(known) is None:
            new += _write(session, it, issue, now)
    return new


def _write(session: Session, it: DigestOrder, issue: weeks.Issue, now: datetime) -> bool:
    """False where another scheduler was quicker."""
    try:
        with session.begin_nested():
            session.add(
                DigestSending(
                    agent_id=it.agent_id,
                    week=issue.week,
                    first=issue.first,
                    last=issue.last,
                    locale=it.locale,
                    due_at=issue.due_at,
                    not_before=now,
                )
            )
    except IntegrityError:
        return False
    return True


def send_now(
    session: Session, agent: Agent, locale: str, now: datetime, zone: tzinfo
) -> DigestSending:
    """One of the last seven days, beside the weekly ones. Raises DeskError: one a minute."""
    newest = select(DigestSending.due_at).where(
        DigestSending.agent_id == agent.id, DigestSending.week.is_(None)
    )
    last = session.scalar(newest.order_by(DigestSending.id.desc()).limit(1))
    if last is not None and last > now - APART:
        raise DeskError(TOO_SOON)
    first, until = weeks.last_seven(now, zone)
    sending = DigestSending(
        agent_id=agent.id, first=first, last=until, locale=locale, due_at=now, not_before=now
    )
    session.add(sending)
    return sending


def entitled(agent: Agent) -> bool:
    return agent.suspended_at is None and may(agent.role, Deed.SEE_REPORTS)


def waiting(session: Session, now: datetime) -> bool:
    due = select(DigestSending.id).where(IS_UNSENT, DigestSending.not_before <= now)
    return session.scalar(due.limit(1)) is not None


def claim(session: Session, now: datetime) -> int | None:
    """The next letter, which is this worker's to make for a while."""
    due = select(DigestSending.id).where(IS_UNSENT, DigestSending.not_before <= now)
    for number in session.scalars(due.order_by(DigestSending.not_before).limit(10)).all():
        mine = update(DigestSending).where(
            DigestSending.id == number, IS_UNSENT, DigestSending.not_before <= now
        )
        if changed(session, mine.values(not_before=now + LEASE, tries=DigestSending.tries + 1)):
            return number
    return None


def hand_over(session: Session, number: int, now: datetime) -> bool:
    """To be committed before the mail server hears of it; False: it is not to be sent any more.

    While the figures were worked out its reader may have ended the letters, or lost the right to
    them: whoever takes that away waits for this, or comes first.
    """
    sending = session.get_one(DigestSending, number)
    reader = select(Agent).where(Agent.id == sending.agent_id).with_for_update(read=True)
    agent = session.scalars(reader.execution_options(populate_existing=True)).one()
    unsent = update(DigestSending).where(DigestSending.id == number, IS_UNSENT)
    if not entitled(agent):
        changed(session, unsent.values(given_up_at=now, problem=NOT_ALLOWED))
        return False
    if sending.week is not None and not _is_wanted(session, agent.id):
        changed(session, unsent.values(given_up_at=now))
        return False
    return changed(session, unsent.values(handed_at=now)) > 0


def _is_wanted(session: Session, agent_id: int) -> bool:
    wanted = select(DigestOrder.agent_id).where(
        DigestOrder.agent_id == agent_id, DigestOrder.ended_at.is_(None)
    )
    return session.scalar(wanted) is not None


def settle(session: Session, number: int, now: datetime) -> None:
    sending = session.get_one(DigestSending, number)
    sending.done_at, sending.problem, sending.code = now, "", 0


def put_off(
    session: Session, number: int, problem: str, code: int, now: datetime, *, for_good: bool = False
) -> None:
    """The server surely has not taken it: it is tried again, or given up."""
    sending = session.get_one(DigestSending, number)
    sending.problem, sending.code, sending.handed_at = problem, code, None
    if for_good or now - sending.due_at > LONGEST:
        sending.given_up_at = now
    else:
        sending.not_before = now + WAITS[min(sending.tries, len(WAITS)) - 1]


def leave_in_doubt(session: Session, number: int, problem: str) -> None:
    session.get_one(DigestSending, number).problem = problem
