"""Answers on their way into the shelf: rows of somebody's file, what is wrong with them, a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from support.canned.drafts import Draft, draft_of, judge
from support.canned.replies import CannedReply
from support.errors import N_

Fields = Mapping[str, "str | tuple[str, ...]"]
"""What a row says, by the names of a draft; what it is silent about stays as it is."""

TWICE = N_("同じID「%(id)s」が%(first)s行目にもあります。")
MOST_ROWS = 5_000
AT_ONCE = 100
MANY = N_("5,000行より後は読みません。ファイルを分けてください。")


@dataclass(frozen=True, slots=True)
class Row:
    """One answer of a file; `number` is its line, row or place, counted from 1."""

    number: int
    fields: Fields


@dataclass(frozen=True, slots=True)
class RowFault:
    """A sentence of the catalogue for whoever made the file; `field` where it is about one."""

    number: int
    sentence: str
    values: Mapping[str, Any] = field(default_factory=dict)
    field: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """What would become of one row."""

    number: int
    kind: Literal["add", "change", "same"]
    reply: CannedReply
    before: CannedReply | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    rows: list[Planned]
    faults: list[RowFault]

    def of(self, kind: str) -> list[Planned]:
        return [row for row in self.rows if row.kind == kind]

    @property
    def to_write(self) -> list[Planned]:
        return [row for row in self.rows if row.kind != "same"]

    def batches(self) -> Iterator[list[tuple[CannedReply, CannedReply | None]]]:
        """What is to be written and what it was known to be, a part at a time.

        Each part is a transaction of its own: on SQLite nobody else writes meanwhile.
        """
        wanted = [(row.reply, row.before) for row in self.to_write]
        for start in range(0, len(wanted), AT_ONCE):
            yield wanted[start : start + AT_ONCE]


def plan(
    rows: Iterable[Row],
    faults: Iterable[RowFault],
    standing: Mapping[str, CannedReply],
    folder: str = "",
) -> Plan:
    """What each row would do to the shelf. `folder` is where new answers without one go."""
    planned: list[Planned] = []
    wrong = list(faults)
    seen: dict[str, int] = {}
    for row in rows:
        if len(planned) + len(wrong) >= MOST_ROWS:
            wrong.append(RowFault(row.number, MANY))
            break
        one = _planned(row, standing, folder)
        if isinstance(one, list):
            wrong += one
        elif one.reply.id in seen:
            values = {"id": one.reply.id, "first": seen[one.reply.id]}
            wrong.append(RowFault(row.number, TWICE, values, "id"))
        else:
            seen[one.reply.id] = row.number
            planned.append(one)
    return Plan(planned, sorted(wrong, key=lambda fault: fault.number))


def _planned(
    row: Row, standing: Mapping[str, CannedReply], folder: str
) -> Planned | list[RowFault]:
    said = {name: value for name, value in row.fields.items() if value or name != "id"}
    before = standing.get(str(said.get("id", "")).strip())
    start = draft_of(before) if before else Draft()
    reply, faults = judge(_draft(start, said, folder), known_id=before is not None)
    if reply is None:
        return [RowFault(row.number, it.sentence, it.values, it.field) for it in faults]
    if before is None:  # an id made from the title may be on the shelf already
        before = standing.get(reply.id)
        if before is not None:
            known = {**said, "id": reply.id}
            reply, _ = judge(_draft(draft_of(before), known, folder), known_id=True)
    assert reply is not None
    if before is None:
        return Planned(row.number, "add", reply)
    same = reply in (before, judge(draft_of(before), known_id=True)[0])  # but for its spaces
    return Planned(row.number, "same" if same else "change", reply, before)


def _draft(start: Draft, said: Fields, folder: str) -> Draft:
    values: dict[str, Any] = dict(said)
    draft = replace(start, **values)
    return draft if draft.folder.strip() else replace(draft, folder=start.folder or folder)
