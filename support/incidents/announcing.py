"""Notices: drafted, agreed to by somebody else where the rules want it, and pressed.

Each deed turns a notice only from the state it was seen in; rolling back when one of these raises
is the caller's. What happens between us and X stands in posting.py.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, joinedload

from support.agents.records import Agent
from support.approval.leave import Kind
from support.approval.records import rules_in_force
from support.crisis.records import Crisis, holds, running
from support.db import changed, storable
from support.errors import N_, DeskError, NotAllowed, Refused, SomeoneWasFirst
from support.incidents.records import Incident, Notice
from support.incidents.running import CLOSED, note_event
from support.incidents.told import next_news
from support.sla.records import Calendar
from support.x.text import POST_LIMIT, weighted_length

FIRST, UPDATE, RESTORED = "first", "update", "restored"
STAGES = {FIRST: N_("第一報"), UPDATE: N_("続報"), RESTORED: N_("復旧")}
DRAFT, QUEUED, POSTING, POSTED = "draft", "queued", "posting", "posted"
REJECTED, UNKNOWN, DROPPED = "rejected", "unknown", "dropped"
MOVING = (QUEUED, POSTING, UNKNOWN)
SURELY_NOT = ("retry", "account")
"""Outcomes of an attempt that X took nothing of; see replies/retries.py."""
MOVED_ON = N_("このお知らせの状態が変わっています。画面を開き直してください。")
OTHER_WORDS = N_("お知らせの文が書き直されています。いまの文を確かめてください。")
OWN_WORDS = N_("自分の書いたお知らせは、自分では承認できません。ほかの責任者に頼んでください。")
TOO_LATE = N_(
    "書かれている「次の更新」の時刻を過ぎたため、投稿しませんでした。書き直してください。"
)
NOW_ASKED_FOR = N_(
    "承認のルールができたため、投稿しませんでした。ほかの責任者の承認を待っています。"
)


@dataclass(frozen=True)
class Words:
    """A notice as a form has it; `alone`: it answers no former notice."""

    stage: str
    body: str
    next_update_at: datetime | None = None
    alone: bool = False


def draft(
    session: Session, incident: Incident, words: Words, *, by: Agent, now: datetime
) -> Notice:
    """Raises Refused for the form."""
    notice = Notice(
        incident_id=incident.id,
        account_id=incident.account_id,
        incident=incident,
        stage=words.stage,
        body="",
        state=DRAFT,
        drafted_by_id=by.id,
        drafted_at=now,
    )
    _write(session, notice, words, by, now)
    session.add(notice)
    session.flush()
    return notice


def rewrite(session: Session, notice: Notice, words: Words, *, by: Agent, now: datetime) -> None:
    """Other words, or what X refused anew; whoever asked for approval asks again."""
    _alone_with(session, notice)
    if notice.state not in (DRAFT, REJECTED):
        raise DeskError(MOVED_ON)
    _write(session, notice, words, by, now)
    notice.state, notice.asked_at, notice.reason = DRAFT, None, ""
    notice.attempted_at = notice.absent_at = notice.not_before = None
    notice.after_x_id, notice.tries, notice.outcome = "", 0, ""
    notice.approved_by_id = notice.approved_at = None


def ask(session: Session, notice: Notice, *, by: Agent, now: datetime) -> None:
    """Somebody else is to agree to it."""
    _alone_with(session, notice)
    if notice.asked_at is not None:
        raise DeskError(MOVED_ON)
    _turn(session, notice, DRAFT, state=DRAFT, asked_at=now)
    note_event(session, notice.incident, "notice_asked", by, now, notice=notice.id)


def send_back(
    session: Session,
    notice: Notice,
    *,
    by: Agent,
    word: str,
    now: datetime,
    seen: str | None = None,
) -> None:
    """It does not go as it is; its writer takes their asking back in the same way. `seen` as in
    `approve`: what is said of other words than those that wait now is said of nothing."""
    _alone_with(session, notice)
    if notice.asked_at is None:
        raise DeskError(MOVED_ON)
    if seen is not None and seen != asked_of(notice):
        raise DeskError(OTHER_WORDS)
    _turn(session, notice, DRAFT, state=DRAFT, asked_at=None)
    note_event(session, notice.incident, "notice_back", by, now, notice=notice.id)
    event_note = storable(word).strip()[:300]
    if event_note:
        notice.reason = event_note


def approve(
    session: Session,
    notice: Notice,
    *,
    by: Agent,
    now: datetime,
    undo: timedelta,
    seen: str | None = None,
) -> None:
    """Nobody agrees to their own words, nor to others than those they read: `seen` names these,
    as the page did. It goes as soon as the time to take it back is over.

    What a crisis holds, whoever agreed to it before or nobody, is agreed to where it stands.
    """
    _alone_with(session, notice)
    if seen is not None and seen != asked_of(notice):
        raise DeskError(OTHER_WORDS)
    if notice.drafted_by_id == by.id:
        raise NotAllowed(OWN_WORDS)
    if is_held(session, notice):
        _turn(session, notice, QUEUED, approved_by_id=by.id, approved_at=now)
        note_event(session, notice.incident, "notice_approved", by, now, notice=notice.id)
        return
    if notice.asked_at is None:
        raise DeskError(MOVED_ON)
    _press(session, notice, now, undo, approved_by_id=by.id, approved_at=now)
    note_event(session, notice.incident, "notice_approved", by, now, notice=notice.id)


def asked_of(notice: Notice) -> str:
    """Names the words that wait for an approval, and when it was asked for: what is written anew
    is something else, whatever became of the notice in between."""
    asked, until = (it.isoformat() if it else "" for it in (notice.asked_at, notice.next_update_at))
    words = "\n".join((notice.stage, until, str(notice.follows_id), notice.body))
    return f"{asked} {sha256(words.encode()).hexdigest()[:16]}"


def press(session: Session, notice: Notice, *, by: Agent, now: datetime, undo: timedelta) -> None:
    """Without anybody else's word, where no rule wants it. Raises Refused."""
    if wants_approval(session, notice.account_id) or notice.asked_at is not None:
        raise Refused("body", N_("このお知らせは、ほかの責任者の承認を受けてから投稿されます。"))
    _press(session, notice, now, undo)
    note_event(session, notice.incident, "notice_pressed", by, now, notice=notice.id)


def take_back(session: Session, notice: Notice, *, by: Agent, now: datetime) -> None:
    """While X surely has nothing of it, it becomes a draft again."""
    mine = update(Notice).where(
        Notice.id == notice.id,
        Notice.state == QUEUED,
        or_(Notice.attempted_at.is_(None), Notice.outcome.in_(SURELY_NOT)),
    )
    back = {"state": DRAFT, "not_before": None, "asked_at": None}
    back |= {"approved_by_id": None, "approved_at": None}
    if not changed(session, mine.values(**back)):
        raise SomeoneWasFirst(N_("投稿が始まっているため、取り消せません。"))
    session.refresh(notice)
    note_event(session, notice.incident, "notice_back", by, now, notice=notice.id)


def may_be_taken_back(notice: Notice) -> bool:
    """As far as a page can tell; see `take_back`."""
    surely_not = notice.attempted_at is None or notice.outcome in SURELY_NOT
    return notice.state == QUEUED and surely_not


def drop(session: Session, notice: Notice, *, by: Agent, now: datetime) -> None:
    """A draft nobody wants any more, or what X refused."""
    _alone_with(session, notice)
    if notice.state not in (DRAFT, REJECTED):
        raise DeskError(MOVED_ON)
    notice.state = DROPPED
    note_event(session, notice.incident, "notice_dropped", by, now, notice=notice.id)


def wants_approval(session: Session, account_id: int) -> bool:
    """Whether a rule, or a crisis, wants every public word of the account agreed to."""
    return running(session, account_id) is not None or rule_wants(session, account_id)


def rule_wants(session: Session, account_id: int) -> bool:
    return any(
        it.kind in (Kind.PUBLIC, Kind.ACCOUNT) and it.account_id in (None, account_id)
        for it in rules_in_force(session)
    )


def held_by(session: Session, notice: Notice) -> Crisis | None:
    """What it waits for: a crisis that began after it was agreed to, if it was."""
    return holds(session, notice.account_id, notice.approved_at)


def is_held(session: Session, notice: Notice) -> bool:
    return notice.state == QUEUED and held_by(session, notice) is not None


def notices_of(session: Session, incident_id: int) -> list[Notice]:
    """The newest first, dropped ones left out."""
    theirs = select(Notice).where(Notice.incident_id == incident_id, Notice.state != DROPPED)
    whole = theirs.options(joinedload(Notice.drafted_by), joinedload(Notice.approved_by))
    return list(session.scalars(whole.order_by(Notice.id.desc())))


def newest_posted(session: Session, incident_id: int) -> Notice | None:
    """What people read last, and the next one answers."""
    out = select(Notice).where(Notice.incident_id == incident_id, Notice.state == POSTED)
    return session.scalars(out.order_by(Notice.posted_at.desc(), Notice.id.desc())).first()


def zone_for(session: Session, incident: Incident) -> ZoneInfo:
    """The zone in which people read the times of a notice."""
    return ZoneInfo(session.get_one(Calendar, incident.account.calendar_id).zone)


def _write(session: Session, notice: Notice, words: Words, by: Agent, now: datetime) -> None:
    if words.stage not in STAGES:
        raise Refused("stage", N_("お知らせの種類を選んでください。"))
    body = storable(words.body).replace("\r\n", "\n").strip()
    if not body:
        raise Refused("body", N_("お知らせの文を書いてください。"))
    over = weighted_length(body) - POST_LIMIT
    if over > 0:
        raise Refused("body", N_("Xの上限を%(over)s字（半角）超えています。"), over=over)
    until = words.next_update_at
    if until is None and words.stage != RESTORED:
        until = next_news(body, now.astimezone(zone_for(session, notice.incident)))
    if until is not None and until <= now:
        raise Refused("next_update", N_("次の更新は、これより後の日時にしてください。"))
    notice.stage, notice.body, notice.drafted_by_id = words.stage, body, by.id
    notice.next_update_at = until.astimezone(now.tzinfo) if until is not None else None
    former = None if words.alone else newest_posted(session, notice.incident_id)
    notice.follows_id = former.id if former else None


def _press(
    session: Session, notice: Notice, now: datetime, undo: timedelta, **approved: object
) -> None:
    if notice.incident.closed_at is not None:
        raise DeskError(CLOSED)
    _turn(session, notice, DRAFT, state=QUEUED, not_before=now + undo, reason="", **approved)


def _turn(session: Session, notice: Notice, was: str, **values: object) -> None:
    mine = update(Notice).where(Notice.id == notice.id, Notice.state == was)
    if not changed(session, mine.values(**values)):
        raise SomeoneWasFirst(MOVED_ON)
    session.refresh(notice)


def _alone_with(session: Session, notice: Notice) -> None:
    session.flush()
    session.refresh(notice, with_for_update={"key_share": True})
