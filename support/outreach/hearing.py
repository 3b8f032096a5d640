"""Asking X what the saved searches find, and keeping whom that may concern."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, joinedload

from support.db import storable
from support.outreach import rations
from support.outreach.finding import keep_found
from support.outreach.listening import is_on
from support.outreach.rations import Start
from support.outreach.records import Listening, ListeningRead
from support.x.client import XClient
from support.x.connecting import stop
from support.x.errors import Meaning, XError, reason_to_stop
from support.x.ledger import charge, month_of, pace_of, spent
from support.x.pacing import TRY_AGAIN
from support.x.posts import Page, Post
from support.x.pricing import POST_READ, Prices
from support.x.records import Account
from support.x.snowflakes import accepted_at, first_id_at, newest

MOST_PAGES = 20
AFTER_REFUSAL = timedelta(hours=1)
"""X refused the query; what it refuses costs nothing, and its rules may change back."""


@dataclass(frozen=True)
class Turn:
    """A listening's turn, which is ours alone until its lease ends."""

    listening_id: int
    account: Account
    query: str
    start: Start
    most: int
    """Posts X may show in this turn."""
    until: datetime
    """The end of its lease."""


@dataclass(frozen=True)
class Heard:
    """What came of a turn."""

    shown: int
    new: int


@dataclass
class _Reading:
    pages: list[Page] = field(default_factory=list)
    stopped_by: XError | None = None
    cut: bool = False
    """There was more than it may have shown."""

    @property
    def posts(self) -> list[Post]:
        """The oldest first, each once."""
        found = {post.x_id: post for page in self.pages for post in page.posts}
        return [found[x_id] for x_id in sorted(found, key=int)]

    @property
    def shown(self) -> int:
        return sum(page.items for page in self.pages)


def due(session: Session, now: datetime) -> list[int]:
    """Listenings whose turn it may be; the job looks closer. None while outreach is off."""
    if not is_on(session):
        return []
    wanted = (
        select(Listening)
        .join(Account, Account.id == Listening.account_id)
        .where(
            Listening.retired_at.is_(None),
            Listening.paused_at.is_(None),
            Account.stopped_at.is_(None),
            or_(Listening.leased_until.is_(None), Listening.leased_until <= now),
        )
        .order_by(Listening.id)
    )
    return [it.id for it in session.scalars(wanted) if rations.is_due(_facts(it), 1, now)]


def _facts(it: Listening) -> rations.Facts:
    every = timedelta(minutes=it.every_minutes)
    return rations.Facts(every, it.read_at, it.asked_at, it.not_before, it.rests_until)


def begin(session: Session, listening_id: int, now: datetime, prices: Prices) -> Turn | None:
    """The turn, or nothing where it is not its turn, or its day or month bears no more. Commits.

    The listenings of an account ask one after another: each is told what the month still bears.
    """
    whose = select(Listening.account_id).where(Listening.id == listening_id).scalar_subquery()
    theirs = select(Listening.id, Listening.leased_until).where(Listening.account_id == whose)
    beside = session.execute(theirs.order_by(Listening.id).with_for_update()).all()
    if any(until is not None and until > now for _, until in beside):
        session.rollback()
        return None
    claim = update(Listening).where(Listening.id == listening_id)
    session.execute(claim.values(leased_until=now + rations.LEASE))
    listening = session.get_one(
        Listening, listening_id, options=[joinedload(Listening.account)], populate_existing=True
    )
    turn = _turn(session, listening, now, prices)
    if turn is None:
        listening.leased_until = None
    session.commit()
    return turn


def _turn(session: Session, listening: Listening, now: datetime, prices: Prices) -> Turn | None:
    account = listening.account
    stands_still = listening.paused_at or listening.retired_at or account.stopped_at
    if stands_still or not is_on(session):
        return None
    facts, pace = _facts(listening), pace_of(session, account, now)
    if not rations.is_due(facts, 1, now):
        return None
    price = prices.price(POST_READ, now.date())
    month = spent(session, account.id, month_of(now))
    bearable = rations.affordable(month, account.monthly_cap_micros, price)
    if not rations.may_ask(pace) or bearable == 0:
        listening.rests_until = now + rations.LOOK_AGAIN
        return None
    if listening.read_at is not None and not rations.is_due(facts, pace.factor, now):
        listening.rests_until = listening.read_at + facts.every * pace.factor
        return None
    left = rations.room(listening.most_per_day, _read_on(session, listening.id, now).shown)
    if not left:
        listening.rests_until = rations.next_day(now)
        return None
    edge = first_id_at(now - rations.REACH + rations.MARGIN)
    since = listening.since_id
    begins = rations.start(since, accepted_at(since), listening.read_at, edge, now)
    most = left if bearable is None else min(left, bearable)
    until = now + rations.LEASE
    return Turn(listening.id, account, listening.query, begins, most, until)


def hear(session: Session, turn: Turn, client: XClient, now: datetime, prices: Prices) -> Heard:
    """Asks X and keeps what it shows. Raises XError when X stopped it, after keeping what came.

    What X showed, what that costs and how far it was read are one commit: who dies before it has
    paid nothing and read nothing, and X bills the same posts of a day once.
    """
    reading = _ask(client, turn)
    try:
        heard = _keep(session, turn, reading, now, prices)
        session.commit()
    except Exception:  # X bills it all the same
        session.rollback()
        _alone_with(session, turn)  # who took over counts the same day
        _pay(session, turn, reading.shown, 0, now, prices)
        session.commit()
        raise
    if reading.stopped_by is not None:
        raise reading.stopped_by
    return heard


def refused(session: Session, turn: Turn, error: XError, now: datetime) -> None:
    """X did not answer as hoped: it is said where somebody can act, and asked again later.

    A 403 is about searching, which not every plan includes: replies go on. Who took over a turn
    that lasted too long hears for themselves what X says of a query, and keeps their turn.
    """
    listening = _alone_with(session, turn)
    ended = error.meaning is Meaning.ACCOUNT and error.status != 403
    if ended:
        stop(listening.account, reason_to_stop(error), now)
    if listening.leased_until in (None, turn.until):
        listening.leased_until = None
        if not ended:
            _wait(listening, error, now)
    session.commit()


def _wait(listening: Listening, error: XError, now: datetime) -> None:
    if error.meaning in (Meaning.NOT_SENT, Meaning.NO_ANSWER):
        listening.not_before = error.retry_at or now + TRY_AGAIN
    else:
        listening.problem = storable(error.detail)[:200]
        listening.rests_until = now + AFTER_REFUSAL


def _ask(client: XClient, turn: Turn) -> _Reading:
    """Pages, the newest first, until what was read before or what may be shown."""
    reading, token, left = _Reading(), None, turn.most
    for _ in range(MOST_PAGES):
        size = min(left, rations.MOST_AT_ONCE)
        try:
            page = client.search(turn.query, since_id=turn.start.since_id, page=token, most=size)
        except XError as error:
            if not reading.pages:
                raise
            reading.stopped_by = error
            break
        reading.pages.append(page)
        token, left = page.next_token, left - page.items
        if token is None:
            return reading
        if left < rations.LEAST:
            break
    reading.cut = reading.stopped_by is None
    return reading


def _alone_with(session: Session, turn: Turn) -> Listening:
    """Nobody begins another turn of it before we commit."""
    return session.get_one(
        Listening, turn.listening_id, populate_existing=True, with_for_update=True
    )


def _keep(session: Session, turn: Turn, reading: _Reading, now: datetime, prices: Prices) -> Heard:
    listening = _alone_with(session, turn)
    if listening.leased_until != turn.until:
        return Heard(0, 0)  # too slow: who took over is shown the same, and pays for it
    posts = reading.posts
    if listening.query != turn.query:  # somebody changed it meanwhile: what it finds begins anew
        posts = []
    new = keep_found(session, listening, posts, now)
    _pay(session, turn, reading.shown, new, now, prices)
    listening.leased_until = None
    if listening.query != turn.query:
        return Heard(reading.shown, 0)
    if reading.stopped_by is None:
        _note_missed(listening, turn.start, reading, now)
        since = [turn.start.since_id, *(post.x_id for post in posts)]
        listening.since_id = newest(since) or turn.start.since_id
        listening.read_at, listening.problem, listening.not_before = now, "", None
    return Heard(reading.shown, new)


def _note_missed(listening: Listening, start: Start, reading: _Reading, now: datetime) -> None:
    """What was not looked at, for good or for the day's sake; it adds to what nobody noted yet."""
    begins, ends, why = start.lost_from_at, start.lost_until_at, "window"
    if reading.cut and listening.read_at is not None:
        begins = begins or accepted_at(start.since_id) or listening.read_at
        ends, why = min((it.posted_at for it in reading.posts), default=now), "ration"
    if begins is None or ends is None or begins >= ends:
        return
    known = listening.missed_from_at
    listening.missed_from_at = begins if known is None else min(known, begins)
    listening.missed_until_at, listening.missed_why = ends, why


def _read_on(session: Session, listening_id: int, now: datetime) -> ListeningRead:
    day = rations.day_of(now)
    known = session.get(ListeningRead, (listening_id, day))
    return known or ListeningRead(listening_id=listening_id, day=day, shown=0, new=0)


def _pay(session: Session, turn: Turn, items: int, new: int, now: datetime, prices: Prices) -> None:
    if items:
        read = session.merge(_read_on(session, turn.listening_id, now))
        read.shown, read.new = read.shown + items, read.new + new
    charge(session, turn.account.id, POST_READ, items, now=now, prices=prices)
