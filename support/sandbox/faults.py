"""Misfortunes on request, for any endpoint family. They last until used up or cleared."""

import random
import threading
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

Kind = Literal[
    "accept_then_cut",
    "cut",
    "refuse_503",
    "rate_limited",
    "rate_limited_day",
    "timeout",
    "slow",
    "unauthorized",
    "no_credits",
    "partial",
]
"""accept_then_cut: done, then the connection closes without an answer.
cut: the connection closes and nothing was done.
timeout: silence for `seconds`, then the connection closes; nothing was done.
slow: the answer comes `seconds` late.
partial: a 200 that gives only the first half of a list and names the rest under `errors`.
The others answer at once and before anything is done: 503, 429 (of the quarter hour or, as the
headers then say, of 24 hours, with `seconds` to the reset), 401, 402."""
KINDS: tuple[Kind, ...] = get_args(Kind)
ANY = "*"


@dataclass(frozen=True)
class Fault:
    kind: Kind
    endpoint: str
    """A family of limits.py, or "*" for all."""
    times: int = 1
    seconds: float = 30.0
    """How long a timeout or a delay lasts, or how far away a rate limit's reset is."""
    after: int = 0
    """How many calls of that endpoint come first."""


@dataclass
class Faults:
    waiting: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, *faults: Fault) -> None:
        with self.lock:
            self.waiting += faults

    def clear(self) -> None:
        with self.lock:
            self.waiting.clear()

    def list(self) -> list[Fault]:
        with self.lock:
            return [*self.waiting]

    def take(self, endpoint: str) -> Fault | None:
        """The oldest fault laid for `endpoint` whose turn it is, used once."""
        with self.lock:
            matching = [fault for fault in self.waiting if fault.endpoint in (endpoint, ANY)]
            due = next((fault for fault in matching if fault.after == 0), None)
            self.waiting = [
                later
                for fault in self.waiting
                for later in (_after_a_call(fault, fault is due) if fault in matching else [fault])
            ]
        return due


def _after_a_call(fault: Fault, struck: bool) -> list[Fault]:
    """What is left of a fault when its endpoint was called."""
    if struck:
        return [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
    return [replace(fault, after=max(0, fault.after - 1))]


def drawn(
    seed: int,
    share: float,
    kinds: tuple[Kind, ...],
    endpoints: tuple[str, ...],
    calls: int,
    seconds: float,
) -> tuple[Fault, ...]:
    """Faults for about `share` of the next `calls` of each endpoint; the same for the same seed."""
    found = []
    for endpoint in endpoints:
        # By name, so that an endpoint's luck does not depend on which others are asked for.
        chance = random.Random(f"{seed} {endpoint}")  # noqa: S311
        for call in range(calls):
            unlucky, kind = chance.random() < share, chance.choice(kinds)
            if unlucky:
                found.append(Fault(kind, endpoint, 1, seconds, after=call))
    return tuple(found)
