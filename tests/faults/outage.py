"""The day everything breaks: so many people write at once while workers are killed; one incident,
everybody linked, each person answered exactly once, and agents' pages and replies do not wait.

`python -m tests.faults --scenario outage --replies 2000 --minutes 20`; with `--speed 2` they write
twice as fast, as on a machine half as strong.
"""

import os
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.faults import crowd, pages, plan
from tests.faults.audit_waves import WaveFacts, judge, read_waves
from tests.faults.auditor import Audit, audit
from tests.faults.browser import Browser
from tests.faults.conductor import Conductor
from tests.faults.customers import Customers
from tests.faults.facts import read_desk, read_x
from tests.faults.plan import Act, Errand
from tests.faults.processes import SENDERS, Fleet, Web
from tests.faults.run import is_settled
from tests.faults.watcher import Watcher
from tests.faults.world import CARE, World, world
from tests.machinery.running import until

NOT_HERE = ("clock", "cut_delete", "lost_picture", "cut_dm")
"""What goes wrong elsewhere, or with what is not sent here."""
QUICK = ("kill", "flush", "cut_post", "lost_post", "refuse_503")
"""What a desk is over in seconds."""
LOOK_EVERY = 1.0
PER_MINUTE = 600
"""X's own limits are a thousand times those it has: the wave is as fast as the desk lets it."""
IDLE_LOOKS = 20
EARLY = 24
IDLE_ANSWERS = 12
LONGER = 2.0
"""Seconds a calm run's agents may wait longer at the 95th percentile than before the incident."""


@dataclass(frozen=True)
class Options:
    people: int
    seed: int
    database: str
    minutes: float = 20.0
    """In which they write."""
    speed: float = 1.0
    """So many times as fast as that."""
    short: bool = False
    web: bool = True
    says_how_far: bool = False
    calm: bool = False
    """Nothing goes wrong: how long agents wait is what the wave makes of it."""
    nice: int = 0
    """How far workers stand back behind the pages."""
    one_death: str = ""
    """The one thing that goes wrong: senders die at this step, each once."""

    @property
    def early(self) -> int:
        """How many write before anybody has opened the incident."""
        return min(EARLY, self.people // 4)

    @property
    def seconds(self) -> float:
        """In which they do here."""
        return 60 * self.minutes / self.speed

    @property
    def per_second(self) -> float:
        return self.people / self.seconds

    @property
    def agents_answer(self) -> int:
        """How many of them an agent answers by hand meanwhile."""
        return max(2, self.people // 40)


@dataclass
class Outcome:
    audit: Audit
    waves: WaveFacts
    findings: list[str]
    faults: Counter[str]
    broke: list[str]
    pages: dict[str, Any] = field(default_factory=dict)
    """Before the incident, in it, and once all is over, when there is as much to show as in it."""
    agents: dict[str, Any] = field(default_factory=dict)
    """Seconds from an agent's press to X's acceptance, before the incident and in it."""
    unresolved: int = 0
    seconds: float = 0.0
    speed: float = 1.0

    @property
    def failed(self) -> bool:
        return bool(self.findings or self.audit.findings or self.broke or self.unresolved)

    def figures(self) -> dict[str, Any]:
        return {
            "speed": self.speed,
            "people": self.waves.people,
            "incidents": self.waves.incidents,
            "linked": self.waves.linked,
            "answered_once": self.waves.answered_once,
            "by_the_wave": self.waves.by_wave,
            "by_agents": self.waves.by_agents,
            "passed": dict(sorted(self.waves.passed.items())),
            "duplicates": self.audit.count("duplicate"),
            "lost": self.audit.count("lost"),
            "other_findings": self.audit.count("wrong") + len(self.findings) + len(self.broke),
            "messages_expected": self.audit.expected,
            "messages_stored": self.audit.stored,
            "faults": dict(sorted(self.faults.items())),
            "pages": self.pages,
            "agents_replies": self.agents,
            "load": [round(it, 1) for it in os.getloadavg()],
            "seconds": round(self.seconds, 1),
        }

    def sentences(self) -> list[str]:
        said = [f"{it.kind}: {it.sentence}" for it in self.audit.findings]
        return said + self.findings + [f"broke: {why}" for why in self.broke]


def run(options: Options, place: Path) -> Outcome:
    begun = time.monotonic()
    lease, timeout = (5, 2) if options.short else (8, 3)
    lease = 4 if options.one_death else lease
    nice = options.nice
    with world(place, options.database, lease=lease, timeout=timeout, nice=nice) as here:
        outcome = _Run(options, here).run()
    outcome.seconds, outcome.speed = time.monotonic() - begun, options.speed
    return outcome


def _errands(count: int) -> list[Errand]:
    """One post each, and every tenth person writes another one."""
    return [
        Errand(n, "plain", CARE, f"kakuu_{n if n % 10 else max(1, n - 5):06}", None)
        for n in range(1, count + 1)
    ]


def _acts(random: Random, seconds: float, *, short: bool) -> list[Act]:
    """More deaths than otherwise, and those who press the wave among them."""
    drawn = [it for it in plan.acts(random, seconds, short=short) if it.what not in NOT_HERE]
    if short:
        drawn = [it for it in drawn if it.what in QUICK]
    kills = max(2, round(seconds / 8))
    drawn += [Act(random.uniform(0.1, 0.95) * seconds, "kill") for _ in range(kills)]
    return sorted(drawn, key=lambda it: it.at)


class _Run:
    def __init__(self, options: Options, here: World) -> None:
        self._options, self._world = options, here
        self._begun = time.monotonic()
        random = Random(options.seed)
        self._errands = _errands(options.people)
        self._seconds = options.seconds
        self._fleet = Fleet(here, random, short=options.short)
        self._watcher = Watcher(here.database.url)
        self._planned = self._seconds if options.short else max(60.0, options.people / 5)
        quiet = options.calm or options.one_death
        acts = [] if quiet else _acts(random, self._planned, short=options.short)
        self._fleet.deadly = False  # before the incident nobody dies: that is what it is held to
        self._deadly = not quiet
        self._fleet.once = [options.one_death] * SENDERS if options.one_death else []
        self._conductor = Conductor(
            here, self._fleet, acts, Random(options.seed + 1), self._how_far
        )
        self._fleet.heard.append(self._watcher.died)
        self._agents = crowd.Agents(
            here, Random(options.seed + 2), options.agents_answer, self._seconds
        )
        self._resumer = crowd.Resumer(here)
        self._looker: crowd.Looker | None = None
        self._pages: dict[str, Any] = {}
        self._since = 0.0
        early, later = self._errands[: options.early], self._errands[options.early :]
        self._first = Customers(here, early, 20.0)
        self._customers = Customers(here, later, options.per_second)

    def run(self) -> Outcome:
        with ExitStack() as stack:
            self._fleet.start()
            stack.callback(self._fleet.stop)
            if self._options.web:
                web = Web(self._world)
                stack.callback(web.stop)
                self._looker = crowd.Looker(Browser(self._world, web.url))
            self._before()
            crowd.open_incident(self._world, PER_MINUTE)
            self._fleet.deadly = self._deadly
            self._conducted = time.monotonic()
            helpers = (self._watcher, self._agents, self._resumer, self._customers)
            for thread in (*helpers, self._conductor):
                thread.start()
            self._until_done()
            if self._looker is not None:
                self._looker.stop()
                self._note_pages("outage")
            self._fleet.deadly = False
            self._settle()
            for helper in (self._agents, self._resumer):
                helper.stop()
            self._watcher.stop()
            self._look_at_leisure("after")
        return self._outcome()

    def _before(self) -> None:
        """The first ones write, and all goes as on any day: how long do pages and replies take?"""
        self._first.start()
        until(
            lambda: crowd.tickets(self._world) >= self._options.early,
            "the first tickets",
            patience=60,
        )
        if self._looker is None:
            return
        self._look_at_leisure("calm")
        self._agents.before(min(IDLE_ANSWERS, self._options.early // 2))
        self._since = time.monotonic()
        self._looker.start()

    def _look_at_leisure(self, when: str) -> None:
        """Nothing else goes on meanwhile."""
        if self._looker is not None:
            self._since = time.monotonic()
            self._looker.look(IDLE_LOOKS)
            self._note_pages(when)

    def _note_pages(self, when: str) -> None:
        """As an agent waited for them, and what they waited for in the server."""
        assert self._looker is not None
        served = pages.within(self._world.place, self._since, time.monotonic())
        self._pages[when] = self._looker.taken() | {"served": served}

    def _how_far(self) -> float:
        """In seconds of the plan: by what was tried, or what waits for a slow desk piles up."""
        if self._options.short:
            return time.monotonic() - self._conducted
        return self._planned * self._watcher.tried / (0.85 * len(self._errands))

    def _until_done(self) -> None:
        deadline = time.monotonic() + 4 * self._seconds + 240
        while time.monotonic() < deadline:
            left = len(self._errands) - self._first.written - self._customers.written
            self._say(f"{left} to write, {self._watcher.tried} sent, {self._agents.left} by hand")
            if not left and not self._conductor.is_alive():
                break
            time.sleep(LOOK_EVERY)
        self._conductor.finish()

    def _settle(self) -> None:
        """Until nothing is left to do, or long enough."""
        deadline = time.monotonic() + (90 if self._options.short else 900)
        while time.monotonic() < deadline:
            found, facts = self._audit(), read_waves(self._world.database.url)
            wanting = judge(read_x(str(self._world.x.file)), facts, len(self._errands))
            self._say(f"{len(found.findings)} + {len(wanting)} findings, {facts.states}")
            if is_settled(found) and not wanting:
                return
            time.sleep(LOOK_EVERY)

    def _audit(self) -> Audit:
        """A wave presses of itself; its keys follow from who was hit."""
        ledger = [*self._world.ledger.lines]
        keys = read_waves(self._world.database.url).keys
        ledger += [{"what": "pressed", "key": key, "serial": 0} for key in keys]
        return audit(read_x(str(self._world.x.file)), read_desk(self._world.database.url), ledger)

    def _outcome(self) -> Outcome:
        facts, x = read_waves(self._world.database.url), read_x(str(self._world.x.file))
        agents = {
            "idle": crowd.seconds(facts.agents_took.get(crowd.IDLE, [])),
            "outage": crowd.seconds(facts.agents_took.get(crowd.MEANWHILE, [])),
        }
        return Outcome(
            audit=self._audit(),
            waves=facts,
            findings=judge(x, facts, len(self._errands)) + self._waited(agents),
            faults=self._conductor.counted() + self._fleet.ended,
            broke=[line["why"] for line in self._world.ledger.of("broke")],
            pages=self._pages | self._compared(),
            agents=agents,
            unresolved=len(self._watcher.unresolved),
        )

    def _compared(self) -> dict[str, Any]:
        before = {f"as_{it}": self._pages[it] for it in ("calm", "after") if it in self._pages}
        busy = self._pages.get("outage", {})
        return {name: pages.ratio(it, busy) for name, it in before.items() if busy}

    def _waited(self, agents: dict[str, Any]) -> list[str]:
        """Where nothing goes wrong, an agent's reply does not wait for the wave."""
        idle, busy = agents["idle"].get("p95_s"), agents["outage"].get("p95_s")
        if not self._options.calm or idle is None or busy is None or busy <= idle + LONGER:
            return []
        return [f"slow: agents' replies took {busy} s in the wave, {idle} s before it."]

    def _say(self, words: str) -> None:
        if self._options.says_how_far:
            at = time.monotonic() - self._begun
            print(f"{at:6.1f} s: {words}", file=sys.stderr, flush=True)
