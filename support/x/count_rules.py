"""How X counts, written down for browsers: the very patterns the desk counts with.

`python -m support.x.count_rules` writes static/counting.json; a test holds the file to what is
built here. What JavaScript says otherwise than Python is translated; nothing is left out.
"""

import json
import re
import stringprep
import warnings
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[2] / "static" / "counting.json"
TONES = "🏻🏼🏽🏾🏿"
ANY_TONE = "T"
"""Stands in a sequence for each of the five tones."""
_PROHIBITED = ("c12", "c22", "c3", "c4", "c5", "c6", "c7", "c8", "c9")
_KEPT = "^$\\.*+?()[]{}|/-xu"
"""What may stand behind a backslash where JavaScript reads Unicode."""


def rules() -> dict[str, Any]:
    """Weights, patterns and emoji as the library has them, and what a host name may hold."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        library = import_module("twitter_text.config").config["defaults"]
        found = {name: import_module(f"twitter_text.regexp.{name}") for name in _MODULES}
    emoji = ["".join(chr(int(c, 16)) for c in it.codepoint.split()) for it in _emoji(found)]
    return {
        "light": [[it["start"], it["end"]] for it in library["ranges"]],
        "link": library["transformed_url_length"],
        "url": for_javascript(found["extract_url"].extract_url),
        "ascii": for_javascript(found["valid_ascii_domain"].valid_ascii_domain),
        "tco": for_javascript(found["valid_tco_url"].valid_tco_url),
        "emoji": " ".join(folded_tones(emoji)),
        **_host_names(),
    }


_MODULES = ("extract_url", "valid_ascii_domain", "valid_tco_url", "emoji")


def _emoji(found: dict[str, Any]) -> list[Any]:
    return list(found["emoji"].emoji_list)


def for_javascript(pattern: re.Pattern[str]) -> str:
    """The same pattern, without the backslashes JavaScript does not take."""
    return re.sub(
        r"\\(.)", lambda it: it[0] if it[1] in _KEPT else it[1], pattern.pattern, flags=re.DOTALL
    )


def folded_tones(emoji: Iterable[str]) -> list[str]:
    """One entry for sequences that differ in nothing but the tones of skin, where all are there."""
    there = set(emoji)
    shapes: dict[str, set[str]] = {}
    for it in there:
        shapes.setdefault(re.sub(f"[{TONES}]", ANY_TONE, it), set()).add(it)
    kept: list[str] = []
    for shape, those in shapes.items():
        kept += [shape] if set(unfolded(shape)) == those else sorted(those)
    return sorted(kept)


def unfolded(shape: str) -> Iterator[str]:
    pieces = shape.split(ANY_TONE)
    for tones in product(TONES, repeat=len(pieces) - 1):
        yield "".join(a + b for a, b in zip(pieces, (*tones, ""), strict=True))


def _host_names() -> dict[str, str]:
    """Nameprep's tables, as classes: dropped, refused, written from the right, from the left."""
    tables: dict[str, Callable[[str], bool]] = {
        "dropped": stringprep.in_table_b1,
        "refused": lambda c: any(getattr(stringprep, f"in_table_{t}")(c) for t in _PROHIBITED),
        "right": stringprep.in_table_d1,
        "left": stringprep.in_table_d2,
    }
    return {name: f"[{''.join(_ranges(holds))}]" for name, holds in tables.items()}


def _ranges(holds: Callable[[str], bool]) -> Iterator[str]:
    begun: int | None = None
    for point in range(0x110001):
        inside = point < 0x110000 and holds(chr(point))
        if inside and begun is None:
            begun = point
        elif not inside and begun is not None:
            last = point - 1
            yield f"\\u{{{begun:x}}}" + (f"-\\u{{{last:x}}}" if last > begun else "")
            begun = None


def written() -> str:
    return json.dumps(rules(), ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
