"""Who talks about something, when, and about what: read out of the posts of one search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import pairwise

from support.x.posts import Person, Post
from support.x.volumes import Volume

BANDS = (100, 1_000, 10_000, 100_000)
"""Followers from which the next band begins."""
FEWEST = 3
"""People who say a thing before it is called a topic here."""
MOST = 12
ALIKE = 0.7
"""Of two phrases that so many of the same people say, the longer stands for both."""


@dataclass(frozen=True)
class Band:
    """People with `least` followers or more, and fewer than `below`; both None: X told nothing."""

    least: int | None
    below: int | None
    people: int
    share: float


@dataclass(frozen=True)
class Voice:
    """Somebody many follow, and how often they spoke."""

    person: Person
    posts: int


def authors(posts: Iterable[Post]) -> dict[str, list[Post]]:
    """The posts by who wrote them."""
    found: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        found[post.author_x_id].append(post)
    return found


def bands(posts: Iterable[Post]) -> list[Band]:
    """People by how many follow them; those X told nothing of come last."""
    people = [its[0].author for its in authors(posts).values()]
    numbers = [it.followers if it is not None else None for it in people]
    edges = [0, *BANDS, None]
    found = []
    for least, below in pairwise(edges):
        inside = sum(
            n is not None and n >= (least or 0) and (below is None or n < below) for n in numbers
        )
        found.append(Band(least, below, inside, inside / len(people) if people else 0.0))
    unknown = numbers.count(None)
    if unknown:
        found.append(Band(None, None, unknown, unknown / len(people)))
    return found


def reach(posts: Iterable[Post]) -> int:
    """Followers of all who spoke, each speaker once: the most who can have read it there."""
    people = [its[0].author for its in authors(posts).values()]
    return sum(it.followers or 0 for it in people if it is not None)


def loudest(posts: Iterable[Post], most: int = 5) -> list[Voice]:
    """Those most people follow, of accounts everybody can see."""
    found = [
        Voice(its[0].author, len(its))
        for its in authors(posts).values()
        if its[0].author is not None and not its[0].author.protected
    ]
    return sorted(found, key=lambda it: (-(it.person.followers or 0), it.person.x_id))[:most]


def topics(
    posts: Iterable[Post], phrases: Callable[[str], set[str]], left_out: Iterable[str] = ()
) -> list[tuple[str, int]]:
    """What several people say, and how many; `left_out`: the words that were searched for."""
    said: dict[str, set[str]] = defaultdict(set)
    known = {it.casefold() for it in left_out}
    for author, its in authors(posts).items():
        for phrase in {it for post in its for it in phrases(post.text)}:
            if phrase.casefold() not in known:
                said[phrase].add(author)
    ranked = sorted(
        ((phrase, who) for phrase, who in said.items() if len(who) >= FEWEST),
        key=lambda it: (-len(it[1]), -len(it[0]), it[0]),
    )
    chosen: list[tuple[str, set[str]]] = []
    for phrase, who in ranked:
        if not any(len(who & other) >= ALIKE * len(who | other) for _, other in chosen):
            chosen.append((phrase, who))
    return [(phrase, len(who)) for phrase, who in chosen[:MOST]]


def by_hour(hours: Sequence[Volume], zone: tzinfo) -> list[list[int]]:
    """Posts by weekday, Monday first, and hour of the day there."""
    grid = [[0] * 24 for _ in range(7)]
    for it in hours:
        begins = it.begins_at.astimezone(zone)
        grid[begins.weekday()][begins.hour] += it.posts
    return grid
