"""What people talk about more than before: the phrases that set a period apart from the last.

What a phrase is, search/phrases.py says. People are counted, not posts: whoever writes ten times is
one.

How far apart two periods are is the signed root of the log-likelihood ratio (Dunning 1993): unlike
a ratio of shares it knows how little a few people prove, and unlike an odds ratio with a prior it
does not miss what nobody said before.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import NamedTuple

from support.search.phrases import BLAND, folded, phrases

FEWEST = 5
"""People; what fewer said is nobody's topic, and could tell who they are."""
LEAST = 3.5
"""Standard deviations: by chance one phrase in some thousand gets there."""
MOST = 10
ALIKE = 0.6
"""Of two phrases that so many of the same people say, the more telling one stands for both."""


class Said(NamedTuple):
    """One message: who wrote it, in which ticket, and whether in a direct message."""

    person: int
    ticket: int
    message: int
    private: bool
    text: str


@dataclass(frozen=True, slots=True)
class Topic:
    """`people` said it, of whom `private` only in direct messages; `before` so many of before.

    examples  up to three public messages of different people, the newest first
    """

    phrase: str
    people: int
    private: int
    before: int
    strength: float
    tickets: Sequence[int]
    examples: Sequence[int]


@dataclass(frozen=True, slots=True)
class Topics:
    """The most telling first; of how many people of now and of before."""

    found: Sequence[Topic] = ()
    people: int = 0
    before: int = 0

    def named(self, phrase: str) -> Topic | None:
        return next((it for it in self.found if it.phrase == phrase), None)


def compare(now: Sequence[Said], before: Sequence[Said], names: Collection[str] = ()) -> Topics:
    """`names`: of ourselves and our people, which everybody says."""
    left_out = frozenset(folded(name) for name in names) | BLAND
    here, there = _spoken(now, left_out), _spoken(before, left_out)
    people, others = _people(now), _people(before)
    if not people or not others:
        return Topics((), people, others)
    telling: list[tuple[float, str]] = []
    for phrase, said in here.items():
        count = len({it.person for it in said})
        if count >= FEWEST:
            was = len({it.person for it in there.get(phrase, ())})
            apart = strength(count, people, was, others)
            if apart >= LEAST:
                telling.append((apart, phrase))
    chosen = _apart(sorted(telling, key=_rank), here)
    return Topics(
        [_topic(phrase, apart, here[phrase], there.get(phrase, ())) for apart, phrase in chosen],
        people,
        others,
    )


def _rank(it: tuple[float, str]) -> tuple[float, bool, int, str]:
    """Of what is equally telling a name comes before what is not possible, then the longer."""
    apart, phrase = it
    return -round(apart, 6), phrase.endswith(("ない", "ません")), -len(phrase), phrase


def strength(said: int, people: int, was: int, others: int) -> float:
    """How many standard deviations more people say it than did; below 0: fewer."""
    share = (said + was) / (people + others)
    ratio = _likelihood(said, people, share) + _likelihood(was, others, share)
    root = sqrt(max(2 * ratio, 0.0))
    return root if said * others >= was * people else -root


def _likelihood(said: int, people: int, share: float) -> float:
    """Of a share of one's own over that of both."""
    found = said * log(said / (people * share)) if said else 0.0
    if said < people:
        found += (people - said) * log((people - said) / (people * (1 - share)))
    return found


def _spoken(said: Iterable[Said], left_out: Collection[str]) -> Mapping[str, list[Said]]:
    found: dict[str, list[Said]] = defaultdict(list)
    for one in said:
        for phrase in phrases(one.text, left_out):
            found[phrase].append(one)
    return found


def _people(said: Iterable[Said]) -> int:
    return len({it.person for it in said})


def _apart(
    telling: Sequence[tuple[float, str]], here: Mapping[str, list[Said]]
) -> list[tuple[float, str]]:
    """Without what other words for the same are; of one strength the longer comes first."""
    chosen: list[tuple[float, str, set[int]]] = []
    for apart, phrase in telling:
        theirs = {it.person for it in here[phrase]}
        if not any(len(theirs & known) >= ALIKE * len(theirs | known) for *_it, known in chosen):
            chosen.append((apart, phrase, theirs))
        if len(chosen) == MOST:
            break
    return [(apart, phrase) for apart, phrase, _people in chosen]


def _topic(phrase: str, apart: float, said: Sequence[Said], were: Iterable[Said]) -> Topic:
    people = {it.person for it in said}
    public = {
        it.person: it.message for it in sorted(said, key=lambda it: it.message) if not it.private
    }
    return Topic(
        phrase=phrase,
        people=len(people),
        private=len(people - public.keys()),
        before=_people(were),
        strength=round(apart, 2),
        tickets=sorted({it.ticket for it in said}, reverse=True),
        examples=sorted(public.values(), reverse=True)[:3],
    )
