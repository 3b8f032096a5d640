"""What a run will do, drawn from its seed: who writes, what is pressed, what goes wrong."""

from collections import Counter
from dataclasses import dataclass
from random import Random

from tests.faults.steps import STEPS
from tests.faults.world import CARE, LABO

FOLLOWS = 0.15
"""Share of public posts with which a customer goes on in a thread."""
SAME_WORDS = "お待たせしており申し訳ございません。復旧まで今しばらくお待ちください。"

# What a reply is like, and how it is pressed, with the share of each.
KINDS = {
    "plain": 0.50,
    "split": 0.11,
    "dm": 0.12,
    "picture": 0.03,
    "same_words": 0.02,
    "by_hand": 0.01,
    "race": 0.03,
    "twice": 0.03,
    "web": 0.04,
    "web_twice": 0.02,
    "scheduled": 0.04,
    "undone": 0.05,
}
"""dm: privately; picture: with one; same_words: words that went to others; by_hand: X does not let
the API answer; race: two agents at once; twice: the form is sent again; web: through the web
server; web_twice: by two clicks at once; scheduled: for a moment later; undone: taken back."""
AT_LEAST = dict.fromkeys(KINDS, 2) | {"dm": 5}
ONE_ACCOUNT = {"undone": LABO, "same_words": CARE}
"""Labo has a time to take replies back; what Care has said X refuses to hear from it again."""


@dataclass(frozen=True)
class Errand:
    """One customer's message and the reply it will get."""

    serial: int
    kind: str
    account: str
    by: str
    """Username of the customer."""
    follows: int | None
    """Serial of the post in whose thread it goes on."""

    @property
    def words(self) -> str:
        named = "" if self.kind == "dm" else f"@{self.account} "
        return f"{named}つながりにくいです（{self.serial:06}）"

    @property
    def answer(self) -> str:
        if self.kind == "same_words":
            return SAME_WORDS
        first = f"受付番号{self.serial:06}の件、確認いたします。"
        if self.kind != "split":
            return first
        more = (f"通信の状態を順に確かめております（{self.serial:06}-{n}）。" for n in range(16))
        return first + "".join(more)


@dataclass(frozen=True)
class Act:
    """Something that goes wrong, so many seconds after the beginning."""

    at: float
    what: str
    number: float = 0.0
    """Seconds it lasts, or times it happens."""


def errands(random: Random, count: int, *, web: bool) -> list[Errand]:
    kinds = [kind for kind, least in AT_LEAST.items() for _ in range(least)][: max(count, 0)]
    kinds += random.choices([*KINDS], [*KINDS.values()], k=max(0, count - len(kinds)))
    if not web:
        kinds = [{"web": "plain", "web_twice": "twice"}.get(kind, kind) for kind in kinds]
    random.shuffle(kinds)
    made: list[Errand] = []
    open_threads: list[Errand] = []
    for serial, kind in enumerate(kinds, start=1):
        made.append(_errand(random, serial, kind, open_threads))
        if kind in ("plain", "split", "twice"):
            open_threads = [*open_threads, made[-1]][-20:]
    return made


def _errand(random: Random, serial: int, kind: str, threads: list[Errand]) -> Errand:
    if kind in ("plain", "split") and threads and random.random() < FOLLOWS:
        before = threads.pop(random.randrange(len(threads)))
        return Errand(serial, kind, before.account, before.by, before.serial)
    account = ONE_ACCOUNT.get(kind) or (LABO if random.random() < 0.4 else CARE)
    return Errand(serial, kind, account, f"kakuu_{serial:06}", None)


# What goes wrong in a minute of a long run, and how often.
ACTS = {
    "kill": 6,
    "freeze": 2,
    "cut_post": 4,
    "lost_post": 2,
    "late_post": 1,
    "silence": 1,
    "refuse_503": 3,
    "limited": 2,
    "unauthorized": 1,
    "no_credits": 0.5,
    "cut_dm": 2,
    "cut_delete": 1,
    "cut_read": 2,
    "cut_mentions": 1,
    "lost_picture": 1,
    "flush": 3,
    "no_valkey": 1,
    "no_database": 0.4,
    "no_x": 0.7,
    "clock": 1,
    "lost_pushes": 1,
}
"""kill: -9 at a random instant; freeze: asleep beyond its lease; cut_post: accepted, then cut;
lost_post: cut, not accepted; late_post: accepted after the client gave up; silence: a timeout,
not accepted; limited: 429; flush, no_valkey: the queue is emptied, or gone for a while; clock: an
hour forward or back, and back again; lost_pushes: webhook deliveries are lost and doubled."""
LASTS = {
    "no_database": (30.0, 2.0),
    "no_valkey": (6.0, 1.0),
    "no_x": (4.0, 1.0),
    "clock": (12.0, 3.0),
}
"""Seconds these last in a long run, and in a short one."""
NOT_IN_SHORT = ("cut_mentions",)
"""After a read that failed the desk rests for half a minute."""


def acts(random: Random, seconds: float, *, short: bool) -> list[Act]:
    """Each kind at least once, the rest as often as its rate says, at random moments."""
    drawn: list[Act] = []
    for what, rate in ACTS.items():
        times = what not in NOT_IN_SHORT if short else max(1, round(rate * seconds / 60))
        for _ in range(times):
            lasts = LASTS.get(what, (0.0, 0.0))[short]
            drawn.append(Act(_moment(random, seconds, short=short, lasts=lasts > 0), what, lasts))
    return sorted(drawn, key=lambda act: act.at)


def _moment(random: Random, seconds: float, *, short: bool, lasts: bool) -> float:
    """In a short run X is told early: there are few calls to go wrong."""
    if not short:
        return random.uniform(0.05, 0.95) * seconds
    return random.uniform(0.3, 0.9) * seconds if lasts else random.uniform(0.0, 0.2) * seconds


def death(random: Random, met: Counter[str], *, short: bool) -> str:
    """Where the next worker dies: at one of the steps that were `met` least so far, soon at first.

    Empty where every step was met and a short run has seen enough.
    """
    fewest = min(met[step] for step in STEPS)
    if short and fewest:
        return ""
    step = random.choice([step for step in STEPS if met[step] == fewest])
    return f"{step}:{random.randrange(1, 150 if fewest else 3)}"
