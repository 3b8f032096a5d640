"""Files of answers, read: CSV, workbooks, JSONL, and what Zendesk and Chatwoot give out.

Bytes go in; rows and the faults of those that cannot be read come out. Nothing here is raised for
what a file holds.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from support.canned.columns import bare, read_table
from support.canned.exchange import MOST_ROWS, Fields, Row, RowFault
from support.canned.foreign import read_json
from support.canned.workbook import read_workbook
from support.errors import N_

LARGEST = 5_000_000
"""Bytes of a file that are taken."""
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".jsonl", ".ndjson", ".json")
LONGEST_CELL = 200_000

UNKNOWN = N_("このファイルは読めません。CSV、Excel（.xlsx）、JSONL、JSON のどれかにしてください。")
OLD_EXCEL = N_("古い Excel（.xls）は読めません。.xlsx か CSV で保存し直してください。")
NOT_TEXT = N_("文字コードがわかりません。UTF-8 か Shift_JIS で保存し直してください。")
NOT_CSV = N_("この行は CSV として読めません：%(why)s")
NOT_JSON = N_("この行は JSON として読めません。")
NOT_AN_ENTRY = N_("id、questions、answer などのあるオブジェクトではありません。")
NOT_A_TEXT = N_("%(name)s は文字か、文字の並びにしてください。")
EMPTY = N_("ファイルに回答がありません。")

Read = tuple[list[Row], list[RowFault]]
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LISTS = ("questions", "tags", "variants")
_KEYS = {"asked_as": "questions", "category": "folder", "labels": "tags"}


def read(name: str, data: bytes) -> Read:
    """The rows of a file; `name` tells its kind by its ending."""
    reader = _reader(name.lower().rpartition(".")[2], data)
    rows, faults = reader(data)
    if not rows and not faults:
        faults = [RowFault(1, EMPTY)]
    return rows, faults


def _reader(ending: str, data: bytes) -> Callable[[bytes], Read]:
    if ending == "xlsx" or data[:4] == b"PK\x03\x04":
        return read_workbook
    if ending == "xls" or data[:4] == b"\xd0\xcf\x11\xe0":
        return lambda _: ([], [RowFault(1, OLD_EXCEL)])
    if ending in ("csv", "tsv", "txt"):
        return read_csv
    if ending in ("jsonl", "ndjson"):
        return read_jsonl
    if ending == "json":
        return _json
    return lambda _: ([], [RowFault(1, UNKNOWN)])


def decoded(data: bytes) -> str | None:
    """UTF-8, UTF-16 with its mark, or Shift_JIS as Windows writes it."""
    for mark, coding in _BOMS:
        if data.startswith(mark):
            return _tried(data, coding)
    return _tried(data, "utf-8") or _tried(data, "cp932")


def _tried(data: bytes, coding: str) -> str | None:
    try:
        return data.decode(coding)
    except UnicodeDecodeError:
        return None


def read_csv(data: bytes) -> Read:
    """Commas, tabs or semicolons, whichever the first line has; a cell may hold several lines.

    Rows are counted as a spreadsheet shows them, not in lines of the file.
    """
    text = decoded(data)
    if text is None:
        return [], [RowFault(1, NOT_TEXT)]
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    rows: list[Sequence[str]] = []
    csv.field_size_limit(LONGEST_CELL)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append([bare(cell) for cell in cells])
            if len(rows) > MOST_ROWS + 1:
                break
    except csv.Error as error:
        found, faults = read_table(rows)
        return found, [*faults, RowFault(len(rows) + 1, NOT_CSV, {"why": str(error)})]
    return read_table(rows)


def read_jsonl(data: bytes) -> Read:
    """One object a line, with the keys of an evaluation's shelf and more."""
    text = decoded(data)
    if text is None:
        return [], [RowFault(1, NOT_TEXT)]
    rows: list[Row] = []
    faults: list[RowFault] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            faults.append(RowFault(number, NOT_JSON))
            continue
        _take(number, found, rows, faults)
    return rows, faults


def _json(data: bytes) -> Read:
    """One document: another tool's, or a list of entries like those of JSONL."""
    text = decoded(data)
    if text is None:
        return [], [RowFault(1, NOT_TEXT)]
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return read_jsonl(data)
    foreign = read_json(found)
    if foreign is not None:
        return foreign
    rows: list[Row] = []
    faults: list[RowFault] = []
    for number, one in enumerate(found if isinstance(found, list) else [found], start=1):
        _take(number, one, rows, faults)
    return rows, faults


def _take(number: int, found: Any, rows: list[Row], faults: list[RowFault]) -> None:
    if not isinstance(found, dict) or not {"id", "title", "answer"} & found.keys():
        faults.append(RowFault(number, NOT_AN_ENTRY))
        return
    fields: dict[str, str | tuple[str, ...]] = {}
    wrong = []
    for key, value in found.items():
        name = _KEYS.get(key, key)
        if name not in (*_PLAIN, *_LISTS) or value is None:
            continue
        taken = _texts(value) if name in _LISTS else _text(value)
        if taken is None:
            wrong.append(RowFault(number, NOT_A_TEXT, {"name": key}, name))
        else:
            fields[name] = taken
    faults += wrong
    if not wrong:
        rows.append(Row(number, _titled(fields)))


_PLAIN = (
    *("id", "title", "folder", "channel", "valid_from", "valid_until"),
    *("owner", "review_by", "language", "answer"),
)


def _titled(fields: Fields) -> Fields:
    """An entry of an evaluation has no title: the first phrasing is one."""
    questions = fields.get("questions")
    if "title" not in fields and isinstance(questions, tuple) and questions:
        return {**fields, "title": questions[0][:120]}
    return fields


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value)


def _texts(value: Any) -> tuple[str, ...] | None:
    items = value if isinstance(value, list) else [value]
    texts = list(_each(items))
    return None if None in texts else tuple(text for text in texts if text)


def _each(items: list[Any]) -> Iterator[str | None]:
    return (_text(item) for item in items)
