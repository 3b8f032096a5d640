"""What the ladder of alerts costs the sweep each second as open promises pile up.

First every open promise is looked at anew, as after an edit of the ladder; then nothing is due and
a sweep should cost the same however many are open. `python -m bench.alerts --sizes 10000 100000`.
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from bench.archive import CHUNK, archive_on
from bench.databases import add_option, databases
from bench.figures import milliseconds, show, took
from support.alerts import raising
from support.alerts.records import AlertRule
from support.db import engine_for
from support.sla.records import Calendar, Promise, ServiceLevel
from tests.cast import MADE_AT

TICKETS = 1_000
TARGET = timedelta(hours=80)


def main(arguments: list[str] | None = None) -> None:
    parser = ArgumentParser(prog="python -m bench.alerts", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--sweeps", type=int, default=100, help="measured at each size")
    add_option(parser)
    options = parser.parse_args(arguments)
    for kind in options.databases:
        medians = [found for size in options.sizes for found in _at(kind, size, options.sweeps)]
        if medians:
            show(bench="alerts", database=kind, last_to_first=round(medians[-1] / medians[0], 3))


def _at(kind: str, size: int, count: int) -> Iterator[float]:
    """The median of a quiet sweep; nothing where there is no such database."""
    for _, url in databases("alerts", [kind]):
        engine = engine_for(url)
        archive_on(engine).grow_to(TICKETS)
        now = datetime.now(UTC)
        _write_promises(engine, size, now)
        anew = list(_anew(engine, now))
        _tidy(engine)
        quiet = [took(partial(_sweep, engine, now)) for _ in range(count)]
        engine.dispose()
        rate = round(size / sum(anew))
        show(bench="alerts", database=kind, open=size, looked_at_a_second=rate, **_batch(anew))
        show(bench="alerts", database=kind, open=size, quiet=True, **milliseconds(quiet))
        yield median(quiet)


def _batch(anew: list[float]) -> dict[str, float]:
    return {f"batch_{name}": figure for name, figure in milliseconds(anew).items()}


def _anew(engine: Engine, now: datetime) -> Iterator[float]:
    """Seconds of each sweep until none is left that was to be looked at."""
    due = select(func.count()).select_from(Promise).where(Promise.alert_at <= now)
    while True:
        with Session(engine) as session:
            if not session.scalar(due):
                return
        yield took(partial(_sweep, engine, now))


def _sweep(engine: Engine, now: datetime) -> None:
    with Session(engine) as session:
        raising.raise_due(session, now)
        session.commit()


def _write_promises(engine: Engine, size: int, now: datetime) -> None:
    """Resolutions that were promised within the last day, and the ladder of a new desk."""
    with Session(engine) as session:
        terms = {
            "calendar_id": session.scalars(select(Calendar.id)).first(),
            "service_level_id": session.scalars(select(ServiceLevel.id)).first(),
        }
        session.execute(Promise.__table__.update().values(alert_at=None))  # type: ignore[attr-defined]
        first = (session.scalar(select(func.max(Promise.id))) or 0) + 1
        session.add_all(
            AlertRule(share=share, deed=deed, made_at=MADE_AT)
            for share, deed in ((0.75, "assignee"), (1.0, "assignee"), (1.0, "leads"))
        )
        for begin in range(0, size, CHUNK):
            numbers = range(begin, min(begin + CHUNK, size))
            rows = [_promise(first + n, n, size, now) | terms for n in numbers]
            session.execute(insert(Promise), rows)
        session.commit()
    _tidy(engine)


def _tidy(engine: Engine) -> None:
    """What is done in time: PostgreSQL does it by itself within a minute."""
    statement = "ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)


def _promise(number: int, n: int, size: int, now: datetime) -> dict[str, object]:
    at = now - timedelta(days=1) * (n + 1) / size
    return {
        "id": number,
        "ticket_id": n % TICKETS + 1,
        "kind": "resolution",
        "started_at": at,
        "received_at": at,
        "target_seconds": int(TARGET.total_seconds()),
        "earlier_hours": [],
        "due_at": now + timedelta(days=9),
        "warn_at": now + timedelta(days=7),
        "breach_at": now + timedelta(days=9),
        "alert_at": at,
    }


if __name__ == "__main__":
    main()
