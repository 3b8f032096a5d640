"""`docs/security.md`: every requirement of ASVS 5.0.0 up to level 2 has a line to check."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "security.md"
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5,
    "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2,
    "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11,
    "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1,
    "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5,
    "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip
"""How many requirements of levels 1 and 2 each section has; those of level 3 come last in each."""
STANDINGS = {"met", "partly", "not met", "n/a"}
ROW = re.compile(r"^\| ([\d., –]+) \| (.+?) \| ([a-z/ ]+) \| (.+) \|$", re.M)
NAMED = re.compile(r"`([\w./-]+\.(?:py|md|html|txt|yaml))(?:::(\w+))?`")
ROWS = ROW.findall(PAGE.read_text("utf-8"))


def numbers(words):
    """The requirements in "1.2.1, 1.2.6–1.2.8"."""
    for part in words.split(", "):
        first, _, last = part.partition("–")
        section, _, begin = first.rpartition(".")
        end = last.rpartition(".")[2] or begin
        yield from (f"{section}.{n}" for n in range(int(begin), int(end) + 1))


def test_every_requirement_has_one_line():
    wanted = {f"{section}.{n}" for section, most in SECTIONS.items() for n in range(1, most + 1)}
    assert len(wanted) == 253
    there = Counter(number for words, *_ in ROWS for number in numbers(words))
    assert there == Counter(wanted)


@pytest.mark.parametrize(("ids", "asks", "standing", "where"), ROWS, ids=[row[0] for row in ROWS])
def test_a_line_says_how_it_stands_and_names_what_there_is(ids, asks, standing, where):
    assert standing in STANDINGS
    assert len(where) > 10, "a reason, or where it is held"
    for path, test in NAMED.findall(where):
        found = next((p for p in (ROOT / path, ROOT / "docs" / path) if p.exists()), None)
        assert found is not None, path
        if test:
            assert re.search(rf"^def {test}\(", found.read_text("utf-8"), re.M), test
