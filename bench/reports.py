"""The report page at several sizes: its time, its queries, and whether they grow with the archive.

`python -m bench.reports --messages 10000 100000 1000000`. Three messages a ticket, a ticket every
four minutes: fourteen days are 5,040 tickets and 15,120 promises, whatever lies before them.
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from statistics import median

from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from app import create_app
from bench.archive import archive_on
from bench.databases import add_option, databases, folder
from bench.figures import milliseconds, show, took
from bench.serving import environment
from support.db import db, engine_for
from support.settings import load_settings
from tests.cast import PASSWORD, SECRET

LEAD = "ryo@hikari-care.example"
PAGES = {
    "today": "/reports?period=today",
    "fortnight": "/reports",
    "by_tag": "/reports?by=tag&clock=wall",
    "csv": "/reports.csv",
    "json": "/reports.json",
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
    for kind, url in databases("reports", options.databases):
        engine = engine_for(url)
        with folder() as place:
            _run(kind, engine, options, place)
        engine.dispose()


def _run(kind: str, engine: Engine, options: Namespace, place: Path) -> None:
    url = engine.url.render_as_string(hide_password=False)
    archive = archive_on(engine)
    for messages in sorted(options.messages):
        archive.grow_to(messages // 3)
        _measure(kind, url, messages, options.requests, place)


def _measure(kind: str, url: str, messages: int, requests: int, place: Path) -> None:
    env = environment(
        DESK_DATABASE_URL=url,
        DESK_DATA_DIR=str(place),
        DESK_SECRET_KEY=SECRET,
        DESK_REDIS_URL="redis://127.0.0.1:1/0",
    )
    app = create_app(load_settings({n: v for n, v in env.items() if n.startswith("DESK_")}))
    client, asked = app.test_client(), list[str]()
    _sign_in(client)
    with app.app_context():
        event.listen(
            db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]), named=False
        )
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


def _sign_in(client: FlaskClient) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    form = {"email": LEAD, "password": PASSWORD, "csrf_token": token}
    if client.post("/sign-in", data=form).status_code != 303:
        raise SystemExit("cannot sign in")


if __name__ == "__main__":
    main()
