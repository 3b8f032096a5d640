"""The nightly look: what is stored is asked for in hundreds, and what X shows no more is emptied.

Direct messages cannot be looked up like this: X tells nobody that one was deleted.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from sqlalchemy import ColumnElement, String, cast, func, or_, select, update
from sqlalchemy.orm import Session

from support.compliance.emptying import empty_posts, hide_person
from support.compliance.nights import last_night, why_a_person_is_gone, why_a_post_is_gone
from support.compliance.records import ComplianceCheck
from support.conversations.records import PUBLIC, Conversation, Customer, Message, SeenPost
from support.db import changed
from support.inbox.receiving import receive
from support.inbox.records import PassedPost
from support.outreach.records import Prospect
from support.tickets.records import Ticket
from support.tickets.states import State
from support.x.client import XClient
from support.x.posts import Missing, Post
from support.x.records import Account

AT_ONCE = 100
"""Posts or people X lets us ask for in one call."""
LEASE = timedelta(minutes=3)
STAGES = ("messages", "passed", "seen", "found")


@dataclass(frozen=True)
class Kept:
    """A stored post: its row's place in the stage, its id on X now, and who wrote it."""

    place: str
    x_id: str
    author_x_id: str


@dataclass
class Looked:
    """What one call to X found."""

    tickets: set[int]
    posts: int = 0
    people: int = 0
    done: bool = False
    """True: the look has come to its end."""


def due(
    session: Session, now: datetime, *, at: time, zone: tzinfo, accounts: list[Account]
) -> list[ComplianceCheck]:
    """The looks that are to go on now; begins tonight's where there is none yet.

    A desk that was down at night looks as soon as it is back.
    """
    night = last_night(now, at, zone)
    found = [_tonight(session, account, night, now) for account in accounts]
    return [
        check
        for check in found
        if check.finished_at is None
        and (check.not_before is None or check.not_before <= now)
        and (check.leased_until is None or check.leased_until <= now)
    ]


def _tonight(session: Session, account: Account, night: datetime, now: datetime) -> ComplianceCheck:
    newest = session.scalar(
        select(ComplianceCheck)
        .where(ComplianceCheck.account_id == account.id)
        .order_by(ComplianceCheck.began_at.desc(), ComplianceCheck.id.desc())
        .limit(1)
    )
    if newest is not None and (newest.finished_at is None or newest.began_at >= night):
        return newest  # an unfinished one goes on first: it keeps its place
    check = ComplianceCheck(account_id=account.id, began_at=now)
    session.add(check)
    session.flush()
    return check


def claim(session: Session, check_id: int, now: datetime) -> ComplianceCheck | None:
    """Takes a look up for this worker alone, for a while; None where another has it."""
    free = or_(ComplianceCheck.leased_until.is_(None), ComplianceCheck.leased_until <= now)
    taken = changed(
        session,
        update(ComplianceCheck)
        .where(ComplianceCheck.id == check_id, ComplianceCheck.finished_at.is_(None), free)
        .values(leased_until=now + LEASE),
    )
    if not taken:
        return None
    return session.get_one(ComplianceCheck, check_id, populate_existing=True)


def look(
    session: Session,
    account: Account,
    check: ComplianceCheck,
    client: XClient,
    *,
    since: datetime,
    now: datetime,
) -> Looked:
    """Asks X for the next hundred and follows what it says. Commits around the calls to X.

    The place moves together with what was emptied: a look that is cut off repeats one call.
    Raises XError, with nothing changed.
    """
    kept = next_posts(session, account, check, since)
    session.commit()
    if not kept:
        return Looked(set(), done=_next_stage(session, check, now))
    posts, missing = _asked(client, [it.x_id for it in kept])
    # What X left out once is asked for again: a slip of theirs must empty nothing.
    gone = _asked(client, [it.x_id for it in kept if it.x_id in missing])[1] if missing else {}
    writers = sorted({it.author_x_id for it in kept if it.x_id in gone})
    people, absent = client.look_for_people(writers) if writers else ({}, ())
    why = {miss.x_id: miss for miss in absent}
    newer = _newer(client, posts)
    looked = Looked(set(), posts=len(posts) + len(newer), people=len(people))
    lost = {x: why_a_person_is_gone(people.get(x), why.get(x)) for x in writers}
    looked.tickets |= _follow(session, kept, gone, lost, now)
    if newer:
        looked.tickets |= receive(session, account, newer, stream="check", now=now).tickets
    check.place = kept[-1].place
    check.posts += looked.posts
    check.people += looked.people
    check.gone += len(gone)
    check.problem, check.leased_until = "", now + LEASE
    session.commit()
    return looked


def _asked(client: XClient, x_ids: list[str]) -> tuple[list[Post], dict[str, Missing]]:
    page = client.posts(x_ids)
    wanted = set(x_ids)
    return list(page.posts), {miss.x_id: miss for miss in page.missing if miss.x_id in wanted}


def _newer(client: XClient, posts: list[Post]) -> list[Post]:
    """The newest versions of posts that were edited since: an edit has an id of its own."""
    newest = {post.history[-1] for post in posts if post.history}
    ids = sorted(newest - {post.x_id for post in posts})
    return _asked(client, ids)[0] if ids else []


def _follow(
    session: Session,
    kept: list[Kept],
    gone: dict[str, Missing],
    lost: dict[str, str | None],
    now: datetime,
) -> set[int]:
    """Whoever is out of sight goes as a whole; of the others only the posts X named."""
    tickets: set[int] = set()
    for x_id, reason in lost.items():
        if reason is not None:
            tickets.update(
                hide_person(
                    session, x_id, reason=reason, noticed_by="check", noticed_at=now, now=now
                )
            )
    by_reason: dict[str, list[str]] = {}
    for it in kept:
        reason = why_a_post_is_gone(gone[it.x_id]) if it.x_id in gone else None
        if reason is not None and lost.get(it.author_x_id) is None:
            by_reason.setdefault(reason, []).append(it.x_id)
    for reason, x_ids in by_reason.items():
        tickets.update(
            empty_posts(session, x_ids, reason=reason, noticed_by="check", noticed_at=now, now=now)
        )
    return tickets


def _next_stage(session: Session, check: ComplianceCheck, now: datetime) -> bool:
    """Whether that was the last one."""
    at = STAGES.index(check.stage) + 1
    check.place = ""
    if at < len(STAGES):
        check.stage = STAGES[at]
    else:
        check.finished_at, check.leased_until = now, None
    session.commit()
    return at >= len(STAGES)


def next_posts(
    session: Session, account: Account, check: ComplianceCheck, since: datetime
) -> list[Kept]:
    """The next hundred stored posts, in the order of the stage."""
    if check.stage == "messages":
        return _messages(session, account, int(check.place or 0), since)
    if check.stage == "passed":
        return _passed(session, account, check.place, since)
    if check.stage == "seen":
        return _seen(session, account, check.place, since)
    return _found(session, account, int(check.place or 0), since)


def _messages(session: Session, account: Account, after: int, since: datetime) -> list[Kept]:
    current = func.coalesce(func.nullif(Message.latest_x_id, ""), Message.x_id)
    fresh: ColumnElement[bool] = or_(
        Message.posted_at >= since, Ticket.state != State.RESOLVED.value
    )
    stored = (
        select(Message.id, current, func.coalesce(Customer.x_id, ""))
        .join(Ticket, Ticket.id == Message.ticket_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Customer, Customer.id == func.coalesce(Message.author_id, Conversation.customer_id))
        .where(
            Message.id > after,
            Message.channel == PUBLIC,
            Message.by_us.is_(False),
            Message.emptied_at.is_(None),
            Conversation.account_id == account.id,
            fresh,
        )
        .order_by(Message.id)
        .limit(AT_ONCE)
    )
    return [Kept(str(number), x_id, author) for number, x_id, author in session.execute(stored)]


def _passed(session: Session, account: Account, after: str, since: datetime) -> list[Kept]:
    stored = (
        select(PassedPost.x_id, PassedPost.author_x_id)
        .where(
            PassedPost.x_id > after,
            PassedPost.account_id == account.id,
            PassedPost.posted_at >= since,
            cast(PassedPost.raw, String) != "{}",
        )
        .order_by(PassedPost.x_id)
        .limit(AT_ONCE)
    )
    return [Kept(x_id, x_id, author) for x_id, author in session.execute(stored)]


def _seen(session: Session, account: Account, after: str, since: datetime) -> list[Kept]:
    """Posts shown as context belong to no account: the first one at work asks for them."""
    first = select(func.min(Account.id)).where(Account.stopped_at.is_(None))
    if session.scalar(first) != account.id:
        return []
    stored = (
        select(SeenPost.x_id, SeenPost.author_x_id)
        .where(SeenPost.x_id > after, SeenPost.seen_at >= since, SeenPost.emptied_at.is_(None))
        .order_by(SeenPost.x_id)
        .limit(AT_ONCE)
    )
    return [Kept(x_id, x_id, author) for x_id, author in session.execute(stored)]


def _found(session: Session, account: Account, after: int, since: datetime) -> list[Kept]:
    """Posts a listening found; nobody pushes us news of these."""
    stored = (
        select(Prospect.id, Prospect.post_x_id, Prospect.author_x_id)
        .where(
            Prospect.id > after,
            Prospect.account_id == account.id,
            Prospect.found_at >= since,
            Prospect.emptied_at.is_(None),
        )
        .order_by(Prospect.id)
        .limit(AT_ONCE)
    )
    return [Kept(str(number), x_id, author) for number, x_id, author in session.execute(stored)]


def put_off(check: ComplianceCheck, until: datetime, problem: str) -> None:
    """X wants to be left alone; the look goes on from its place."""
    check.not_before, check.problem = until, problem[:300]
    check.leased_until = None
