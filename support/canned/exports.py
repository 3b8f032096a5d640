"""The shelf as one file, to be looked through elsewhere and brought back as it was."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from support.canned.columns import guarded, table
from support.canned.replies import CannedReply
from support.canned.workbook import write_workbook

BOM = "\ufeff"


def as_csv(replies: Sequence[CannedReply]) -> bytes:
    """UTF-8 with its mark, so that Excel reads it, and no cell that would run."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([guarded(cell) for cell in cells] for cells in table(replies))
    return f"{BOM}{text.getvalue()}".encode()


def as_jsonl(replies: Sequence[CannedReply]) -> bytes:
    """Lines of an evaluation's shelf, with the other values beside; defaults are left out."""
    lines = (json.dumps(_entry(reply), ensure_ascii=False) for reply in replies)
    return "".join(f"{line}\n" for line in lines).encode()


def _entry(reply: CannedReply) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": reply.id,
        "title": reply.title,
        "questions": list(reply.questions),
        "answer": reply.answer,
        "tags": list(reply.tags),
        "folder": reply.category,
        "channel": reply.channel,
        "language": reply.language,
        "valid_from": reply.valid_from and reply.valid_from.isoformat(),
        "valid_until": reply.valid_until and reply.valid_until.isoformat(),
        "owner": reply.owner,
        "review_by": reply.review_by and reply.review_by.isoformat(),
        "variants": list(reply.variants),
    }
    always = ("id", "title", "questions", "answer")
    return {key: value for key, value in entry.items() if value or key in always}


FORMATS: Mapping[str, tuple[Callable[[Sequence[CannedReply]], bytes], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (
        write_workbook,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "jsonl": (as_jsonl, "application/x-ndjson; charset=utf-8"),
}
"""Ending → how the file is made, and what it is called on the way."""
