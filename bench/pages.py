"""The queue, a ticket, the rail's counts and searches over real HTTP, at 1,000 to 100,000 tickets.

Beside them in each run: Flask saying hello, fifty rows through Jinja, fifty rows through the ORM.
`python -m bench.pages --sizes 1000 10000 --databases sqlite`. A million, with three million
messages, is filled in a quarter of an hour or two: `--sizes 1000 10000 100000 1000000`.
"""

from argparse import ArgumentParser, Namespace
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from app import create_app
from bench import floors
from bench.archive import archive_on
from bench.databases import add_option, on_each
from bench.figures import milliseconds, show
from bench.search import ASKED, fill
from bench.serving import Browser, environment, served, sign_in
from support.db import db
from support.settings import load_settings
from tests.cast import SECRET

FLOORS = {"hello": "/hello", "jinja": "/jinja", "orm": "/orm"}
AGENT = "misaki@hikari-care.example"
WARM = 8
"""Requests that are not counted: templates are compiled, caches filled."""


def main(arguments: list[str] | None = None) -> None:
    parser = ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--requests", type=int, default=80, help="to each page")
    parser.add_argument("--no-search", dest="search", action="store_false", help="fill no index")
    add_option(parser)
    options = parser.parse_args(arguments)
    on_each("pages", options, _run)


def _run(kind: str, engine: Engine, options: Namespace, place: Path) -> None:
    url = engine.url.render_as_string(hide_password=False)
    floors.fill(url)
    archive = archive_on(engine)
    medians: dict[int, dict[str, float]] = {}
    for size in sorted(options.sizes):
        archive.grow_to(size)
        with Session(engine) as session:
            archive.check(session, every=size // 20)
        engine.dispose()
        medians[size] = _measure(kind, url, size, options.requests, place, _pages(size))
        if options.search:
            fill(kind, engine, size)
            archive.tidy()
            engine.dispose()
            medians[size] |= _measure(kind, url, size, options.requests, place, _searches())
    _compare(kind, medians)


def _measure(
    kind: str, url: str, size: int, requests: int, place: Path, paths: dict[str, "cycle[str]"]
) -> dict[str, float]:
    env = environment(
        DESK_DATABASE_URL=url,
        DESK_DATA_DIR=str(place),
        DESK_SECRET_KEY=SECRET,
        DESK_REDIS_URL="redis://127.0.0.1:1/0",
    )
    with (
        served("app:create_app()", env, place) as desk,
        served("bench.floors:create_floors()", env, place) as floor,
    ):
        cookie = sign_in(desk, AGENT)
        seconds, sizes = _asked(Browser(desk, cookie), Browser(floor), paths, requests)
    for page, durations in seconds.items():
        facts: dict[str, Any] = {"bytes": sizes[page]}
        if page in paths:
            facts["queries"] = _queries(env, cookie, next(paths[page]))
        show(
            bench="pages",
            database=kind,
            tickets=size,
            page=page,
            **milliseconds(durations),
            **facts,
        )
    return {page: median(durations) for page, durations in seconds.items()}


def _pages(size: int) -> dict[str, "cycle[str]"]:
    """What is asked for in turn, by the name it has in the figures."""
    return {"queue": cycle(["/"]), "ticket": cycle(_tickets(size)), "rail": cycle(["/rail"])}


def _searches() -> dict[str, "cycle[str]"]:
    return {
        f"search_{kind}": cycle(["/search?" + urlencode({"q": ASKED[kind]})])
        for kind in ("common", "rare", "one_character")
    }


def _tickets(size: int) -> list[str]:
    """Pages of twenty unresolved tickets from all over the archive."""
    step = max(20, size // 20 // 20 * 20)
    return [f"/tickets/{number}" for number in range(1, size, step)][:20]


def _asked(
    desk: Browser, floor: Browser, paths: dict[str, "cycle[str]"], requests: int
) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Every page in turn, so that a disturbance of the machine hits them all."""
    seconds: dict[str, list[float]] = {page: [] for page in (*FLOORS, *paths)}
    sizes: dict[str, int] = {}
    for number in range(requests + WARM):
        asked = {page: floor.get(path) for page, path in FLOORS.items()}
        asked |= {page: desk.get(next(path)) for page, path in paths.items()}
        for page, (took, size) in asked.items():
            sizes[page] = size
            if number >= WARM:
                seconds[page].append(took)
    desk.close()
    floor.close()
    return seconds, sizes


def _queries(env: dict[str, str], cookie: str, path: str) -> int:
    """How many statements the page asks the database, counted in this process."""
    settings = load_settings({name: env[name] for name in env if name.startswith("DESK_")})
    app = create_app(settings)
    asked: list[str] = []
    with app.app_context():
        event.listen(
            db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]), named=False
        )
        answer = app.test_client(use_cookies=False).get(path, headers={"Cookie": cookie})
        db.engine.dispose()
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code}")
    return sum(statement.lstrip().upper().startswith("SELECT") for statement in asked)


def _compare(kind: str, medians: dict[int, dict[str, float]]) -> None:
    """The queue beside the ORM's fifty rows, and how pages grow from ten thousand tickets on."""
    for size, pages in medians.items():
        facts = {"queue_to_orm": round(pages["queue"] / pages["orm"], 2)}
        if 10_000 in medians and size > 10_000:
            base = medians[10_000]
            for page in (name for name in pages if name not in FLOORS):
                # Measured in floors of its own minute: the machine is another one by then.
                grown = (pages[page] / pages["orm"]) / (base[page] / base["orm"])
                facts[f"{page}_growth"] = round(grown, 2)
        show(bench="pages", database=kind, tickets=size, **facts)


if __name__ == "__main__":
    main()
