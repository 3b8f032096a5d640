"""What goes wrong on the way to a webhook: so often, and always the same for one seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import timedelta

RATES = ("duplicate", "late", "reorder", "lose", "bad_signature", "wrong_secret", "cut")
FLAWS = ("bad_signature", "wrong_secret", "cut")
"""Of the first attempt only: X tries again, and then it goes well."""
LARGEST_DELAY = 86_400.0
REORDER_WITHIN = 2.0
"""Seconds a reordered event is held back at most, so that later ones overtake it."""


@dataclass(frozen=True)
class Mishaps:
    """Each rate is the share of events it happens to, 0 to 1."""

    duplicate: float = 0.0
    late: float = 0.0
    reorder: float = 0.0
    lose: float = 0.0
    bad_signature: float = 0.0
    wrong_secret: float = 0.0
    cut: float = 0.0
    late_seconds: float = 3.0
    seed: int = 0


@dataclass(frozen=True)
class Fate:
    """What becomes of one event: a delay for each copy of it; none when it is lost."""

    delays: tuple[timedelta, ...] = (timedelta(0),)
    flaw: str | None = None


@dataclass
class Dice:
    mishaps: Mishaps = field(default_factory=Mishaps)

    def __post_init__(self) -> None:
        self._fates = self._roll()

    def fate(self) -> Fate:
        """The next event's."""
        return next(self._fates)

    def _roll(self) -> Iterator[Fate]:
        source = random.Random(self.mishaps.seed)  # noqa: S311
        while True:
            # As many draws for every event, so that one rate does not move the others' events.
            drawn = {name: source.random() < getattr(self.mishaps, name) for name in RATES}
            yield self._fate(drawn, held=source.random(), apart=source.random())

    def _fate(self, drawn: dict[str, bool], held: float, apart: float) -> Fate:
        if drawn["lose"]:
            return Fate(())
        seconds = self.mishaps.late_seconds * drawn["late"]
        seconds += held * REORDER_WITHIN * drawn["reorder"]
        delays = [timedelta(seconds=seconds)]
        if drawn["duplicate"]:
            delays.append(timedelta(seconds=seconds + apart))
        flaw = next((name for name in FLAWS if drawn[name]), None)
        return Fate(tuple(delays), flaw)


def names() -> list[str]:
    return [item.name for item in fields(Mishaps)]
