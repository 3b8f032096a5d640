"""Signs in a post that speak for or against somebody being in trouble just now.

Which they are, and their points, stands in `words/signs.txt`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files

from support.outreach.reading import ADDRESS, pattern

Table = dict[str, tuple[int, re.Pattern[str]]]
"""kind → its points, once a post, and what shows it."""
_HEAD = re.compile(r"\[(against|for|after) (\w+) (-?[0-9]+)\]")


@dataclass(frozen=True)
class Sign:
    """A sign found in a reading, and every place of it."""

    kind: str
    points: int
    places: tuple[tuple[int, int], ...]


def signs(words: str, table: Table) -> list[Sign]:
    """The signs of a table that a post shows, in the order of the table."""
    found = []
    for kind, (points, shown_by) in table.items():
        places = tuple(one.span() for one in shown_by.finditer(words) if one.end() > one.start())
        if kind == "solved":
            places = tuple(place for place in places if not STILL.match(words, place[1]))
        if places:
            found.append(Sign(kind, points, places))
    return found


def _listed() -> dict[str, Table]:
    text = files("support.outreach").joinpath("words", "signs.txt").read_text("utf-8")
    written: dict[tuple[str, str, int], list[str]] = {}
    under: list[str] = []
    for line in text.splitlines():
        head = _HEAD.fullmatch(line)
        if head:
            under = written.setdefault((head[1], head[2], int(head[3])), [])
        elif line and not line.startswith("# "):
            under.append(line.replace("🔗", ADDRESS))
    tables: dict[str, Table] = {"against": {}, "for": {}, "after": {}}
    for (table, kind, points), lines in written.items():
        tables[table][kind] = points, pattern("|".join(lines))
    return tables


_TABLES = _listed()
AGAINST, FOR, _AFTER = _TABLES["against"], _TABLES["for"], _TABLES["after"]
SARCASTIC = FOR.pop("sarcastic")[1]
"""Praise that means its opposite; it counts as a phrasing of its own."""
STILL = _AFTER["still"][1]
"""After a sign that it is solved: it is not."""
HYPOTHETICAL = _AFTER["hypothetical"][1]
DISPROVED = _AFTER["disproved"][1]
OF_OTHERS = _AFTER["of_others"][1]
"""Right after a phrasing: it is others' trouble, or told by others."""

_JOINED = (
    r"(?:い|く|る|れる|ら|て|た|って)?(?:という|っていう|って|と|とか)?"
    r"(?:わけ|訳|こと|事|気配|様子|の|気がし|気はし)?"
    r"(?:では|じゃ|でも|は|も|が|に(?:は)?|とは)?(?:全然|全く)?"
)
_NOT = (
    r"(?:ない|なく|なかった|なし|無し|無い|ねえ|ません|ゼロ|らず|ずに|なんて(?:ない|記憶にない)"
    r"|なら(?:ない|なく|なかった|ん)|思わ(?:ない|ん|なかった)|思いません)"
)
_ASKED = r"(?!(?:です|の|ん)*(?:か(?![らも])|\?)|んだが\?|のに?もう)"
DENIED = pattern(_JOINED + _NOT + _ASKED)
"""Right after a phrasing: it is said not to be so. With a question mark it is a complaint again."""
