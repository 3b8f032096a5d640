"""How promises are shown: the pill on a row, a ticket's timers, and the sum behind each of them.

Everything here is worked out from values; the words are translated where they are drawn.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from support.sla.explanation import Explanation, Row, RowKind, explain
from support.sla.hours import BusinessHours, OpenTime
from support.sla.judgement import ZERO, Obligation, Standing
from support.sla.levels import INCIDENT, NO_REPLY_NEEDED, UNSAID, PromiseKind
from support.web.words import duration

SHORT: dict[str, Any] = {
    PromiseKind.FIRST_REPLY: _l("初回"),
    PromiseKind.NEXT_REPLY: _l("次回"),
    PromiseKind.RESOLUTION: _l("解決"),
    PromiseKind.UPDATE: _l("続報"),
}
NAMES: dict[str, Any] = {
    PromiseKind.FIRST_REPLY: _l("初回返信"),
    PromiseKind.NEXT_REPLY: _l("次回返信"),
    PromiseKind.RESOLUTION: _l("解決まで"),
    PromiseKind.UPDATE: _l("続報"),
}
IN_WORDS = _l("お客様への約束")
RESTING = {"waiting": _l("返信待ち"), "held": _l("保留中"), "resolved": _l("解決済み")}
NO_DEADLINE, LATE, LEFT = _l("期限なし"), _l("超過"), _l("残り")

MOST_ROWS = 10
"""Rows of a sum that are shown; what lies before them is added up in one."""


@dataclass(frozen=True, slots=True)
class Pill:
    """What `marks.sla` draws: `state` is safe, due, breached, paused or met; `share`: time left."""

    state: str
    word: Any
    figure: str = ""
    share: float = 0.0
    kind_word: Any = ""


@dataclass(frozen=True, slots=True)
class SumRow:
    """A line of the sum: from when to when, what it was, how much of it was counted."""

    kind: str
    start: datetime
    end: datetime
    figure: str


@dataclass(frozen=True, slots=True)
class Timer:
    """One promise on a ticket's page; `used` is the share of its time that is gone."""

    id: int
    kind: str
    name: Any
    pill: Pill
    is_open: bool
    ended_at: datetime | None
    used: float
    due_at: datetime | None
    target: str
    spent: str
    rows: Sequence[SumRow]
    words: str = ""
    """Those the customer was told it with."""


def row_pill(
    kind: str,
    target: timedelta,
    due_at: datetime,
    overdue: bool,
    soon: bool,
    hours: BusinessHours,
    now: datetime,
) -> Pill:
    """The pill of an open promise from its stored moments: no pauses need to be looked up.

    Its words are said at once: a lazy one is said again each time a template looks at it.
    """
    short = str(SHORT[kind])
    if overdue:
        late = hours.between(due_at, now) if due_at < now else ZERO
        return Pill("breached", str(LATE), duration(late), kind_word=short)
    left = hours.between(now, due_at) if now < due_at else ZERO
    state = "due" if soon else "safe"
    return Pill(state, str(LEFT), duration(left), _share(left, target), short)


def resting_pill(state: str) -> Pill:
    """The pill of a ticket that nothing is due on."""
    return Pill("met" if state == "resolved" else "paused", RESTING.get(state, NO_DEADLINE))


def timer(
    o: Obligation, hours: OpenTime, now: datetime, promise_id: int = 0, words: str = ""
) -> Timer:
    """All a ticket's page says about one promise."""
    told = explain(o, hours, now)
    return Timer(
        id=promise_id,
        kind=o.kind.value,
        name=IN_WORDS if words else NAMES[o.kind],
        pill=_ended(o) or _pill(told, o.ended_at is None),
        is_open=o.ended_at is None,
        ended_at=o.ended_at,
        used=min(1.0, told.elapsed / told.target),
        due_at=told.due_at,
        target=duration(told.target),
        spent=duration(told.elapsed),
        rows=sum_rows(told.rows),
        words=words,
    )


TAKEN_BACK = Pill("met", _l("対象外（投稿なし）"))
UNDONE = Pill("met", _l("取り下げ"))
BY_NEWS = Pill("met", _l("続報に代替"))


def _ended(o: Obligation) -> Pill | None:
    """Of what was withdrawn for a reason of its own."""
    if not o.withdrawn or not taken_back(o):
        return None
    return {UNSAID: UNDONE, INCIDENT: BY_NEWS}.get(o.withdrawn_reason or "", TAKEN_BACK)


def taken_back(o: Obligation) -> bool:
    """Withdrawn because the message is gone from X, not because no reply was needed."""
    return o.withdrawn_reason not in (None, NO_REPLY_NEEDED)


def _pill(told: Explanation, is_open: bool) -> Pill:
    left = told.target - told.elapsed
    match told.standing:
        case Standing.KEPT:
            return Pill("met", _l("達成"), duration(told.elapsed))
        case Standing.BROKEN if is_open:
            return Pill("breached", LATE, duration(-left))
        case Standing.BROKEN:
            return Pill("met", _l("遅れて対応"), f"+{duration(-left)}")
        case Standing.WITHDRAWN:
            return Pill("met", _l("返信不要"))
        case Standing.PAUSED:
            return Pill("paused", _l("停止中"), duration(left))
        case Standing.NO_DEADLINE:
            return Pill("paused", NO_DEADLINE)
    state = "due" if told.standing is Standing.DUE_SOON else "safe"
    return Pill(state, LEFT, duration(left), _share(left, told.target))


def _share(left: timedelta, target: timedelta) -> float:
    return max(0.0, min(1.0, left / target))


def sum_rows(rows: Sequence[Row]) -> list[SumRow]:
    """The rows of an explanation; of a long one the last, behind one that adds up the rest."""
    shown = [SumRow(row.kind.value, row.start, row.end, _figure(row)) for row in rows]
    if len(rows) <= MOST_ROWS:
        return shown
    early, late = rows[: -MOST_ROWS + 1], shown[-MOST_ROWS + 1 :]
    counted = sum((row.open_time for row in early if row.kind is RowKind.COUNTED), ZERO)
    return [SumRow("earlier", early[0].start, early[-1].end, duration(counted)), *late]


def _figure(row: Row) -> str:
    return duration(row.open_time if row.kind is RowKind.COUNTED else ZERO)


def telling(timers: Iterable[Timer]) -> list[Timer]:
    """Those that run, the most pressing first, then the last ended one of each kind."""
    running = [timer for timer in timers if timer.is_open]
    ended = {timer.kind: timer for timer in timers if not timer.is_open}
    open_first = sorted(running, key=lambda t: (t.due_at is None, t.due_at or datetime.max))
    return [*open_first, *(t for t in ended.values())]
