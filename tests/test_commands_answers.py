"""`flask canned import` and `export`: looked at first, written when told to."""

from dataclasses import replace

import pytest

from support.canned.shelf import Shelf

SHEET = "id,title,answer\nslow,速度が遅い,再起動を。\n,,無題\nbill,請求,明細を。\n"


@pytest.fixture
def shelf_dir(app, tmp_path):
    folder = tmp_path / "shelf"
    folder.mkdir()
    app.extensions["desk"] = replace(app.extensions["desk"], shelf=Shelf(folder, every=0))
    return folder


@pytest.fixture
def sheet(tmp_path, shelf_dir, session, cast):
    session.commit()
    path = tmp_path / "answers.csv"
    path.write_text(SHEET, "utf-8")
    return str(path)


def names(folder):
    return sorted(path.name for path in folder.rglob("*.md"))


def test_a_dry_run_says_what_would_become_of_each_row_and_writes_nothing(flask, shelf_dir, sheet):
    done = flask("canned", "import", sheet, "--dry-run")
    assert done.exit_code == 1
    assert "row 2: new: slow" in done.output
    assert "row 3, title:" in done.output
    assert "2 new, 0 changed, 0 as it is, 1 with a fault" in done.output
    assert names(shelf_dir) == []


def test_nothing_is_written_without_a_yes(flask, shelf_dir, sheet):
    flask("canned", "import", sheet, answers="n\n")
    assert names(shelf_dir) == []
    done = flask("canned", "import", sheet, "--folder", "新着", answers="y\n")
    assert "2 answers written" in done.output
    assert names(shelf_dir / "新着") == ["bill.md", "slow.md"]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl"])
def test_what_is_exported_is_imported_without_a_change(flask, shelf_dir, sheet, tmp_path, ending):
    flask("canned", "import", sheet, "--yes")
    out = str(tmp_path / f"out.{ending}")
    assert "2 answers written" in flask("canned", "export", out).output
    done = flask("canned", "import", out, "--yes")
    assert done.exit_code == 0
    assert "0 new, 0 changed, 2 as it is" in done.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["export", "out.pdf"], ".csv, .xlsx or .jsonl"),
        (["export", "/nowhere/out.csv"], "cannot be written"),
        (["import", "{sheet}", "--folder", "../up"], ".."),
    ],
)
def test_what_cannot_be_done_is_a_sentence(flask, shelf_dir, sheet, words, says):
    done = flask("canned", *(word.format(sheet=sheet) for word in words))
    assert done.exit_code == 1
    assert says in done.output
    assert "Traceback" not in done.output
