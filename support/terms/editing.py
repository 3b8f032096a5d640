"""Hours and targets are edited by adding a version; what is open follows as somebody chose."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.errors import N_
from support.sla.keeping import hours_of
from support.sla.levels import (
    Carry,
    Conditions,
    LevelError,
    PromiseKind,
    Targets,
    conditions_from,
)
from support.sla.records import Calendar, ServiceLevel
from support.terms.choosing import levels_in_force
from support.terms.judging import Part
from support.terms.records import TermsEdit
from support.terms.rejudging import how_many_are_open
from support.tickets.records import Team
from support.x.records import Account

NO_NAME = N_("名前を入力してください。")
SAME_NAME = N_("同じ名前がすでにあります。別の名前にしてください。")
NO_LINES = N_("少なくとも1行、すべてのお客様に当てはまる行が必要です。")


@dataclass(frozen=True)
class Draft:
    """What a calendar's version says, in the shapes of its columns."""

    zone: str
    weekly: dict[str, Any]
    country: str = ""
    year_end: bool = False
    closures: list[Any] = field(default_factory=list)
    feed_days: dict[str, Any] = field(default_factory=dict)
    special: dict[str, Any] = field(default_factory=dict)
    partial: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A line of the policy as somebody wrote it; targets are open time, None for no promise."""

    name: str
    conditions: Conditions = field(default_factory=Conditions)
    first_reply: timedelta | None = None
    next_reply: timedelta | None = None
    resolution: timedelta | None = None
    update: timedelta | None = None
    warn_share: float = 0.75
    acknowledgement: str = ""


def draft_of(calendar: Calendar) -> Draft:
    """What a version says now, to begin an edit with."""
    return Draft(**{name: getattr(calendar, name) for name in Draft.__dataclass_fields__})


def line_of(level: ServiceLevel) -> Line:
    """What a line says now, to begin an edit with."""
    return Line(
        level.name,
        conditions_from(level.conditions),
        **{kind.value: _time(_seconds(level, kind)) for kind in PromiseKind},
        warn_share=level.warn_share,
        acknowledgement=level.acknowledgement,
    )


def version_of(
    draft: Draft, name: str, version: int, *, by: Agent | None, now: datetime
) -> Calendar:
    """A version that is not stored yet. Raises HoursError for hours that cannot be meant."""
    calendar = Calendar(
        name=name,
        version=version,
        made_at=now,
        made_by_id=by.id if by else None,
        **asdict(draft),
    )
    hours_of(calendar)
    return calendar


def levels_from(lines: Sequence[Line], *, by: Agent | None, now: datetime) -> list[ServiceLevel]:
    """The lines as levels that are not stored yet, without their versions.

    Raises LevelError, its field like `lines.2.first_reply`.
    """
    if not lines:
        raise LevelError("lines", NO_LINES)
    names: set[str] = set()
    for place, line in enumerate(lines):
        _check(line, f"lines.{place}", names)
        names.add(line.name.strip())
    last = len(lines) - 1
    return [
        ServiceLevel(
            name=line.name.strip(),
            version=1,
            position=place,
            conditions=line.conditions.stored() if place < last else {},
            first_reply_seconds=_whole(line.first_reply),
            next_reply_seconds=_whole(line.next_reply),
            resolution_seconds=_whole(line.resolution),
            update_seconds=_whole(line.update),
            warn_share=line.warn_share,
            acknowledgement=line.acknowledgement.strip(),
            made_at=now,
            made_by_id=by.id if by else None,
        )
        for place, line in enumerate(lines)
    ]


def edit_hours(
    session: Session, name: str, draft: Draft, carry: Carry, *, by: Agent | None, now: datetime
) -> TermsEdit:
    """The next version of a calendar; accounts and teams keep it from now on.

    `by` is None where a subscribed iCalendar changed. Raises HoursError.
    """
    old = calendar_in_force(session, name)
    new = version_of(draft, name, _next_version(session, Calendar, name), by=by, now=now)
    old.retired_at = now
    session.add(new)
    session.flush()
    versions = select(Calendar.id).where(Calendar.name == name)
    for table in (Account, Team):
        moved = update(table).where(table.calendar_id.in_(versions)).values(calendar_id=new.id)
        session.execute(moved)
    return _noted(session, Part.HOURS, name, carry, by, now)


def new_hours(
    session: Session, name: str, draft: Draft, *, by: Agent | None, now: datetime
) -> Calendar:
    """A further calendar, which nobody keeps yet. Raises HoursError."""
    name = name.strip()
    if not name or len(name) > 80:
        raise LevelError("name", NO_NAME)
    if session.scalar(select(Calendar.id).where(Calendar.name == name).limit(1)):
        raise LevelError("name", SAME_NAME)
    calendar = version_of(draft, name, 1, by=by, now=now)
    session.add(calendar)
    session.flush()
    return calendar


def edit_levels(
    session: Session, lines: Sequence[Line], carry: Carry, *, by: Agent | None, now: datetime
) -> TermsEdit:
    """The whole policy at once; a line that says what it said keeps its version.

    Raises LevelError.
    """
    drafts = levels_from(lines, by=by, now=now)
    there = {level.name: level for level in levels_in_force(session)}
    for draft in drafts:
        old = there.pop(draft.name, None)
        if old is not None and _says(old) == _says(draft):
            old.position = draft.position
            continue
        if old is not None:
            old.retired_at = now
        draft.version = _next_version(session, ServiceLevel, draft.name)
        session.add(draft)
    for gone in there.values():
        gone.retired_at = now
    session.flush()
    return _noted(session, Part.LEVELS, "", carry, by, now)


def set_account_hours(
    session: Session, account: Account, name: str, carry: Carry, *, by: Agent, now: datetime
) -> TermsEdit:
    """The account keeps these hours from now on."""
    account.calendar_id = calendar_in_force(session, name).id
    session.flush()
    return _noted(session, Part.HOURS, name, carry, by, now)


def set_team_hours(
    session: Session, team: Team, name: str | None, carry: Carry, *, by: Agent, now: datetime
) -> TermsEdit:
    """The team keeps these hours from now on; None: those of the account."""
    team.calendar_id = calendar_in_force(session, name).id if name else None
    session.flush()
    return _noted(session, Part.HOURS, name or "", carry, by, now)


def calendar_in_force(session: Session, name: str) -> Calendar:
    """Raises NoResultFound where there is no calendar of this name."""
    named = select(Calendar).where(Calendar.name == name, Calendar.retired_at.is_(None))
    return session.scalars(named.with_for_update(key_share=True)).one()


def calendars_in_force(session: Session) -> list[Calendar]:
    """Every calendar as it is now, by name."""
    known = select(Calendar).where(Calendar.retired_at.is_(None))
    return list(session.scalars(known.order_by(Calendar.name)))


def unfinished(session: Session) -> list[int]:
    """Edits whose open promises are not all judged yet, in their order."""
    waiting = select(TermsEdit.id).where(TermsEdit.finished_at.is_(None))
    return list(session.scalars(waiting.order_by(TermsEdit.id)))


def _noted(
    session: Session, part: Part, name: str, carry: Carry, by: Agent | None, now: datetime
) -> TermsEdit:
    """The edit in the history. Where open promises stay as they are, it is finished at once."""
    stays = carry is Carry.NEW
    edit = TermsEdit(
        kind=part.value,
        name=name,
        carry=carry.value,
        at=now,
        agent_id=by.id if by else None,
        total=0 if stays else how_many_are_open(session),
        done=0,
        flipped=0,
        reached_id=0,
        finished_at=now if stays else None,
    )
    session.add(edit)
    session.flush()
    return edit


def _next_version(session: Session, table: Any, name: str) -> int:
    newest = select(func.max(table.version)).where(table.name == name)
    return (session.scalar(newest) or 0) + 1


def _check(line: Line, field_: str, names: Iterable[str]) -> None:
    name = line.name.strip()
    if not name or len(name) > 80:
        raise LevelError(f"{field_}.name", NO_NAME)
    if name in names:
        raise LevelError(f"{field_}.name", SAME_NAME)
    try:
        Targets(
            line.first_reply,
            line.next_reply,
            line.resolution,
            line.update,
            warn_share=line.warn_share,
        )
    except LevelError as error:
        raise LevelError(f"{field_}.{error.field}", error.sentence) from error


def _says(level: ServiceLevel) -> tuple[Any, ...]:
    """All a promise or an acknowledgement could notice of a level."""
    seconds = tuple(_seconds(level, kind) for kind in PromiseKind)
    return (seconds, level.warn_share, level.conditions, level.acknowledgement)


def _seconds(level: ServiceLevel, kind: PromiseKind) -> int | None:
    seconds: int | None = getattr(level, f"{kind.value}_seconds")
    return seconds


def _time(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _whole(target: timedelta | None) -> int | None:
    return None if target is None else max(1, int(target.total_seconds()))
