"""The figures of a report, from facts that were counted elsewhere; values in, values out.

Durations are open (business) time. What belongs to nobody stands under the agent None: typed on
x.com, or broken while nobody had taken it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from support.reports.heat import Heat
from support.reports.measures import Attainment, Doings, Line, Times, times
from support.reports.periods import Period


class FirstReply(NamedTuple):
    """One first reply that was given, or is overdue: then `took` is the time so far."""

    started_at: datetime
    took: timedelta
    target_seconds: int
    agent_id: int | None


@dataclass(frozen=True, slots=True)
class Counted:
    """The facts of a period.

    sent      by agent and channel: replies whose first part X accepted in the period
    resolved  by day and assignee: tickets resolved in it, and not reopened since
    promised  every kind of promise in both clocks
    lines     the same by account, agent, team, tag, answer and hour
    """

    first_replies: Sequence[FirstReply] = ()
    verdicts: Mapping[int | None, Attainment] = field(default_factory=dict)
    late_intake: int = 0
    sent: Mapping[tuple[int | None, str], int] = field(default_factory=dict)
    resolved: Mapping[tuple[date, int | None], int] = field(default_factory=dict)
    promised: Line = field(default_factory=Line)
    lines: Mapping[str, Sequence[Line]] = field(default_factory=dict)
    doings: Doings = field(default_factory=Doings)


@dataclass(frozen=True, slots=True)
class Person:
    """A colleague, as a row of the report shows them."""

    id: int
    name: str
    family_name: str
    hue: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All a report is made of; `unresolved` and `overdue` are of the moment it is drawn."""

    counted: Counted
    before: Counted
    opened: Mapping[date, int]
    heat: Heat
    closed: frozenset[date]
    people: Mapping[int, Person]
    unresolved: int
    overdue: int
    backlog: Mapping[date, int] = field(default_factory=dict)
    """How many tickets were open when a day ended; of a day that goes on, how many are."""
    names: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """Of accounts and teams, by id."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What the tiles show."""

    times: Times
    attainment: Attainment
    late_intake: int
    public: int
    dm: int
    resolved: int
    promised: Line
    doings: Doings

    @property
    def sent(self) -> int:
        return self.public + self.dm


@dataclass(frozen=True, slots=True)
class Spell:
    """One point of the charts: a day, or a week of a long period."""

    first: date
    last: date
    closed: bool
    times: Times
    opened: int
    resolved: int
    backlog: int | None = None
    """Tickets open at its end."""


@dataclass(frozen=True, slots=True)
class AgentRow:
    """What one agent did; `person` is None for what belongs to nobody."""

    person: Person | None
    replies: int
    times: Times
    attainment: Attainment
    resolved: int


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report: what the page, the CSV and the JSON show."""

    period: Period
    totals: Totals
    before: Totals
    target: timedelta | None
    spells: Sequence[Spell]
    agents: Sequence[AgentRow]
    heat: Heat
    unresolved: int
    overdue: int
    lines: Mapping[str, Sequence[Line]]
    people: Mapping[int, Person]
    names: Mapping[str, Mapping[int, str]]


def summarise(facts: Facts, period: Period) -> Report:
    """The report of a period, with the totals of the one before it."""
    return Report(
        period=period,
        totals=totals(facts.counted),
        before=totals(facts.before),
        target=usual_target(facts.counted.first_replies),
        spells=spells(facts, period),
        agents=agent_rows(facts.counted, facts.people),
        heat=facts.heat,
        unresolved=facts.unresolved,
        overdue=facts.overdue,
        lines=facts.counted.lines,
        people=facts.people,
        names=facts.names,
    )


def totals(counted: Counted) -> Totals:
    public, dm = (
        sum(number for (_agent, where), number in counted.sent.items() if where == channel)
        for channel in ("public", "dm")
    )
    return Totals(
        times=times(reply.took for reply in counted.first_replies),
        attainment=sum(counted.verdicts.values(), Attainment()),
        late_intake=counted.late_intake,
        public=public,
        dm=dm,
        resolved=sum(counted.resolved.values()),
        promised=counted.promised,
        doings=counted.doings,
    )


def usual_target(replies: Iterable[FirstReply]) -> timedelta | None:
    """The target most first replies had, the shorter of two; None if there were no replies."""
    had = Counter(reply.target_seconds for reply in replies)
    if not had:
        return None
    return timedelta(seconds=max(had, key=lambda target: (had[target], -target)))


def spells(facts: Facts, period: Period) -> list[Spell]:
    """One after the other, without gaps; a reply counts on the day the customer wrote."""
    taken: dict[int, list[timedelta]] = defaultdict(list)
    for reply in facts.counted.first_replies:
        day = reply.started_at.astimezone(period.zone).date()
        taken[period.spell_of(day)].append(reply.took)
    opened, resolved = Counter[int](), Counter[int]()
    for day, number in facts.opened.items():
        opened[period.spell_of(day)] += number
    for (day, _agent), number in facts.counted.resolved.items():
        resolved[period.spell_of(day)] += number
    return [
        Spell(
            first=first,
            last=last,
            closed=first == last and first in facts.closed,
            times=times(taken.get(number, ())),
            opened=opened[number],
            resolved=resolved[number],
            backlog=facts.backlog.get(last),
        )
        for number, (first, last) in enumerate(period.spells())
    ]


def agent_rows(counted: Counted, people: Mapping[int, Person]) -> list[AgentRow]:
    """Everyone with something to show, by name; never by speed. Nobody's comes last."""
    taken: dict[int | None, list[timedelta]] = defaultdict(list)
    for reply in counted.first_replies:
        taken[reply.agent_id].append(reply.took)
    replies, resolved = Counter[int | None](), Counter[int | None]()
    for (agent, _channel), number in counted.sent.items():
        replies[agent] += number
    for (_day, agent), number in counted.resolved.items():
        resolved[agent] += number
    return [
        AgentRow(
            person=people[agent] if agent is not None else None,
            replies=replies[agent],
            times=times(taken.get(agent, ())),
            attainment=counted.verdicts.get(agent, Attainment()),
            resolved=resolved[agent],
        )
        for agent in sorted(
            taken.keys() | counted.verdicts.keys() | replies.keys() | resolved.keys(),
            key=lambda agent: _place(agent, people),
        )
    ]


def _place(agent: int | None, people: Mapping[int, Person]) -> tuple[bool, str, int]:
    return (True, "", 0) if agent is None else (False, people[agent].name, agent)
