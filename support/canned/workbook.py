"""Answers in an Excel workbook (.xlsx): the first sheet, its first row the names of the columns."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import ParseError

from support.canned.columns import read_table, table
from support.canned.exchange import MOST_ROWS, Row, RowFault
from support.canned.replies import CannedReply
from support.errors import N_

LARGEST_UNPACKED = 60_000_000
"""Bytes of a workbook unpacked; a small file can hold a very large one."""
MOST_PARTS = 2_000
"""Files in a workbook; one of a hundred sheets has some three hundred."""
MOST_COLUMNS = 100
LONGEST_CELL = 32_767

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""How a workbook writes a character XML has no place for."""

NOT_A_WORKBOOK = N_("Excel のファイルとして読めません。Excel で開いて保存し直してください。")
TOO_LARGE = N_("Excel のファイルの中身が大きすぎます。画像などを除いてください。")


def read_workbook(data: bytes) -> tuple[list[Row], list[RowFault]]:
    """The rows, numbered as the sheet numbers them. Formulas count as what they last gave."""
    from openpyxl import load_workbook  # its import takes long, and few need it
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(it.file_size for it in parts) > LARGEST_UNPACKED:
                return [], [RowFault(1, TOO_LARGE)]
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # a sheet may lie about its size
        rows = [
            [_text(value) for value in cells]
            for cells in sheet.iter_rows(
                max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True
            )
        ]
    except (
        *(zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, OSError),
        *(IndexError, TypeError, AttributeError, EOFError, NotImplementedError, RuntimeError),
    ):  # whatever a broken or foreign workbook makes the library do
        return [], [RowFault(1, NOT_A_WORKBOOK)]
    return read_table(rows)


def write_workbook(replies: Sequence[CannedReply]) -> bytes:
    """Every cell is a text: nothing in it runs, and ids keep their zeros."""
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook()
    sheet = book.worksheets[0]
    for row, cells in enumerate(table(replies), start=1):
        for column, text in enumerate(cells, start=1):
            if not text:
                continue
            cell = sheet.cell(row, column)
            text = _ESCAPE.sub(r"_x005F\g<0>", ILLEGAL_CHARACTERS_RE.sub("", text))
            cell.value = text[:LONGEST_CELL]
            cell.data_type = "s"
            cell.number_format = "@"
    sheet.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), str(value))
    return text.replace("\r\n", "\n")
