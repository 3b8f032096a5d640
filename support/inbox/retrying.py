"""What could not become a message is tried again, after an upgrade say, or put aside."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.inbox.pushing import threaded
from support.inbox.receiving import Taken, receive
from support.inbox.records import IntakeRefusal
from support.x.posts import Unreadable
from support.x.records import Account
from support.x.rereading import read_again

LONGEST_REASON = 300


def waiting(session: Session, *, most: int) -> list[IntakeRefusal]:
    """Refusals nobody has settled, the newest first."""
    open_ones = select(IntakeRefusal).where(IntakeRefusal.settled_at.is_(None))
    return list(session.scalars(open_ones.order_by(IntakeRefusal.id.desc()).limit(most)))


def retry(session: Session, refusal: IntakeRefusal, now: datetime) -> Taken:
    """Reads what was kept and takes it in; the caller commits. Nothing taken: it still waits."""
    refusal.tries += 1
    account = session.get_one(Account, refusal.account_id)
    try:
        post = read_again(refusal.raw)
    except Unreadable as error:
        refusal.reason = str(error)[:LONGEST_REASON]
        return Taken(refused=1)
    posts = threaded(session, [post])
    taken = receive(session, account, posts, stream=refusal.stream, now=now)
    if not taken.refused:
        refusal.settled_at = now
    return taken


def put_aside(refusal: IntakeRefusal, now: datetime) -> None:
    """A person looked at it and nothing is to be done; it stays in the database."""
    refusal.settled_at = refusal.settled_at or now
