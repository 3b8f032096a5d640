"""What the guard found, as lines beside the draft; and the answer to pressing send."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, request
from flask_babel import lazy_gettext as _l

from support.agents.records import Agent
from support.db import db, storable
from support.errors import Refused
from support.replies import guard, guarding
from support.replies.findings import Finding, grouped
from support.replies.guard import About
from support.replies.pressing import Draft
from support.replies.wordlists import Level
from support.tickets.records import Ticket

MOST_PIECES = 5
LONGEST_PIECE = 60
TONES = {Level.STOP: "danger", Level.REASON: "warn", Level.HINT: "accent"}
ICONS = {Level.STOP: "ban", Level.REASON: "shield", Level.HINT: "info"}
WORDS: dict[str, Any] = {
    Level.STOP: _l("送信不可"),
    Level.REASON: _l("理由が必要"),
    Level.HINT: _l("確認"),
}
TO_DM = frozenset(
    {"phone", "landline", "mail", "postal", "address", "own_number", "told", "real_name", "asks"}
    | {"customer_number"}
)
"""Kinds of finding a direct message is the answer to."""


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(guard_levels=WORDS)


@dataclass(frozen=True)
class Line:
    """Findings that say the same, with the pieces of the draft they are about."""

    kind: str
    level: Level
    sentence: str
    values: dict[str, str]
    pieces: tuple[str, ...]
    more: int = 0
    to_dm: bool = False
    in_alt: bool = False
    """About the alternative text of a picture."""

    @property
    def tone(self) -> str:
        return TONES[self.level]

    @property
    def icon(self) -> str:
        return ICONS[self.level]


def lines(found: Sequence[Finding], text: str, *, in_alt: bool = False) -> list[Line]:
    made = []
    for first, same in grouped(list(found)):
        pieces = list(dict.fromkeys(text[it.start : it.end].strip() for it in same))
        shown = tuple(piece[:LONGEST_PIECE] for piece in pieces[:MOST_PIECES] if piece)
        more, to_dm = max(0, len(pieces) - MOST_PIECES), first.kind in TO_DM
        made.append(
            Line(first.kind, first.level, first.sentence, first.values, shown, more, to_dm, in_alt)
        )
    return made


def seen_in(ticket: Ticket, agent: Agent, text: str) -> list[Line]:
    """What the guard says to a draft in this ticket."""
    return lines(guarding.findings(db.session(), ticket, agent, text), text)


def asked_for(found: Sequence[Line]) -> str:
    """The kinds a reason is asked for, as the form carries them."""
    return " ".join(sorted({line.kind for line in found if line.level is Level.REASON}))


def reason_given() -> str:
    """Why the agent sends it all the same, as the form has it."""
    reason = " ".join(storable(request.form.get("guard_reason", "")).split())
    return reason[: guarding.LONGEST_REASON]


class Held(Refused):
    """The guard holds the draft back. `in_alts`: what it says to alternative texts."""

    def __init__(self, refusal: Refused, in_alts: list[Line]) -> None:
        super().__init__(refusal.field, refusal.sentence, **refusal.values)
        self.in_alts = in_alts


def pass_through(ticket: Ticket, draft: Draft, agent: Agent) -> list[Finding]:
    """What was found in the draft and may go. Raises Held where it must not go as it is."""
    if guarding.is_pressed(db.session(), draft.key):
        return []
    about = guarding.about(db.session(), ticket, agent)
    alts = [(picture.alt, guard.read(picture.alt, about)) for picture in draft.pictures]
    found = [*guard.read(draft.body, about), *(it for _, of_alt in alts for it in of_alt)]
    try:
        guarding.may_go(found, reason_given(), set(request.form.get("guard_for", "").split()))
    except Refused as refusal:
        said = [line for alt, of_alt in alts for line in lines(of_alt, alt, in_alt=True)]
        raise Held(refusal, said) from refusal
    return found


def prepared(texts: Sequence[str], *, private: bool) -> list[list[Line]]:
    """What it says to texts for no one customer; their blanks are no leftovers."""
    about: About = guarding.about_us(db.session(), None, private=private)
    return [
        lines(
            [it for it in guard.read(text, about) if text[it.start : it.start + 1] not in "{｛"],
            text,
        )
        for text in texts
    ]
