"""The report page at several sizes: its time, its queries, and whether they grow with the archive.

`python -m bench.reports --messages 10000 100000 1000000`. Three messages a ticket, a ticket every
four minutes: fourteen days are 5,040 tickets and 15,120 promises, whatever lies before them.
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from statistics import median

from flask.testing import FlaskClient
from sqlalchemy import Engine

from bench.archive import archive_on
from bench.databases import add_option, on_each
from bench.figures import milliseconds, show, took
from bench.in_process import desk_in_process
from support.db import db

LEAD = "ryo@hikari-care.example"
PAGES = {
    "today": "/reports?period=today",
    "fortnight": "/reports",
    "by_tag": "/reports?by=tag&clock=wall",
    "csv": "/reports.csv",
    "json": "/reports.json",
    "talk": "/reports/talk",
    "promises": "/reports/promises?kind=first_reply",
    "tickets": "/reports/tickets?what=opened",
}
WARM = 2


def main(arguments: list[str] | None = None) -> None:
    parser = ArgumentParser(prog="python -m bench.reports", description=__doc__)
    parser.add_argument("--messages", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--requests", type=int, default=15, help="of each kind")
    add_option(parser)
    options = parser.parse_args(arguments)
    for messages in sorted(options.messages):
        # Anew each time: one that grows would have the last weeks of each size in the newest ones.
        options.size = messages
        on_each("reports", options, _run)


def _run(kind: str, engine: Engine, options: Namespace, place: Path) -> None:
    url = engine.url.render_as_string(hide_password=False)
    archive_on(engine).grow_to(options.size // 3)
    _measure(kind, url, options.size, options.requests, place)


def _measure(kind: str, url: str, messages: int, requests: int, place: Path) -> None:
    app, client, asked = desk_in_process(url, place, email=LEAD)
    seconds: dict[str, list[float]] = {page: [] for page in PAGES}
    counts: dict[str, int] = {}
    for number in range(requests + WARM):
        for page, path in PAGES.items():
            asked.clear()
            spent = took(lambda path=path: _ask(client, path))
            counts[page] = sum(one.lstrip().upper().startswith("SELECT") for one in asked)
            if number >= WARM:
                seconds[page].append(spent)
    for page, durations in seconds.items():
        figures = milliseconds(durations) | {"queries": counts[page]}
        show(bench="reports", database=kind, messages=messages, page=page, **figures)
    floor = median(seconds["today"])
    growth = round(median(seconds["fortnight"]) / floor, 2)
    show(bench="reports", database=kind, messages=messages, fortnight_to_today=growth)
    with app.app_context():
        db.engine.dispose()


def _ask(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code}")


if __name__ == "__main__":
    main()
