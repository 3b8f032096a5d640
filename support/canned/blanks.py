"""Blanks in prepared answers, such as `{customer_name}`, filled when an agent takes one."""

from __future__ import annotations

import re
from collections.abc import Mapping

KNOWN: Mapping[str, str] = {
    "customer_name": "the customer's display name",
    "customer_handle": "the customer's @handle",
    "agent_name": "the family name of the agent who answers",
    "account_name": "the display name of our account",
    "opening_hours": "the account's opening hours, in words",
    "next_opening": "when the desk opens next, in words",
    "dm_link": "a link that opens a DM to our account",
    "incident": "the title of the incident the ticket belongs to",
}

# Braces of either width: Japanese input methods write the wide ones without asking.
_BLANK = re.compile(r"[{｛]\s*(\w{1,40})\s*[}｝]")
_BRACES = str.maketrans({"{": "(", "}": ")", "｛": "（", "｝": "）"})


def find(text: str) -> list[str]:
    """The names of the blanks in the text, each once, in order."""
    return list(dict.fromkeys(_BLANK.findall(text)))


def unknown(text: str) -> list[str]:
    """The blanks nobody knows how to fill."""
    return [name for name in find(text) if name not in KNOWN]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every blank that has a value filled; the others stay to be seen.

    A value's own braces become parentheses, so that a customer's name never looks like a blank.
    """

    def filled(blank: re.Match[str]) -> str:
        value = values.get(blank[1], "").strip()
        return value.translate(_BRACES) if value else blank[0]

    return _BLANK.sub(filled, text)


def unfilled(text: str) -> list[str]:
    """The blanks still open; a text with any of them cannot be sent."""
    return find(text)
