"""Posting notices: never twice, never lost; as replies go out, see replies/sending.py.

A notice is committed as `posting` before the call to X, its id at once after it, and one found in
`posting` by anyone but its worker is looked for before anything posts it again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from support.clock import SET_BACK
from support.crisis.records import Crisis, is_running
from support.db import begin_durable, changed, may_be_lost
from support.incidents.announcing import (
    DRAFT,
    MOVING,
    NOW_ASKED_FOR,
    POSTED,
    POSTING,
    QUEUED,
    REJECTED,
    TOO_LATE,
    UNKNOWN,
    may_be_taken_back,
    rule_wants,
)
from support.incidents.records import Incident, Notice
from support.incidents.running import note_event, promise_news
from support.replies.choosing import LONGEST_REST
from support.replies.claiming import Hands, known_before
from support.replies.paying import may_pay
from support.replies.reconciling import FOR_ONE_LOOK, own_posts_since
from support.replies.records import ReplyPart
from support.replies.retries import (
    UNCLEAR_WAIT,
    Next,
    after_absence,
    after_error,
    find,
    look_since,
)
from support.replies.sending import STALE, client_of
from support.replies.states import PartState
from support.x.client import XClient
from support.x.connecting import stop
from support.x.errors import Meaning, XError
from support.x.ledger import charge
from support.x.posts import Post
from support.x.pricing import kind_of_post, kind_of_read
from support.x.records import Account
from support.x.snowflakes import accepted_at, newest

LEASE = timedelta(minutes=3)
"""Longer than a call to X can take, so that none is looked for while it is still under way."""


@dataclass(frozen=True)
class Errand:
    """One notice to post, in plain values: nothing of the database is held during the call."""

    notice_id: int
    account_id: int
    text: str
    in_reply_to: str
    claimed_at: datetime
    tries: int


def waiting(session: Session, now: datetime) -> list[int]:
    """Accounts that are not stopped and have a notice to post or to look for."""
    ready = select(Notice.account_id).join(Account, Account.id == Notice.account_id)
    ready = ready.where(Account.stopped_at.is_(None), _ready(now)).distinct()
    return sorted(session.scalars(ready))


def post_ready(session: Session, account_id: int, hands: Hands) -> list[int]:
    """Posts what is ready and looks for what is in doubt; which incidents changed.

    Like replies' sending it commits around each call to X, because it must.
    """
    touched: list[int] = []
    client = client_of(session, account_id, hands)
    theirs = _in_line(account_id, hands.clock())
    found = session.execute(theirs).all()
    session.commit()
    if client is None:
        return []
    for notice_id, incident_id, state in found:
        if state == UNKNOWN:
            _look(session, notice_id, client, hands)
        else:
            _deliver(session, notice_id, client, hands)
        touched.append(incident_id)
    return touched


def _ready(now: datetime) -> ColumnElement[bool]:
    """Queued or in doubt, its rest is over, nothing of its incident goes before it, and no crisis
    holds it.
    """
    earlier = aliased(Notice)
    in_the_way = exists().where(
        earlier.incident_id == Notice.incident_id,
        earlier.id != Notice.id,
        earlier.state.in_(MOVING),
        or_(earlier.state != QUEUED, earlier.id < Notice.id),
    )
    goes = and_(Notice.state == QUEUED, ~in_the_way, ~_is_held())
    return and_(or_(Notice.state == UNKNOWN, goes), ~_rests(now))


def _is_held() -> ColumnElement[bool]:
    """`crisis.records.holds` as a part of the claim, so that none slips through between the two."""
    agreed_before = or_(Notice.approved_at.is_(None), Notice.approved_at < Crisis.begun_at)
    return exists().where(is_running(Notice.account_id), agreed_before)


def _rests(now: datetime) -> ColumnElement[bool]:
    """Nothing may be done about it yet; a rest that was begun before a clock was set back is over,
    as replies' choosing judges it."""
    in_doubt = Notice.state == UNKNOWN
    set_back = and_(Notice.attempted_at.is_not(None), Notice.attempted_at > now + SET_BACK)
    believable = or_(~in_doubt, Notice.not_before < now + LONGEST_REST)
    return and_(Notice.not_before.is_not(None), Notice.not_before > now, believable, ~set_back)


def _in_line(account_id: int, now: datetime) -> Select[int, int, str]:
    theirs = select(Notice.id, Notice.incident_id, Notice.state)
    return theirs.where(Notice.account_id == account_id, _ready(now)).order_by(Notice.id)


def _deliver(session: Session, notice_id: int, client: XClient, hands: Hands) -> None:
    begin_durable(session)  # what X was called for must never be forgotten
    errand = _claim(session, notice_id, hands)
    session.commit()
    if errand is None:
        return
    try:
        if hands.clock() - errand.claimed_at > STALE:
            raise XError(Meaning.NOT_SENT, 0, "the worker was asleep")
        x_id = client.create_post(errand.text, in_reply_to=errand.in_reply_to)
    except XError as error:
        follows = after_error(error, errand.tries, hands.clock())
        _note_next(session, notice_id, follows, hands, was=POSTING)
    else:
        may_be_lost(session)  # lost, it would be looked for and found
        _note_posted(session, notice_id, x_id, accepted_at(x_id), hands)
    session.commit()


def _claim(session: Session, notice_id: int, hands: Hands) -> Errand | None:
    """One conditional update makes it ours: somebody else being first is a normal outcome."""
    now = hands.clock()
    notice = session.get_one(Notice, notice_id, populate_existing=True)
    cap = session.get_one(Account, notice.account_id).monthly_cap_micros
    if not may_pay(session, notice.account_id, cap, now):
        return None
    if _may_not_go(session, notice, now):
        return None
    values = {
        "state": POSTING,
        "lease_owner": hands.worker,
        "lease_until": now + LEASE,
        "not_before": None,
        "absent_at": None,
    }
    if notice.attempted_at is None:
        values |= {"attempted_at": now, "after_x_id": _known_before(session)}
    mine = update(Notice).where(Notice.id == notice_id, _ready(now), Notice.state == QUEUED)
    if not changed(session, mine.values(**values)):
        return None
    former = session.get(Notice, notice.follows_id) if notice.follows_id else None
    before = former.x_id if former is not None else ""
    return Errand(notice_id, notice.account_id, notice.body, before or "", now, notice.tries)


def _may_not_go(session: Session, notice: Notice, now: datetime) -> bool:
    """While it waited, as for an account that was stopped, the time it names for the next news went
    by: nobody posts that unasked. Or a rule was made that wants words nobody agreed to approved,
    and they wait for that. It is a draft again."""
    if not may_be_taken_back(notice):
        return False
    named, alone = notice.next_update_at, notice.approved_by_id is None
    if named is not None and named <= now:
        kind, asked_at, why = "notice_late", None, TOO_LATE
    elif alone and rule_wants(session, notice.account_id):
        kind, asked_at, why = "notice_waits", now, NOW_ASKED_FOR
    else:
        return False
    mine = update(Notice).where(Notice.id == notice.id, Notice.state == QUEUED)
    back = {"state": DRAFT, "not_before": None, "asked_at": asked_at, "reason": why}
    if changed(session, mine.values(**back, approved_by_id=None, approved_at=None)):
        note_event(session, notice.incident, kind, None, now, notice=notice.id)
    return True


def _known_before(session: Session) -> str:
    out = select(Notice.x_id).where(Notice.x_id.is_not(None)).order_by(Notice.posted_at.desc())
    return newest([known_before(session), session.scalar(out.limit(1)) or ""])


def _look(session: Session, notice_id: int, client: XClient, hands: Hands) -> None:
    """Reads our own posts and records what that proves: found, absent twice, or nothing."""
    now = hands.clock()
    mine = update(Notice).where(Notice.id == notice_id, Notice.state == UNKNOWN, _ready(now))
    over = now + FOR_ONE_LOOK
    taken = {"not_before": over, "lease_until": over, "lease_owner": hands.worker}
    if not changed(session, mine.values(**taken)):
        session.commit()
        return
    notice = session.get_one(Notice, notice_id, populate_existing=True)
    since = look_since(notice.after_x_id, notice.attempted_at or now)
    account_id = notice.account_id
    session.commit()
    try:
        posts, complete = own_posts_since(client, since)
    except XError as error:
        _unclear(session, notice_id, str(error), hands)
    else:
        _charge_look(session, account_id, len(posts), hands)
        shown_at = client.x_clock() or hands.clock()
        _conclude(session, notice_id, posts, since, shown_at if complete else None, hands)
    session.commit()


def _conclude(
    session: Session,
    notice_id: int,
    posts: list[Post],
    since: datetime,
    shown_at: datetime | None,
    hands: Hands,
) -> None:
    notice = session.get_one(Notice, notice_id, populate_existing=True)
    former = session.get(Notice, notice.follows_id) if notice.follows_id else None
    targets = {former.x_id} if former is not None and former.x_id else set()
    found = find(
        posts, text=notice.body, targets=targets, since=since, taken=_taken(session, posts)
    )
    if found is not None:
        _note_posted(session, notice_id, found.x_id, found.posted_at, hands)
    elif shown_at is None:
        _unclear(session, notice_id, "the look did not reach back to the attempt", hands)
    else:
        absent_at, now = notice.absent_at, hands.clock()
        mine = [Notice.id == notice_id, Notice.state == UNKNOWN]
        mine.append(Notice.lease_owner == hands.worker)
        first = update(Notice).where(*mine).values(absent_at=absent_at or shown_at)
        if not changed(session, first):
            return  # asleep until others looked or posted: what was seen says nothing of that
        twice = notice.outcome == "duplicate"
        follows = after_absence(absent_at, shown_at, now, duplicate=twice)
        _note_next(session, notice_id, follows, hands, was=UNKNOWN)


def _taken(session: Session, posts: list[Post]) -> set[str]:
    """What is known for something else."""
    ids = [post.x_id for post in posts]
    parts = select(ReplyPart.x_id).where(ReplyPart.x_id.in_(ids))
    others = select(Notice.x_id).where(Notice.x_id.in_(ids))
    found = [*session.scalars(parts), *session.scalars(others)]
    return {x_id for x_id in found if x_id}


def _unclear(session: Session, notice_id: int, detail: str, hands: Hands) -> None:
    wait = hands.clock() + UNCLEAR_WAIT
    unclear = Next(PartState.UNKNOWN, wait, detail, "unclear")
    _note_next(session, notice_id, unclear, hands, was=UNKNOWN)


def _note_posted(
    session: Session, notice_id: int, x_id: str, at: datetime | None, hands: Hands
) -> None:
    """Written whatever became of the lease: the post is out, and what it says is promised."""
    now = hands.clock()
    mine = update(Notice).where(Notice.id == notice_id, Notice.state != POSTED)
    out = {"state": POSTED, "x_id": x_id, "posted_at": at or now}
    if not changed(session, mine.values(**out, lease_until=None, not_before=None, reason="")):
        return
    notice = session.get_one(Notice, notice_id, populate_existing=True)
    kind = kind_of_post(notice.body, summoned=False)
    agent_id = notice.drafted_by_id
    notice.micros = charge(
        session, notice.account_id, kind, 1, now=now, prices=hands.prices, agent_id=agent_id
    )
    incident = session.get_one(Incident, notice.incident_id)
    if incident.closed_at is None:
        promise_news(incident, notice.next_update_at)
    note_event(session, incident, "notice_posted", None, now, notice=notice.id, stage=notice.stage)


def _note_next(session: Session, notice_id: int, follows: Next, hands: Hands, *, was: str) -> None:
    """Only while it still is what it was: a worker thought dead undoes nothing found out since."""
    state = REJECTED if follows.state is PartState.HANDED else follows.state.value
    values: dict[str, Any] = {"state": state, "not_before": follows.not_before}
    values |= {"reason": follows.reason}
    values |= {"lease_until": None}
    if follows.outcome not in ("absent", "unclear"):
        values |= {"outcome": follows.outcome, "tries": Notice.tries + 1}
    mine = [Notice.id == notice_id, Notice.state == was]
    mine += [Notice.lease_owner == hands.worker]
    if not changed(session, update(Notice).where(*mine).values(**values)):
        return
    notice = session.get_one(Notice, notice_id, populate_existing=True)
    incident = session.get_one(Incident, notice.incident_id)
    if state == REJECTED:
        note_event(session, incident, "notice_refused", None, hands.clock(), notice=notice_id)
    if follows.stops_account:
        stop(session.get_one(Account, notice.account_id), follows.reason, hands.clock())


def _charge_look(session: Session, account_id: int, items: int, hands: Hands) -> None:
    owned = session.get_one(Account, account_id).owns_app
    kind = kind_of_read("own", owned=owned)
    charge(session, account_id, kind, items, now=hands.clock(), prices=hands.prices)
