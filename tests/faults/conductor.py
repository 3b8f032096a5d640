"""Whatever can go wrong goes wrong here, when the plan says so."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from random import Random

import redis

from tests.faults.plan import Act
from tests.faults.processes import Fleet
from tests.faults.world import World

HOUR = 3600.0
LAID: dict[str, tuple[str, str, float]] = {
    "cut_post": ("accept_then_cut", "create_post", 0),
    "lost_post": ("cut", "create_post", 0),
    "late_post": ("slow", "create_post", 5),
    "silence": ("timeout", "create_post", 5),
    "refuse_503": ("refuse_503", "create_post", 0),
    "limited": ("rate_limited", "create_post", 3),
    "unauthorized": ("unauthorized", "create_post", 0),
    "no_credits": ("no_credits", "create_post", 0),
    "cut_dm": ("accept_then_cut", "send_dm", 0),
    "cut_delete": ("accept_then_cut", "delete_post", 0),
    "lost_picture": ("cut", "media_upload", 0),
}
"""What X does: its kind, at which call, and how many seconds it lasts."""
READS = {"cut_read": "users/:id/tweets", "cut_mentions": "users/:id/mentions"}
TWICE = ("unauthorized",)
"""Once would only renew the token."""


class Conductor(threading.Thread):
    """Acts one after the other; what lasts does so beside what follows."""

    def __init__(
        self,
        world: World,
        fleet: Fleet,
        acts: list[Act],
        random: Random,
        how_far: Callable[[], float],
    ) -> None:
        """`how_far` the run is, in seconds of its plan: a slow machine meets no more per reply."""
        super().__init__(daemon=True)
        self._world, self._fleet, self._acts, self._random = world, fleet, acts, random
        self._how_far = how_far
        self._lasting: list[threading.Thread] = []
        self._one_at_a_time = {what: threading.Lock() for what in ("database", "valkey", "clock")}
        self.x_is_steady = threading.Lock()
        self.done: Counter[str] = Counter()
        self._deeds: dict[str, Callable[[float], None]] = {
            "kill": lambda _: self._fleet.kill(),
            "freeze": self._freeze,
            "cut_read": lambda _: self._cut_read("cut_read"),
            "cut_mentions": lambda _: self._cut_read("cut_mentions"),
            "flush": self._flush,
            "no_valkey": self._no_valkey,
            "no_database": self._no_database,
            "no_x": self._no_x,
            "clock": self._clock,
            "lost_pushes": self._lost_pushes,
        }

    def run(self) -> None:
        for act in self._acts:
            while self._how_far() < act.at:
                time.sleep(0.1)
            if act.what in LAID:
                self._lay(act.what)
            else:
                self._beside(self._deeds[act.what], act.number)
                self.done[act.what] += 1

    def finish(self) -> None:
        """Nothing new goes wrong any more; what X has been told to do it still may."""
        self.join()
        for thread in self._lasting:
            thread.join()

    def counted(self) -> Counter[str]:
        """What went wrong how often; misfortunes that still wait for their call befell nobody."""
        names = {(kind, endpoint): what for what, (kind, endpoint, _) in LAID.items()}
        met = Counter(self.done)
        for left in self._world.x.control.get("/faults").json():
            reads = {endpoint: what for what, endpoint in READS.items()}
            what = names.get((left["kind"], left["endpoint"])) or reads[left["endpoint"]]
            met[what] -= left["times"]
        return +met

    def _beside(self, deed: Callable[[float], None], number: float) -> None:
        thread = threading.Thread(target=deed, args=(number,), daemon=True)
        thread.start()
        self._lasting.append(thread)

    def _lay(self, what: str) -> None:
        kind, endpoint, seconds = LAID[what]
        times = 2 if what in TWICE else 1
        with self.x_is_steady:
            self._world.x.lay(kind, endpoint, times, seconds)
        self.done[what] += times

    def _freeze(self, _: float) -> None:
        lease = float(self._world.env["DESK_LEASE_SECONDS"])
        self._fleet.freeze(self._fleet.any("send"), lease + 3)

    def _cut_read(self, what: str) -> None:
        kind = self._random.choice(["cut", "refuse_503", "accept_then_cut"])
        with self.x_is_steady:
            self._world.x.lay(kind, READS[what])

    def _flush(self, _: float) -> None:
        with suppress(redis.RedisError), redis.Redis.from_url(self._world.valkey.url) as client:
            client.flushall()

    def _no_valkey(self, seconds: float) -> None:
        with self._one_at_a_time["valkey"]:
            self._world.valkey.stop()
            time.sleep(seconds)
            self._world.valkey.start()

    def _no_database(self, seconds: float) -> None:
        with self._one_at_a_time["database"]:
            database = self._world.database
            (database.stop if self._random.random() < 0.5 else database.crash)()
            time.sleep(seconds)
            database.start()

    def _no_x(self, seconds: float) -> None:
        with self.x_is_steady:
            waiting = self._world.x.control.get("/faults").json()
            self._world.x.stop()
            time.sleep(seconds)
            self._world.x.start()
            for fault in waiting:
                self._world.x.tell("faults", fault)

    def _clock(self, seconds: float) -> None:
        """An hour forward or back, for all processes, and back again."""
        with self._one_at_a_time["clock"]:
            self._world.set_clock(self._random.choice([HOUR, -HOUR]))
            time.sleep(seconds)
            self._world.set_clock(0)

    def _lost_pushes(self, _: float) -> None:
        rates = {"lose": 0.2, "duplicate": 0.2, "reorder": 0.2, "cut": 0.1}
        order = rates | {"seed": self._random.randrange(1_000)}
        with self.x_is_steady:
            self._world.x.tell("deliveries/faults", order)
