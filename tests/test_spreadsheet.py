"""What is exported opens in a spreadsheet as text and numbers, and runs nothing."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.spreadsheet import BOM, as_csv, neutral


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        pytest.param("=1+1", "'=1+1", id="equals"),
        pytest.param("+81", "'+81", id="plus"),
        pytest.param("-1", "'-1", id="minus"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at"),
        pytest.param("\t=1", "'\t=1", id="tab"),
        pytest.param("\n=1", "'\n=1", id="line end"),
        pytest.param("＝1+1", "'＝1+1", id="full-width equals"),
        pytest.param("＠SUM(A1)", "'＠SUM(A1)", id="full-width at"),
        pytest.param("\r=1", "'\r=1", id="carriage return"),
        pytest.param("佐藤 美咲", "佐藤 美咲", id="a name"),
        pytest.param("0:21", "0:21", id="a time"),
        pytest.param("–", "–", id="nothing"),
        pytest.param("a=b", "a=b", id="a sign inside"),
        pytest.param("", "", id="empty"),
    ],
)
def test_a_cell_that_begins_like_a_formula_is_made_text(cell, written):
    assert neutral(cell) == written


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@given(st.lists(st.lists(TEXT, min_size=2, max_size=4)))
def test_what_is_written_is_what_is_read_but_for_formulas(rows):
    read = list(csv.reader(io.StringIO(as_csv(rows, bom=False), newline="")))
    assert read == [[neutral(cell) for cell in row] for row in rows]
    signs = tuple("=+-@＝＋－＠\t\r\n")
    assert not any(cell.startswith(signs) for row in read for cell in row)


@pytest.mark.parametrize("bom", [True, False])
def test_the_mark_by_which_excel_knows_utf8_is_a_choice(bom):
    assert as_csv([["項目"]], bom=bom) == f"{BOM if bom else ''}項目\r\n"
