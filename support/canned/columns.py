"""Answers as the rows of a table, and rows as answers: for CSV and for workbooks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from support.canned.drafts import FIELDS, draft_of
from support.canned.exchange import Fields, Row, RowFault
from support.canned.replies import CannedReply
from support.errors import N_
from support.spreadsheet import FORMULA_SIGNS

Cells = Sequence[str]

NO_HEADER = N_("1行目に列の名前がありません。title と answer の列が要ります。")

_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "識別子", "番号", "管理番号"),
    "title": ("title", "件名", "題名", "タイトル", "表題", "名前", "name", "subject"),
    "folder": ("folder", "category", "分類", "カテゴリ", "カテゴリー", "フォルダー", "フォルダ"),
    "questions": ("questions", "asked_as", "question", "質問", "言い方", "お客様の言い方", "問い"),
    "tags": ("tags", "tag", "タグ", "キーワード", "labels"),
    "channel": ("channel", "使う場所", "窓口", "チャネル"),
    "valid_from": ("valid_from", "使い始める日", "開始日"),
    "valid_until": ("valid_until", "使い終わる日", "終了日", "期限"),
    "owner": ("owner", "担当", "担当者"),
    "review_by": ("review_by", "見直す日", "見直し日"),
    "language": ("language", "言語", "lang", "locale"),
    "answer": ("answer", "回答", "本文", "回答の文", "body", "content", "text", "reply"),
    "variant": ("variant", "variants", "別の文"),
}
_FIELD_OF = {name: field for field, names in _NAMES.items() for name in names}
_CHANNEL_OF = {"公開": "public", "公開返信": "public", "公開返信とdm": "both", "両方": "both"}
_DANGER = re.compile(f"'*[{re.escape(FORMULA_SIGNS)}]")
"""What a spreadsheet takes for a formula, and the same with apostrophes before it."""


def guarded(cell: str) -> str:
    """With an apostrophe before it where a spreadsheet would run it; `bare` takes it away."""
    return f"'{cell}" if _DANGER.match(cell) else cell


def bare(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _DANGER.match(cell) else cell


def table(replies: Sequence[CannedReply]) -> Iterator[list[str]]:
    """A line of names, then a row an answer; each variant has a column of its own."""
    most = max((len(reply.variants) for reply in replies), default=0)
    plain = [name for name in FIELDS if name != "variants"]
    yield [*plain, *(f"variant {n}" for n in range(1, most + 1))]
    for reply in replies:
        draft = draft_of(reply)
        cells = [_cell(name, getattr(draft, name)) for name in plain]
        yield [*cells, *draft.variants, *[""] * (most - len(draft.variants))]


def _cell(name: str, value: str | tuple[str, ...]) -> str:
    if isinstance(value, str):
        return value
    if name == "tags" and not any(sign in tag for tag in value for sign in ",、，"):
        return "、".join(value)
    return "\n".join(value) + ("\n" if name == "tags" else "")


def read_table(rows: Sequence[Cells]) -> tuple[list[Row], list[RowFault]]:
    """The rows below the names, numbered as the file shows them, from 1; empty ones are left out.

    Columns with other names are passed over. A field without a column stays as it is on the shelf.
    """
    head = [_field(cell) for cell in rows[0]] if rows else []
    if "title" not in head and "answer" not in head:
        return [], [RowFault(1, NO_HEADER)]
    found = []
    for number, cells in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in cells):
            found.append(Row(number, _fields(head, cells)))
    return found, []


def _field(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).strip().lower().lstrip("\ufeff")
    plain = re.sub(r"[\s_-]+", "_", plain)
    return _FIELD_OF.get(plain) or _FIELD_OF.get(re.sub(r"_?\d+$", "", plain), "")


def _fields(head: Sequence[str], cells: Cells) -> Fields:
    fields: dict[str, str | tuple[str, ...]] = {}
    variants: list[str] = []
    for place, field in enumerate(head):
        written = cells[place] if place < len(cells) else ""
        if field == "variant":
            variants.append(written)
        elif field and field not in fields:
            fields[field] = _value(field, written)
    questions = fields.get("questions")
    if questions and "title" not in head and "id" not in head:
        fields["title"] = questions[0]  # a plain list of questions and answers
    if "variant" in head:
        fields["variants"] = tuple(text for text in variants if text.strip())
    return fields


def _value(field: str, written: str) -> str | tuple[str, ...]:
    if field == "questions":
        return tuple(line.strip() for line in written.splitlines() if line.strip())
    if field == "tags":
        parts = written.splitlines() if "\n" in written else re.split(r"[、,，]", written)
        return tuple(part.strip() for part in parts if part.strip())
    if field == "channel":
        plain = unicodedata.normalize("NFKC", written).strip().lower()
        return _CHANNEL_OF.get(plain, plain)
    return written
