"""One run: the desk works, things go wrong, all is left to settle, and the auditor looks."""

import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy import text

from tests.faults import plan
from tests.faults.auditor import Audit, audit
from tests.faults.browser import Browser
from tests.faults.conductor import HOUR, Conductor
from tests.faults.customers import Customers
from tests.faults.facts import read_desk, read_x, story
from tests.faults.operators import Operators
from tests.faults.presser import Presser
from tests.faults.processes import Fleet, Web
from tests.faults.report import Outcome, parts_named
from tests.faults.stand_ins import INDEX
from tests.faults.steps import steps_met
from tests.faults.watcher import Watcher
from tests.faults.world import World, world

LOOK_EVERY = 2.0
PASSING = ("unknown", "account_stopped")
"""What can be seen and will not stay: a look, or an operator, ends it."""


@dataclass(frozen=True)
class Options:
    replies: int
    seed: int
    database: str
    short: bool = False
    """A few seconds of faults, for the tests; else a minute at least."""
    web: bool = True
    says_how_far: bool = False
    without: str = ""
    """A guard that is taken away, to see that the auditor notices."""

    @property
    def lease(self) -> int:
        return 5 if self.short else 8

    @property
    def timeout(self) -> int:
        """Seconds a call to X may take."""
        return 2 if self.short else 3

    @property
    def per_second(self) -> float:
        return 5.0 if self.short else 12.0

    @property
    def seconds(self) -> float:
        """How long things go wrong."""
        return max(6.0 if self.short else 60.0, self.replies / self.per_second)

    @property
    def takes_back(self) -> int:
        """How many of our posts are taken down from X again."""
        return max(2, self.replies // 60)

    @property
    def patience(self) -> tuple[float, float]:
        """Seconds to settle: until the clock is put forward an hour, and from then on."""
        return (30.0, 120.0) if self.short else (60.0, 180.0)


def run(options: Options, place: Path) -> Outcome:
    begun = time.monotonic()
    with world(place, options.database, lease=options.lease, timeout=options.timeout) as here:
        outcome = _Run(options, here).run()
    outcome.seconds = time.monotonic() - begun
    return outcome


class _Run:
    def __init__(self, options: Options, here: World) -> None:
        self._options, self._world = options, here
        self._begun = time.monotonic()
        self._random = Random(options.seed)
        self._errands = plan.errands(self._random, options.replies, web=options.web)
        acts = plan.acts(self._random, options.seconds, short=options.short)
        self._fleet = Fleet(here, self._random, short=options.short, without=options.without)
        self._watcher = Watcher(here.database.url)
        chance = Random(options.seed + 1)
        self._conductor = Conductor(here, self._fleet, acts, chance, self._how_far)
        self._fleet.heard.append(self._watcher.died)
        self._operators = Operators(
            here, Random(options.seed + 2), self._conductor.x_is_steady, options.takes_back
        )
        self._customers = Customers(here, self._errands, options.per_second)

    def run(self) -> Outcome:
        self._take_guards_away()
        with ExitStack() as stack:
            browser = None
            if self._options.web:
                web = Web(self._world)
                stack.callback(web.stop)
                browser = Browser(self._world, web.url)
            presser = Presser(
                self._world,
                self._errands,
                browser,
                self._options.per_second * 2,
                lambda: self._watcher.waiting,
            )
            self._fleet.start()
            stack.callback(self._fleet.stop)
            for thread in (self._watcher, self._operators, self._customers, presser):
                thread.start()
            self._conductor.start()
            self._until_done(presser)
            self._fleet.deadly = self._options.short
            settled = self._settle()
            presser.stop()
            self._operators.stop()
            if settled:  # but for what they did last
                self._settle()
            self._watcher.stop()
            self._faults = self._conductor.counted()
        return self._outcome()

    def _how_far(self) -> float:
        """In seconds of the plan: by the clock where it is short, else by what was tried."""
        if self._options.short:
            return time.monotonic() - self._begun
        return self._options.seconds * self._watcher.tried / len(self._errands)

    def _take_guards_away(self) -> None:
        """Those that do not stand in the workers; and X's own, which would hide what is missing."""
        if self._options.without:
            self._world.x.switches = {"duplicate_hours": 0}
            self._world.x.tell("switches", self._world.x.switches)
        if self._options.without == INDEX:
            with self._world.engine.begin() as connection:
                connection.execute(text("DROP INDEX uq_replies_live_answer"))

    def _until_done(self, presser: Presser) -> None:
        """Every reply is pressed and everything that goes wrong went wrong."""
        deadline = time.monotonic() + 5 * self._options.seconds + 300
        while (presser.left or self._conductor.is_alive()) and time.monotonic() < deadline:
            self._say(f"{presser.left} to press")
            time.sleep(LOOK_EVERY)
        self._conductor.finish()

    def _settle(self) -> bool:
        """Waits until nothing is left to do: True then. An hour passes before it gives up."""
        before, after = self._options.patience
        deadline, hour = time.monotonic() + before, False
        while True:
            found = self._audit()
            self._say(f"{len(found.findings)} findings, {dict(found.stopped)}")
            if is_settled(found):
                return True
            if time.monotonic() > deadline:
                if hour:
                    return False
                self._world.set_clock(HOUR)
                deadline, hour = time.monotonic() + after, True
            time.sleep(LOOK_EVERY / 2)

    def _audit(self) -> Audit:
        ledger = [*self._world.ledger.lines]
        return audit(read_x(str(self._world.x.file)), read_desk(self._world.database.url), ledger)

    def _outcome(self) -> Outcome:
        met = steps_met(self._world.place / "deaths.jsonl")
        faults = self._faults + Counter({f"died_{step}": count for step, count in met.items()})
        ledger, last = self._world.ledger, self._audit()
        url, unresolved = self._world.database.url, self._watcher.unresolved
        took, slowest = self._watcher.longest
        if slowest:
            self._say(f"longest in doubt ({took:.0f} s), {story(url, slowest)}")
        return Outcome(
            audit=last,
            pressed=len({line["key"] for line in ledger.of("pressed")}),
            broke=[line["why"] for line in ledger.of("broke")],
            faults=faults + self._fleet.ended + Counter(resumed=self._operators.resumed),
            recovered=sorted(self._watcher.seconds),
            unresolved=unresolved,
            stories=[story(url, part_id) for part_id in parts_named(last) + unresolved],
        )

    def _say(self, words: str) -> None:
        """How far it is, for whoever waits."""
        if self._options.says_how_far:
            at = time.monotonic() - self._begun
            print(f"{at:6.1f} s: {words}", file=sys.stderr, flush=True)


def is_settled(found: Audit) -> bool:
    """Whether time would change nothing any more."""
    hopeless = found.count("duplicate")
    return len(found.findings) == hopeless and not any(found.stopped[why] for why in PASSING)
