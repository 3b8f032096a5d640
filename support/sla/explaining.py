"""One promise with all that its verdict rests on, read for the page that explains it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from support.sla import judgement
from support.sla.explanation import Explanation, Leg, explain
from support.sla.hours import OpenTime
from support.sla.judgement import Obligation
from support.sla.keeping import days_off, hours_before, hours_for, obligation
from support.sla.levels import PromiseKind
from support.sla.records import Calendar, Pause, Promise, ServiceLevel, pauses_of

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Judged:
    """The promise, what it was judged by, and the sum behind its verdict.

    calendars  in the order in which they counted, each with the moment until which it did
    pauses     of a resolution: what the desk noted and what was corrected
    """

    promise: Promise
    level: ServiceLevel
    calendars: Sequence[tuple[Calendar, datetime | None]]
    pauses: Sequence[Pause]
    facts: Obligation
    hours: OpenTime
    told: Explanation
    breach_at: datetime | None
    late_intake: bool


def judged(session: Session, promise: Promise, now: datetime) -> Judged:
    """As it stands at `now`."""
    level = session.get_one(ServiceLevel, promise.service_level_id)
    rests = promise.kind == PromiseKind.RESOLUTION
    pauses = pauses_of(session, promise.ticket_id) if rests else []
    facts, hours = obligation(promise, level, pauses), hours_for(promise)
    calendars: list[tuple[Calendar, datetime | None]] = [
        (session.get_one(Calendar, number), until) for number, until in hours_before(promise)
    ]
    calendars.append((promise.calendar, None))
    until = max(promise.started_at, facts.ended_at or now)
    years = range((promise.started_at - DAY).year, (until + DAY).year + 1)
    legs = [Leg(days_off(calendar, years), end) for calendar, end in calendars]
    return Judged(
        promise=promise,
        level=level,
        calendars=calendars,
        pauses=pauses,
        facts=facts,
        hours=hours,
        told=explain(facts, hours, now, legs),
        breach_at=judgement.breach_at(facts, hours),
        late_intake=judgement.late_intake(facts, hours),
    )
