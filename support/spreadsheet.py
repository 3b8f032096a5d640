"""Tables for spreadsheets: CSV that Excel opens as it is, and that runs nothing."""

import csv
import io
from collections.abc import Iterable, Sequence

BOM = "\ufeff"
FORMULA_SIGNS = "=+-@＝＋－＠\t\r\n"
"""What a formula begins with; where keyboards are Japanese, in full width as well."""


def neutral(cell: str) -> str:
    """`cell`, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(tuple(FORMULA_SIGNS)) else cell


def as_csv(rows: Iterable[Sequence[str]], *, bom: bool) -> str:
    """RFC 4180 with CRLF; an empty row parts one table from the next. `bom`: for Excel."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([neutral(cell) for cell in row] for row in rows)
    return f"{BOM if bom else ''}{text.getvalue()}"
