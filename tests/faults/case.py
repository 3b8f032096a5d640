"""One run before the auditor: what X has, what the desk has, what people say they did."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.faults.facts import DeskFacts, XFacts

DUPLICATE, LOST, WRONG = "duplicate", "lost", "wrong"
Found = Iterator[tuple[str, str]]
"""Of each finding its kind (duplicate, lost or otherwise wrong) and a sentence with ids."""
Item = TypeVar("Item")


@dataclass
class Case:
    x: XFacts
    desk: DeskFacts
    ledger: Sequence[dict[str, Any]]
    lines: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    """What people did, by what it was."""
    stopped: Counter[str] = field(default_factory=Counter)
    """Parts that are not out, by why; counted while they are looked at."""
    posted_once: int = 0

    def __post_init__(self) -> None:
        for line in self.ledger:
            self.lines[line["what"]].append(line)
        self.typed = {line["x_id"] for line in self.lines["typed"]}
        """Posts of ours that a person typed on X."""
        self.ours = [it for it in self.x.by_us() if it.x_id not in self.typed]


def folded(text: str) -> str:
    """Words as X and the desk may both write them."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def grouped(items: Iterable[Item], by: Callable[[Item], Hashable]) -> dict[Any, list[Item]]:
    groups: dict[Any, list[Item]] = defaultdict(list)
    for item in items:
        groups[by(item)].append(item)
    return groups
