"""A prepared answer as it is written: a Markdown file with YAML front matter.

Values are taken as the text they are written in, so `id: 001` stays "001" and `yes` stays "yes".
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from datetime import date
from typing import cast

import yaml

from support.canned import blanks
from support.canned.replies import CHANNELS, CannedReply, Channel
from support.matching.text import normalise

WORDS = ("id", "title", "channel", "language", "owner")
LISTS = ("asked_as", "tags", "variants")
DATES = ("valid_from", "valid_until", "review_by")
KEYS = (*WORDS, *LISTS, *DATES)

_ID = re.compile(r"[\w.:-]{1,80}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
Value = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one file, said to the person who wrote it; `line` counts from 1."""

    path: str
    line: int | None
    sentence: str

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}, line {self.line}"
        return f"{where}: {self.sentence}"


@dataclass
class _Reading:
    """One file being read: its values, where they stand, what was found wrong."""

    path: str
    values: dict[str, Value] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    places: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """The line each entry of a list begins at."""
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int | None, sentence: str) -> None:
        self.faults.append(Fault(self.path, line, sentence))

    def faulted(self, key: str) -> bool:
        return key in self.lines and key not in self.values

    def word(self, key: str) -> str:
        return cast(str, self.values.get(key, ""))

    def words(self, key: str) -> tuple[str, ...]:
        return cast("tuple[str, ...]", self.values.get(key, ()))

    def day(self, key: str) -> date | None:
        try:
            return date.fromisoformat(self.word(key))
        except ValueError:
            return None


def read(path: str, raw: bytes) -> tuple[CannedReply | None, list[Fault]]:
    """The answer a file holds, or every fault found in it.

    `path` is relative to the shelf, with forward slashes; its folders are the category and its
    stem the id where the front matter gives none.
    """
    reading = _Reading(path)
    text = _decoded(reading, raw)
    if text is None:
        return None, reading.faults
    parts = _split(reading, text)
    if parts is None:
        return None, reading.faults
    head, body, body_line = parts
    if not _read_head(reading, head):
        return None, reading.faults
    if body.strip():
        body_line += body[: len(body) - len(body.lstrip())].count("\n")
    reply = _reply(reading, body.strip(), body_line)
    return (None if reading.faults else reply), reading.faults


def _decoded(reading: _Reading, raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        reading.fault(line, "this is not UTF-8; save the file as UTF-8.")
        return None


def _split(reading: _Reading, text: str) -> tuple[str, str, int] | None:
    """Front matter, body and the line the body begins at."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        reading.fault(1, "the file must begin with a line of three dashes, then its front matter.")
        return None
    ends = [n for n, line in enumerate(lines[1:], start=1) if line.rstrip() == "---"]
    if not ends:
        reading.fault(1, "the front matter never ends; close it with a line of three dashes.")
        return None
    end = ends[0]
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 2


def _read_head(reading: _Reading, head: str) -> bool:
    """Take the values; False where there are none to be had."""
    try:
        node = yaml.compose(head, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it is not YAML"
        line = mark.line + 2 if mark else None
        reading.fault(line, f"the front matter cannot be read: {problem}.")
        return False
    if not isinstance(node, yaml.MappingNode):
        reading.fault(2, "the front matter must be lines of the form `title: …`.")
        return False
    for key, value in node.value:
        _take(reading, str(key.value), key.start_mark.line + 2, value)
    return True


def _take(reading: _Reading, key: str, line: int, node: yaml.Node) -> None:
    if key not in KEYS:
        near = difflib.get_close_matches(key, KEYS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(KEYS)}."
        reading.fault(line, f"the key {key!r} is unknown; {hint}")
    elif key in reading.lines:
        reading.fault(line, f"the key {key} stands here a second time.")
    else:
        reading.lines[key] = line
        reader = _list if key in LISTS else _scalar
        reader(reading, key, node)


def _scalar(reading: _Reading, key: str, node: yaml.Node) -> None:
    if isinstance(node, yaml.ScalarNode):
        reading.values[key] = _written(node)
    else:
        reading.fault(reading.lines[key], f"{key} must be one value.")


def _list(reading: _Reading, key: str, node: yaml.Node) -> None:
    """A list, or one value standing alone; the key with nothing after it is an empty list."""
    alone = isinstance(node, yaml.ScalarNode)
    items = [node] if alone and _written(node) else [] if alone else node.value
    if isinstance(node, yaml.MappingNode):
        reading.fault(reading.lines[key], f"{key} must be a list: a dash begins each line.")
        return
    reading.values[key] = tuple(_written(item) for item in items)
    reading.places[key] = tuple(item.start_mark.line + 2 for item in items)
    for item in items:
        if not isinstance(item, yaml.ScalarNode):
            sentence = f"an entry of {key} holds a sign YAML reads itself; put it in quotes."
            reading.fault(item.start_mark.line + 2, sentence)
        elif not _written(item):
            sentence = f"an entry of {key} is empty; fill it in or take the line out."
            reading.fault(item.start_mark.line + 2, sentence)


def _written(node: yaml.Node) -> str:
    return "" if node.tag.endswith(":null") else str(node.value).strip()


def _reply(reading: _Reading, body: str, body_line: int) -> CannedReply:
    folder, _, name = reading.path.rpartition("/")
    _judge_head(reading)
    _judge_body(reading, body, body_line)
    return CannedReply(
        id=reading.word("id") or name.removesuffix(".md"),
        title=reading.word("title"),
        questions=reading.words("asked_as"),
        answer=body,
        tags=reading.words("tags"),
        channel=cast(Channel, reading.word("channel") or "both"),
        language=reading.word("language") or "ja",
        category=folder,
        valid_from=reading.day("valid_from"),
        valid_until=reading.day("valid_until"),
        owner=reading.word("owner"),
        review_by=reading.day("review_by"),
        variants=reading.words("variants"),
    )


def _judge_head(reading: _Reading) -> None:
    if not reading.word("title") and not reading.faulted("title"):
        reading.fault(reading.lines.get("title"), "the answer has no title.")
    _judge_form(reading, "id", _ID, "letters, digits, dots, colons, dashes; at most 80")
    _judge_form(reading, "language", _LANGUAGE, "a code such as ja or en")
    if reading.word("channel") and reading.word("channel") not in CHANNELS:
        sentence = f"channel is {reading.word('channel')!r}; write public, dm or both."
        reading.fault(reading.lines["channel"], sentence)
    for key in DATES:
        if reading.word(key) and not reading.day(key):
            sentence = f"{key} is {reading.word(key)!r}; write a day such as 2026-12-31."
            reading.fault(reading.lines[key], sentence)
    first, last = reading.day("valid_from"), reading.day("valid_until")
    if first and last and first > last:
        reading.fault(reading.lines["valid_until"], "valid_until lies before valid_from.")
    if any(not normalise(phrasing) for phrasing in reading.words("asked_as") if phrasing):
        reading.fault(reading.lines["asked_as"], "an entry of asked_as has no letters in it.")


def _judge_form(reading: _Reading, key: str, form: re.Pattern[str], wanted: str) -> None:
    written = reading.word(key)
    if written and not form.fullmatch(written):
        reading.fault(reading.lines[key], f"{key} is {written!r}; write {wanted}.")


def _judge_body(reading: _Reading, body: str, body_line: int) -> None:
    if not body:
        reading.fault(body_line, "the answer is empty; write it below the front matter.")
    _judge_blanks(reading, body, body_line)
    places = reading.places.get("variants", ())
    for line, variant in zip(places, reading.words("variants"), strict=True):
        _judge_blanks(reading, variant, line)


def _judge_blanks(reading: _Reading, text: str, line: int) -> None:
    """`line` is that of the text's first; in a block scalar it is the one with the sign `|`."""
    known = ", ".join(f"{{{blank}}}" for blank in blanks.KNOWN)
    for name in blanks.unknown(text):
        within = text[: text.index(name)].count("\n")
        reading.fault(line + within, f"the blank {{{name}}} is unknown; known are {known}.")
