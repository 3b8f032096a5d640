"""The search page at several sizes, and what a search without an index costs in the same run.

`python -m bench.search --sizes 1000 10000 100000`. Three messages a ticket.
"""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import urlencode

from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from bench.archive import archive_on
from bench.databases import add_option, on_each
from bench.figures import milliseconds, show, took
from bench.in_process import desk_in_process
from support.db import db
from support.search import rebuilding
from support.search.records import SearchEntry

AGENT = "misaki@hikari-care.example"
ASKED = {
    "common": "請求 内訳",
    "two_characters": "解約",
    "one_character": "届",
    "rare": "番号 0000",
    "number": "0000777",
    "narrowed": "回線 is:open",
    "tagged": "解約 tag:テレビ",
    "nothing": "電子レンジ",
}
LIKE = "SELECT id FROM messages WHERE text LIKE :word ORDER BY posted_at DESC LIMIT 50"
WARM = 3


def main(arguments: list[str] | None = None) -> None:
    parser = ArgumentParser(prog="python -m bench.search", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--requests", type=int, default=30, help="of each kind")
    add_option(parser)
    options = parser.parse_args(arguments)
    on_each("search", options, _run)


def _run(kind: str, engine: Engine, options: Namespace, place: Path) -> None:
    url = engine.url.render_as_string(hide_password=False)
    archive, medians = archive_on(engine), list[dict[str, float]]()
    for size in sorted(options.sizes):
        archive.grow_to(size)
        fill(kind, engine, size)
        archive.tidy()
        medians.append(_measure(kind, engine, url, size, options.requests, place))
    for word in ASKED:
        growth = round(medians[-1][word] / medians[0][word], 2)
        show(bench="search", database=kind, asked=word, last_to_first=growth)


def fill(kind: str, engine: Engine, size: int) -> None:
    begun = perf_counter()
    with Session(engine, expire_on_commit=False) as session:
        rebuilding.begin(session, datetime.now(UTC))
        session.commit()
        while rebuilding.fill_some(session):
            session.commit()
            session.expunge_all()
        session.commit()
        entries = session.scalar(select(func.count()).select_from(SearchEntry)) or 0
    seconds = perf_counter() - begun
    show(
        bench="search",
        database=kind,
        tickets=size,
        entries=entries,
        filled_per_s=round(entries / seconds),
    )


def _measure(
    kind: str, engine: Engine, url: str, size: int, requests: int, place: Path
) -> dict[str, float]:
    app, client, asked = desk_in_process(url, place, email=AGENT)
    pages: dict[str, list[float]] = {word: [] for word in ASKED}
    likes: dict[str, list[float]] = {word: [] for word in ("common", "rare", "nothing")}
    counts: dict[str, int] = {}
    for number in range(requests + WARM):
        for word, typed in ASKED.items():
            asked.clear()
            seconds = took(lambda typed=typed: _ask(client, typed))
            counts[word] = sum(one.lstrip().upper().startswith("SELECT") for one in asked)
            if number >= WARM:
                pages[word].append(seconds)
        for word, found in likes.items() if number < WARM + 5 else ():
            found.append(took(lambda word=word: _like(engine, ASKED[word].split()[0])))
    for word, durations in pages.items():
        figures = milliseconds(durations) | {"queries": counts[word]}
        if word in likes:
            figures["like_ms"] = round(median(likes[word]) * 1000, 2)
        show(bench="search", database=kind, tickets=size, asked=word, **figures)
    with app.app_context():
        db.engine.dispose()
    return {word: median(durations) for word, durations in pages.items()}


def _ask(client: FlaskClient, typed: str) -> None:
    answer = client.get("/search?" + urlencode({"q": f"{typed}"}), headers=PART)
    if answer.status_code != 200:
        raise SystemExit(f"{typed}: {answer.status_code}")


PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def _like(engine: Engine, word: str) -> None:
    with engine.connect().execution_options(readonly=True) as connection:
        connection.execute(text(LIKE), {"word": f"%{word}%"}).all()


if __name__ == "__main__":
    main()
