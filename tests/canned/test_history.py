"""The history of an answer, with what happened beside the desk as entries of its own."""

from dataclasses import dataclass

from support.canned.history import Line, compared, entries


@dataclass(frozen=True)
class Edit:
    before: str
    after: str


def kinds(edits, now):
    return [entry.kind for entry in entries(edits, now)]


def test_changes_that_follow_from_each_other_are_one_entry_each():
    edits = [Edit("", "a"), Edit("a", "b"), Edit("b", "")]
    assert kinds(edits, "") == ["taken_away", "changed", "made"]


def test_the_file_as_it_was_before_its_first_change_is_an_entry_to_go_back_to():
    told = entries([Edit("from git", "b")], "b")
    assert [entry.kind for entry in told] == ["changed", "outside"]
    assert told[1].version == (Edit("from git", "b"), "before")


def test_what_changed_beside_the_desk_is_an_entry_of_its_own():
    edits = [Edit("", "a"), Edit("x", "b")]
    told = entries(edits, "y")
    assert [entry.kind for entry in told] == ["outside", "changed", "outside", "made"]
    assert [entry.current for entry in told] == [True, False, False, False]
    assert told[0].lines == [Line("-", "b"), Line("+", "y")]
    assert told[2].version == (edits[1], "before")


def test_a_file_without_changes_has_one_entry_without_a_comparison():
    told = entries([], "text")
    assert [(entry.kind, entry.lines, entry.current) for entry in told] == [("outside", [], True)]


def test_the_entry_the_file_stands_at_is_marked():
    told = entries([Edit("", "a"), Edit("a", "b")], "b")
    assert [entry.current for entry in told] == [True, False]


def test_a_file_removed_beside_the_desk_can_come_back_from_its_last_version():
    told = entries([Edit("", "a")], "")
    assert [entry.kind for entry in told] == ["outside", "made"]
    assert told[1].version == (Edit("", "a"), "after")


def test_lines_far_from_a_change_are_left_out():
    old = "\n".join(map(str, range(20)))
    lines = compared(old, old.replace("10", "ten"))
    assert [line.sign for line in lines] == ["…", " ", " ", "-", "+", " ", " "]
