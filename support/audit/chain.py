"""The chain: each entry's digest covers the one before it, so that none can be altered unseen."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

Value = int | str | bool | None

START = "0" * 64
"""What the first entry follows."""


@dataclass(frozen=True)
class Facts:
    """All that an entry says."""

    number: int
    at: datetime
    deed: str
    agent_id: int | None
    about: str
    about_id: int | None
    address: str
    sign_in_id: int | None
    data: dict[str, Value]


@dataclass(frozen=True)
class Link:
    """An entry as it is kept."""

    facts: Facts
    previous: str
    digest: str


@dataclass(frozen=True)
class Fault:
    """The first entry that is not as it was written, and what is wrong with it."""

    number: int
    why: str


def canonical(facts: Facts) -> str:
    """One spelling for the same facts, whatever database they come from."""
    told = asdict(facts) | {"at": facts.at.astimezone(UTC).isoformat(timespec="microseconds")}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(previous: str, facts: Facts) -> str:
    return hashlib.sha256(f"{previous}\n{canonical(facts)}".encode()).hexdigest()


def follow(links: Iterable[Link], kept: tuple[int, str] | None = None) -> Fault | tuple[int, str]:
    """Walks the chain from its start; its last number and digest, or the first fault.

    `kept` is a number and a digest noted elsewhere: only that shows a chain cut short, or one
    written anew from its beginning.
    """
    number, previous, found = 0, START, kept is None
    for link in links:
        if link.facts.number != number + 1:
            return Fault(number + 1, f"missing: {link.facts.number} comes after {number}")
        number = link.facts.number
        if link.previous != previous:
            return Fault(number, "does not follow the entry before it")
        if link.digest != digest_of(previous, link.facts):
            return Fault(number, "was altered")
        previous = link.digest
        if kept is not None and kept[0] == number:
            if kept[1] != previous:
                return Fault(number, "is not the one that was noted")
            found = True
    if not found and kept is not None:
        return Fault(number + 1, f"missing: the chain once had {kept[0]} entries")
    return number, previous
