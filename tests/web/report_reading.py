"""Reads the tables of a report's page and of its CSV."""

import csv
import io
from html.parser import HTMLParser


class Tables(HTMLParser):
    """The text of every table cell, row by row, and whatever else is asked for."""

    def __init__(self, html):
        super().__init__()
        self.tables, self.cell = [], None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.cell = []

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.tables[-1][-1].append(" ".join("".join(self.cell).split()))
            self.cell = None


def sheets(client, query=""):
    """The tables of the CSV."""
    rows = list(csv.reader(io.StringIO(client.get(f"/reports.csv{query}").text)))
    tables = [[]]
    for row in rows:
        if row:
            tables[-1].append(row)
        else:
            tables.append([])
    return tables
