"""A note as it is drawn: with the names of colleagues marked, and who can be named."""

from collections.abc import Iterable

from support.agents.records import Agent
from support.tickets.mentions import Colleague, mentions
from support.web.tickets.segments import Segment


def people(agents: Iterable[Agent]) -> list[Colleague]:
    """Those at work, as a note may name them."""
    return [Colleague(it.id, it.family_name, it.given_name, it.initials, it.email) for it in agents]


def pieces(text: str, known: Iterable[Colleague]) -> list[Segment]:
    """The note, with the names of colleagues marked."""
    made, at = [], 0
    for it in mentions(text, known):
        if it.colleague is not None:
            made += [Segment(text[at : it.start]), Segment(text[it.start : it.end], marked=True)]
            at = it.end
    return [piece for piece in [*made, Segment(text[at:])] if piece.text]
