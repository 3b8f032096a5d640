"""Where on the shelf an answer may stand: folders inside it, and names of files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from support.errors import N_, Refused

LONGEST_FOLDER = 120
DEEPEST = 6
LONGEST_NAME = 180
"""Bytes of a name; file systems take 255."""

ABSOLUTE = N_("分類は回答フォルダーの中の名前にしてください（先頭の「/」は使えません）。")
OUTSIDE = N_("分類に「..」は使えません。")
HIDDEN = N_("「.」や「_」で始まる分類は使えません。読み込まれないためです。")
SIGNS = N_("分類の名前に使えない記号があります：%(sign)s")
LONG = N_("分類の名前が長すぎます。短くしてください。")

_SIGN = re.compile(r'[\\:*?"<>|\x00-\x1f\x7f\u2028\u2029]')
_NOT_IN_NAME = re.compile(r"[^\w.-]+")


def folder_from(written: str) -> str:
    """`接続 / 夜` → `接続/夜`; "" is the shelf itself. Raises Refused (field "folder")."""
    plain = unicodedata.normalize("NFC", written).strip().replace("／", "/")
    if plain.startswith("/"):
        raise Refused("folder", ABSOLUTE)
    names = [name.strip() for name in plain.split("/") if name.strip()]
    for name in names:
        _judge(name)
    if len(names) > DEEPEST or len(plain) > LONGEST_FOLDER:
        raise Refused("folder", LONG)
    return "/".join(names)


def _judge(name: str) -> None:
    if set(name) == {"."}:
        raise Refused("folder", OUTSIDE)
    if name[0] in "._":
        raise Refused("folder", HIDDEN)
    sign = _SIGN.search(name)
    if sign:
        raise Refused("folder", SIGNS, sign=sign[0] if sign[0].isprintable() else "�")
    if len(name.encode("utf-8", "replace")) > LONGEST_NAME:
        raise Refused("folder", LONG)


def file_name(reply_id: str, taken: Container[str] = ()) -> str:
    """A name the shelf reads: `id.md`, with a number where another file has it already."""
    stem = _NOT_IN_NAME.sub("-", reply_id).lstrip("._-") or "answer"
    if stem.casefold() == "readme":
        stem = f"answer-{stem}"
    while len(stem.encode()) > LONGEST_NAME:
        stem = stem[:-1]
    name, number = f"{stem}.md", 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem}-{number}.md"
    return name
