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
from support.reports.periods import Period

SMALL = 10
"""Below this many a figure says little, and is marked."""


class FirstReply(NamedTuple):
    """One first reply that was given, or is overdue: then `took` is the time so far."""

    started_at: datetime
    took: timedelta
    target_seconds: int
    agent_id: int | None


@dataclass(frozen=True, slots=True)
class Attainment:
    """Promises that were kept within their target and that were broken, late or still open."""

    kept: int = 0
    broken: int = 0

    def __add__(self, other: "Attainment") -> "Attainment":
        return Attainment(self.kept + other.kept, self.broken + other.broken)

    @property
    def judged(self) -> int:
        return self.kept + self.broken

    @property
    def permille(self) -> int | None:
        """Rounded down, so that 1000 means every single one; None where nothing was judged."""
        return self.kept * 1000 // self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class Times:
    """How long first replies took; None where there were none."""

    count: int = 0
    median: timedelta | None = None
    p90: timedelta | None = None

    @property
    def small(self) -> bool:
        return 0 < self.count < SMALL


@dataclass(frozen=True, slots=True)
class Counted:
    """The facts of a period.

    sent      by agent and channel: replies whose first part X accepted in the period
    resolved  by day and assignee: tickets resolved in it, and not reopened since
    """

    first_replies: Sequence[FirstReply] = ()
    verdicts: Mapping[int | None, Attainment] = field(default_factory=dict)
    late_intake: int = 0
    sent: Mapping[tuple[int | None, str], int] = field(default_factory=dict)
    resolved: Mapping[tuple[date, int | None], int] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class Totals:
    """What the tiles show."""

    times: Times
    attainment: Attainment
    late_intake: int
    public: int
    dm: int
    resolved: int

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
    """The whole report: what the page and the CSV both show."""

    period: Period
    totals: Totals
    before: Totals
    target: timedelta | None
    spells: Sequence[Spell]
    agents: Sequence[AgentRow]
    heat: Heat
    unresolved: int
    overdue: int


def percentile(ordered: Sequence[timedelta], percent: int) -> timedelta | None:
    """Linear interpolation between the closest ranks, the ends included, as in Excel's
    PERCENTILE.INC: rank 1 + percent/100 · (n − 1). `ordered` must rise; None if it is empty.
    """
    if not ordered:
        return None
    below, share = divmod(percent * (len(ordered) - 1), 100)
    if not share:
        return ordered[below]
    return (ordered[below] * (100 - share) + ordered[below + 1] * share) / 100


def times(taken: Iterable[timedelta]) -> Times:
    ordered = sorted(taken)
    return Times(len(ordered), percentile(ordered, 50), percentile(ordered, 90))


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
