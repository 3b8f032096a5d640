"""A prepared answer as the text of its file: what `front_matter.read` reads back as it was."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from support.canned.replies import CannedReply

ENDLESS = float("inf")
"""Columns of a line: a value is never folded."""
_STR = "tag:yaml.org,2002:str"


def render(reply: CannedReply) -> str:
    """The file's text; the folder is where the file stands, so the category is not in it.

    What has its default is left out. What YAML would read as something else stands in quotes.
    """
    return "\n".join(["---", *_head(reply), "---", (reply.answer or "").strip(), ""])


def _head(reply: CannedReply) -> Iterator[str]:
    yield f"id: {_scalar(reply.id)}"
    yield f"title: {_scalar(reply.title)}"
    yield from _listed("asked_as", reply.questions)
    if reply.tags:
        yield f"tags: [{', '.join(_scalar(tag, flow=True) for tag in reply.tags)}]"
    if reply.channel != "both":
        yield f"channel: {reply.channel}"
    for key, day in (("valid_from", reply.valid_from), ("valid_until", reply.valid_until)):
        if day:
            yield f"{key}: {day.isoformat()}"
    if reply.owner:
        yield f"owner: {_scalar(reply.owner)}"
    if reply.review_by:
        yield f"review_by: {reply.review_by.isoformat()}"
    if reply.language != "ja":
        yield f"language: {_scalar(reply.language)}"
    yield from _listed("variants", reply.variants)


def _listed(key: str, texts: tuple[str, ...]) -> Iterator[str]:
    if texts:
        yield f"{key}:"
    for text in texts:
        yield f"  - {_block(text) or _scalar(text)}"


def _scalar(text: str, *, flow: bool = False) -> str:
    """The text as it is where YAML takes it for a text, else in double quotes."""
    plain = f"k: [{text}]" if flow else f"k: {text}"
    if "\n" not in text and _means(plain, text, listed=flow):
        return text
    node = yaml.ScalarNode(_STR, text, style='"')
    return str(yaml.serialize(node, allow_unicode=True, width=ENDLESS)).strip()


def _block(text: str) -> str:
    """Several lines as they stand, set in; "" where YAML would not give them back so."""
    if "\n" not in text:
        return ""
    lines = "\n".join(f"    {line}" if line else "" for line in text.split("\n"))
    block = f"|-\n{lines}"
    return block if _means(f"k:\n  - {block}", text, listed=True) else ""


def _means(source: str, text: str, *, listed: bool = False) -> bool:
    """Whether YAML reads `source` as a key with exactly this text behind it, or in its list."""
    try:
        found = yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return False
    if not isinstance(found, yaml.MappingNode) or len(found.value) != 1:
        return False
    value = found.value[0][1]
    if not listed:
        return _value(value) == text
    return isinstance(value, yaml.SequenceNode) and list(map(_value, value.value)) == [text]


def _value(node: yaml.Node) -> str | None:
    return str(node.value) if isinstance(node, yaml.ScalarNode) and node.tag == _STR else None
