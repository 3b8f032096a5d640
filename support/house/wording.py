"""Plain text of colleagues as it stands on a page: headings, lists and paragraphs, no markup.

What is understood of Markdown: lines that begin with #, with - or *, or with 1. and so on; a blank
line between paragraphs. Everything else is words, shown as they were typed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_HEADING = re.compile(r"(#{1,3})[ \u3000]+(.+)")
_BULLET = re.compile(r"[ \u3000]{0,3}(?:[-*•][ \u3000]+|・[ \u3000]*)(.+)")
_NUMBERED = re.compile(r"[ \u3000]{0,3}[0-9０-９]{1,3}[.．)）][ \u3000]*(.+)")


class Kind(StrEnum):
    TITLE = "title"
    HEADING = "heading"
    BULLETS = "bullets"
    STEPS = "steps"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True)
class Block:
    """A piece of the page; `lines` are the entries of a list, or the lines of a paragraph."""

    kind: Kind
    lines: tuple[str, ...]


def blocks(text: str) -> list[Block]:
    """Every line with a letter in it stands in exactly one block, in the order it was typed."""
    found: list[Block] = []
    open_kind: Kind | None = None
    for kind, line in _lines(text):
        if kind is None:
            open_kind = None
            continue
        if kind is open_kind and kind not in (Kind.TITLE, Kind.HEADING):
            found[-1] = Block(kind, (*found[-1].lines, line))
        else:
            found.append(Block(kind, (line,)))
        open_kind = kind
    return found


def _lines(text: str) -> Iterator[tuple[Kind | None, str]]:
    for line in text.splitlines():
        if not line.strip():
            yield None, ""
        elif heading := _HEADING.fullmatch(line.rstrip()):
            yield Kind.TITLE if len(heading[1]) == 1 else Kind.HEADING, heading[2].strip()
        elif bullet := _BULLET.fullmatch(line.rstrip()):
            yield Kind.BULLETS, bullet[1].strip()
        elif step := _NUMBERED.fullmatch(line.rstrip()):
            yield Kind.STEPS, step[1].strip()
        else:
            yield Kind.PARAGRAPH, line.strip()
