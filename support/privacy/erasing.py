"""Erasing a customer: asked for once, done in handfuls, and the same however often it is done.

The row of the erasure is the truth: whoever is cut off is followed by a sweep. What compliance
does for a person X shows no more is done first; the table of holdings says what is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, Select, and_, or_, select, text, update
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.compliance import elsewhere
from support.compliance.elsewhere import PURGED
from support.compliance.emptying import PERSON, Notice, empty_profile, empty_where, log
from support.conversations.records import Conversation, Customer, Message, NoContact
from support.db import changed
from support.errors import N_, DeskError
from support.handover.telling import forget_lines
from support.inbox.records import Delivery, IntakeRefusal, PassedPost
from support.privacy import barring
from support.privacy.emptied import empty_some
from support.privacy.finding import Person, belongs, count, not_empty, person_of, roots_of
from support.privacy.held import BY_X_ID, SELF, SPECIAL, Holding
from support.privacy.holdings import HOLDINGS
from support.privacy.mentions import names, told_of
from support.privacy.records import Erasure
from support.privacy.telling import forget_words_of_times
from support.privacy.unfinding import take_out
from support.search.records import SearchEntry
from support.tickets.records import Ticket, alone_with_all
from support.x.records import Account

AT_ONCE = 200
"""Rows of a table in one transaction."""
LEASE = timedelta(minutes=2)
STILL_OPEN = timedelta(hours=1)
_EVERYTHING = text("PRAGMA secure_delete=ON")


def begin(session: Session, customer: Customer, *, by: Agent, now: datetime) -> Erasure:
    """From now on the person is nobody here: whoever writes under the same id is somebody new.

    Raises DeskError where something stands in the way; `barring` says what.
    """
    session.execute(select(Customer.id).where(Customer.id == customer.id).with_for_update())
    unfinished = select(Erasure).where(
        Erasure.customer_id == customer.id, Erasure.finished_at.is_(None)
    )
    if (going := session.scalar(unfinished)) is not None:
        return going
    alone_with_all(session, session.scalars(_tickets(customer.id)))
    if barring.obstacles(session, customer, customer.x_id):
        raise DeskError(
            N_("今は消去できません。画面に挙げた理由を片付けてから、もう一度お試しください。")
        )
    person = person_of(customer)
    x_id = person.x_id
    erasure = Erasure(customer_id=customer.id, x_id=x_id, agent=by, asked_at=now, counts={})
    session.add(erasure)
    if x_id and session.get(NoContact, x_id) is None:
        session.add(NoContact(x_id=x_id, at=now))
    items = elsewhere.empty_all_of(session, x_id, PURGED, now) if x_id else 0
    theirs = session.scalars(_tickets(customer.id)).all()
    items += forget_lines(session, told_of(customer.username, customer.name, x_id, theirs))
    _forget_profile(session, customer, _notice(erasure, by, now))
    erasure.counts = {"beside": items}
    session.flush()
    return erasure


def unfinished(session: Session, now: datetime) -> list[int]:
    """Erasures to go on with: nobody is at them."""
    free = or_(Erasure.leased_until.is_(None), Erasure.leased_until <= now)
    return list(session.scalars(select(Erasure.id).where(Erasure.finished_at.is_(None), free)))


def reopen(session: Session, now: datetime) -> None:
    """Goes on with erasures that were finished a moment ago, where words came in after all: of a
    page that another worker was taking in while the person became nobody."""
    left = (
        select(Conversation.customer_id)
        .join(Message, Message.conversation_id == Conversation.id)
        .where(Message.by_us.is_(False), Message.emptied_at.is_(None))
    )
    late = Erasure.finished_at > now - STILL_OPEN, Erasure.customer_id.in_(left)
    changed(session, update(Erasure).where(*late).values(finished_at=None))


def claim(session: Session, erasure_id: int, now: datetime) -> Erasure | None:
    """Takes an erasure up for this worker alone, for a while."""
    free = or_(Erasure.leased_until.is_(None), Erasure.leased_until <= now)
    open_one = (Erasure.id == erasure_id, Erasure.finished_at.is_(None), free)
    if not changed(session, update(Erasure).where(*open_one).values(leased_until=now + LEASE)):
        return None
    return session.get_one(Erasure, erasure_id, populate_existing=True)


def go_on(session: Session, erasure: Erasure, now: datetime, *, most: int = AT_ONCE) -> bool:
    """The next handful; whether it was the last. The caller commits each.

    Where a reply was begun meanwhile, nothing is done until that is settled.
    """
    if erasure.finished_at is not None:
        return True
    if session.get_bind().dialect.name == "sqlite":
        session.execute(_EVERYTHING)  # what is emptied is overwritten in the file as well
    if must_wait(session, erasure):
        return False
    customer = session.get_one(Customer, erasure.customer_id)
    person = Person(customer.id, erasure.x_id)
    notice = _notice(erasure, erasure.agent, now)
    done = _empty(session, person, notice, most)
    counted = Counter(erasure.counts) + done
    erasure.counts = dict(counted)
    if done:
        erasure.leased_until = now + LEASE
        return False
    _finish(session, erasure, customer, notice)
    return True


def must_wait(session: Session, erasure: Erasure) -> bool:
    """Whether a reply was begun meanwhile: to go on at once would come to nothing."""
    return barring.is_replied_to(session, erasure.customer_id)


def preview(session: Session, customer: Customer) -> dict[str, int]:
    """How many rows of which table would be emptied, or taken away."""
    person, found = person_of(customer), dict[str, int]()
    for holding in HOLDINGS.values():
        if not (holding.words or holding.removed) or holding.parent == SPECIAL:
            continue
        if holding.parent == SELF and not person.x_id:
            continue  # emptied: its mark stands there for good
        theirs = belongs(holding, roots_of(person), person)
        found[holding.table] = count(
            session, holding, theirs if holding.removed else theirs & not_empty(holding)
        )
    pushed = select(Delivery.body).where(Delivery.state != "new", Delivery.body != b"")
    found["deliveries"] = sum(names(body, person.x_id) for body in session.scalars(pushed))
    return {name: number for name, number in found.items() if number}


def _finish(session: Session, erasure: Erasure, customer: Customer, notice: Notice) -> None:
    _forget_profile(session, customer, notice)
    if items := sum(erasure.counts.values()):
        log(session, PERSON, customer.x_id, notice, items=items)
    erasure.finished_at, erasure.leased_until, erasure.x_id = notice.now, None, ""
    session.flush()


def _empty(session: Session, person: Person, notice: Notice, most: int) -> Counter[str]:
    """About `most` rows, from table to table; nothing: all is empty."""
    done = Counter[str]()
    for name, step in _steps(session, person, notice):
        if found := step(most - done.total()):
            session.flush()
            session.expire_all()
            done[name] += found
        if done.total() >= most:
            break
    return done


def _steps(
    session: Session, person: Person, notice: Notice
) -> Iterator[tuple[str, Callable[[int], int]]]:
    """What is emptied, in this order; each takes how many rows at most, and tells how many."""
    theirs = Message.ticket_id.in_(_tickets(person.customer_id))
    written = and_(theirs, Message.by_us.is_(False))
    tickets = _tickets(person.customer_id)
    yield "messages", lambda most: empty_where(session, written, notice, most=most)[0]
    yield "search_entries", lambda most: take_out(session, _entries(person), most)
    yield "ticket_events", lambda most: forget_words_of_times(session, tickets, most)
    yield "deliveries", lambda _: _empty_pushed(session, person)
    yield "intake_refusals", lambda _: _empty_refused(session, person)
    yield "passed_posts", lambda _: _empty_ours_to(session, person)
    for holding in HOLDINGS.values():
        if not (holding.words or holding.removed) or holding.parent == SPECIAL:
            continue
        if holding.table in ("customers", "erasures"):
            continue
        if holding.parent == BY_X_ID and not person.x_id:
            continue
        yield holding.table, partial(_empty_held, session, holding, person)


def _empty_held(session: Session, holding: Holding, person: Person, most: int) -> int:
    condition = belongs(holding, roots_of(person), person)
    return empty_some(session, holding, condition, mark=person.mark, most=most)


def _tickets(customer_id: int) -> Select[int]:
    return (
        select(Ticket.id)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(Conversation.customer_id == customer_id)
    )


def _entries(person: Person) -> ColumnElement[bool]:
    return or_(
        SearchEntry.customer_id == person.customer_id,
        SearchEntry.ticket_id.in_(_tickets(person.customer_id)),
    )


def _empty_pushed(session: Session, person: Person) -> int:
    """Bodies X pushed that could not be read, and name them."""
    kept = select(Delivery.id, Delivery.body).where(Delivery.state != "new", Delivery.body != b"")
    ids = [number for number, body in session.execute(kept) if names(body, person.x_id)]
    if ids:
        session.execute(update(Delivery).where(Delivery.id.in_(ids)).values(body=b""))
    return len(ids)


def _empty_refused(session: Session, person: Person) -> int:
    kept = select(IntakeRefusal).where(IntakeRefusal.raw != "")
    found = [row for row in session.scalars(kept) if names(row.raw, person.x_id)]
    for refusal in found:
        refusal.raw, refusal.settled_at = "", refusal.settled_at or refusal.refused_at
    session.flush()
    return len(found)


def _empty_ours_to(session: Session, person: Person) -> int:
    """Our own direct messages to them that were set aside: the thread's name holds their id."""
    if not person.x_id:
        return 0
    ours = session.scalars(select(Account.x_id)).all()
    threads = {f"{a}-{b}" for it in ours for a, b in ((it, person.x_id), (person.x_id, it))}
    theirs = PassedPost.thread_x_id.in_(threads)
    return changed(session, update(PassedPost).where(theirs).values(raw={}, thread_x_id=""))


def _forget_profile(session: Session, customer: Customer, notice: Notice) -> None:
    mark = person_of(customer).mark
    empty_profile(customer, notice)
    customer.x_id = customer.username = mark
    customer.segment = customer.memo = ""
    customer.memo_at = customer.memo_by_id = None
    customer.muted_at = customer.muted_by_id = None
    session.flush()


def _notice(erasure: Erasure, by: Agent, now: datetime) -> Notice:
    return Notice(PURGED, "person", erasure.asked_at, now, by)
