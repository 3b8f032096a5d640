"""A reply that was sent as the beginning of a prepared answer: without whom it was for and from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_HANDLES = re.compile(r"^(?:\s*[@＠][A-Za-z0-9_]{1,15}\b)+\s*")
_TITLE = r"(?:さま|様|さん|君|くん|ちゃん|殿)"


def example(
    text: str, *, signature: str = "", customer: Iterable[str] = (), ours: Mapping[str, str]
) -> str:
    """The words with blanks in place of names, the signature and handles taken off.

    `customer`: the names they go by. `ours`: the blank that stands for each name of ours.
    A person reads it before it is kept.
    """
    words = text.strip()
    if signature:
        words = "\n".join(line.rstrip().removesuffix(signature) for line in words.split("\n"))
    words = _HANDLES.sub("", words.strip())
    for name in _longest_first(customer):
        called = rf"{re.escape(name)}\s?{_TITLE}"
        words = re.sub(called, "{customer_name}様", words)
        words = re.sub(rf"[@＠]{re.escape(name)}\b", "{customer_handle}", words)
        if len(name) > 1:
            words = words.replace(name, "{customer_name}")
    for name in _longest_first(ours):
        if len(name) > 1:
            words = words.replace(name, f"{{{ours[name]}}}")
    return words.strip()


def _longest_first(names: Iterable[str]) -> list[str]:
    return sorted({name.strip() for name in names} - {""}, key=len, reverse=True)
