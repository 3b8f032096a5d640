"""One phrasing more in an answer's file, which stays as it is to the byte besides."""

from __future__ import annotations

import json

import yaml

KEY = "asked_as"
_EDGE = "---"


def with_phrasing(text: str, phrasing: str) -> str | None:
    """The file's text with the phrasing at the end of its `asked_as`.

    None where the front matter is written in a way this does not know: then a person edits it.
    """
    lines = text.split("\n")
    end = next((n for n, line in enumerate(lines[1:], start=1) if line.rstrip() == _EDGE), None)
    if lines[0].lstrip("\ufeff").rstrip() != _EDGE or end is None:
        return None
    begin = len(lines[0]) + 1
    head = "\n".join(lines[1:end])
    try:
        node = yaml.compose(head, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        return None
    written = json.dumps(phrasing, ensure_ascii=False)  # a text in double quotes, to YAML too
    found = _inserted(head, node, written, "\r\n" if lines[0].endswith("\r") else "\n")
    return None if found is None else text[:begin] + found + text[begin + len(head) :]


def _inserted(head: str, node: yaml.MappingNode, written: str, newline: str) -> str | None:
    listed = next((value for key, value in node.value if key.value == KEY), None)
    if listed is None:
        begun = head if not head or head.endswith(newline) else head.removesuffix("\r") + newline
        tail = "\r" if newline == "\r\n" else ""
        return f"{begun}{KEY}:{newline}  - {written}{tail}"
    if not isinstance(listed, yaml.SequenceNode) or listed.tag != "tag:yaml.org,2002:seq":
        return None
    if listed.flow_style:
        place = _ends(head, listed.value[-1]) if listed.value else listed.end_mark.index - 1
        return head[:place] + (", " if listed.value else "") + written + head[place:]
    last = listed.value[-1]
    place = head.find("\n", _ends(head, last))
    dash = " " * listed.start_mark.column + "- " + written
    if place < 0:
        return head.removesuffix("\r") + newline + dash + ("\r" if newline == "\r\n" else "")
    return head[: place + 1] + dash + newline + head[place + 1 :]


def _ends(head: str, node: yaml.Node) -> int:
    """YAML counts what follows a value to it: a block's end is the beginning of the next key."""
    end: int = node.end_mark.index
    while end > node.start_mark.index and head[end - 1] in " \r\n":
        end -= 1
    return end
