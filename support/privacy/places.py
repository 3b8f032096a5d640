"""Where something is held of a customer: accounts, and whether direct messages; queries only."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from support.conversations.records import DM, Conversation, Customer
from support.inbox.records import Delivery, IntakeRefusal, PassedPost
from support.outreach.records import Prospect
from support.privacy.finding import person_of
from support.privacy.mentions import names

Place = tuple[int, bool]
"""An account, and whether its direct messages."""


def places(session: Session, customer: Customer) -> set[Place]:
    """Wherever handing out, keeping or erasing would find something."""
    x_id = person_of(customer).x_id
    spoken = _spoken(session, customer.id) | _offered(session, x_id)
    return spoken | _passed(session, x_id) | _refused(session, x_id)


def is_pushed(session: Session, customer: Customer) -> bool:
    """Whether X's notices name them: nothing says of which account those are."""
    x_id = person_of(customer).x_id
    kept = select(Delivery.body).where(Delivery.body != b"")
    return bool(x_id) and any(names(body, x_id) for body in session.scalars(kept))


def _spoken(session: Session, customer_id: int) -> set[Place]:
    theirs = select(Conversation.account_id, Conversation.channel)
    rows = session.execute(theirs.where(Conversation.customer_id == customer_id))
    return {(account_id, channel == DM) for account_id, channel in rows}


def _offered(session: Session, x_id: str) -> set[Place]:
    """Where a listening found them: public posts only."""
    theirs = select(Prospect.account_id).where(Prospect.author_x_id == x_id).distinct()
    return {(account_id, False) for account_id in session.scalars(theirs)} if x_id else set()


def _passed(session: Session, x_id: str) -> set[Place]:
    """Posts that became no ticket; a thread of direct messages is called by both ids."""
    if not x_id:
        return set()
    thread = PassedPost.thread_x_id
    theirs = or_(PassedPost.author_x_id == x_id, thread.like(f"{x_id}-%"), thread.like(f"%-{x_id}"))
    rows = session.execute(select(PassedPost.account_id, thread).where(theirs))
    return {(account_id, "-" in found) for account_id, found in rows}


def _refused(session: Session, x_id: str) -> set[Place]:
    if not x_id:
        return set()
    kept = select(IntakeRefusal.account_id, IntakeRefusal.stream, IntakeRefusal.raw)
    rows = session.execute(kept.where(IntakeRefusal.raw != ""))
    return {(account_id, stream == "dms") for account_id, stream, raw in rows if names(raw, x_id)}
