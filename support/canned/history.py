"""What became of an answer's file: each change made at the desk, and those made beside it."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Kind = Literal["made", "changed", "taken_away", "outside"]
AROUND = 2
"""Lines shown before and after a change."""


class Edit(Protocol):
    """A change made at the desk: the file before and after, "" where there was none."""

    @property
    def before(self) -> str: ...
    @property
    def after(self) -> str: ...


Version = tuple[Edit, Literal["before", "after"]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a comparison; `sign` is "+", "-", " ", or "…" where lines are left out."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One change. `edit` is None for one that was not made at the desk."""

    kind: Kind
    edit: Edit | None
    lines: list[Line]
    version: Version | None
    """Where the text after this change is kept; None where nothing keeps it."""
    current: bool = False
    """Whether this is how the file stands."""


def entries(edits: Sequence[Edit], now: str) -> list[Entry]:
    """The history, the newest first. `edits` are in their order, `now` is the file's text.

    A change made beside the desk shows where one text does not follow from the one before it.
    """
    told: list[Entry] = []
    known = ""
    for place, edit in enumerate(edits):
        if edit.before != known:
            first = place == 0
            old = "" if first else known
            told.append(Entry("outside", None, compared(old, edit.before), (edit, "before")))
        kind: Kind = "taken_away" if not edit.after else "changed" if edit.before else "made"
        version: Version | None = (edit, "after") if edit.after else None
        told.append(Entry(kind, edit, compared(edit.before, edit.after), version))
        known = edit.after
    if now != known:
        told.append(Entry("outside", None, compared(known, now) if edits else [], None, bool(now)))
    elif told and now:
        last = told.pop()
        told.append(Entry(last.kind, last.edit, last.lines, last.version, current=True))
    return told[::-1]


def compared(old: str, new: str) -> list[Line]:
    """Line by line, what went and what came, with a little around it."""
    lines: list[Line] = []
    before, after = old.splitlines(), new.splitlines()
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for group in matcher.get_grouped_opcodes(AROUND):
        if lines or group[0][1] > 0:
            lines.append(Line("…", ""))
        for tag, a, b, c, d in group:
            if tag == "equal":
                lines += [Line(" ", text) for text in before[a:b]]
                continue
            lines += [Line("-", text) for text in before[a:b]]
            lines += [Line("+", text) for text in after[c:d]]
    return lines
