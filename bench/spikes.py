"""False alarms in a simulated quarter of a year, how late and how large outages are seen, and what
a minute's look costs on a full desk.

13 weeks after 9 of history: hours and weekdays, days and words that differ by more than chance,
growth, holidays, campaigns, news, and outages of 10 to 200 people a quarter of an hour.
`python -m bench.spikes --days 100 300 1000 --seeds 1 2 3 --messages 100000 1000000`.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from bench.archive import archive_on
from bench.databases import add_option, on_each
from bench.figures import milliseconds, show, took
from support.conversations.records import Message
from support.incidents import watching
from support.incidents.spike_records import Spike, SpikeCount
from support.incidents.spikes import Sensitivity
from tests.incidents.quarter import SIZES, Alarm, Event, Quarter, alarms, judged

MESSAGES_A_TICKET = 3
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
OUTAGE = 400
"""Messages of the last minutes that are told to be one."""


def main(arguments: list[str] | None = None) -> None:
    parser = ArgumentParser(prog="python -m bench.spikes", description=__doc__)
    parser.add_argument("--days", type=int, nargs="*", default=[100, 300], help="posts a day")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--weeks", type=int, default=13)
    parser.add_argument("--messages", type=int, nargs="*", default=[30_000])
    parser.add_argument("--looks", type=int, default=30)
    add_option(parser)
    options = parser.parse_args(arguments)
    for a_day in options.days:
        for seed in options.seeds:
            for sensitivity in Sensitivity:
                _simulate(a_day, options.weeks, seed, sensitivity)
    if options.messages:
        on_each("spikes", options, _costs)


def _simulate(a_day: int, weeks: int, seed: int, sensitivity: Sensitivity) -> None:
    quarter = Quarter(a_day, weeks, seed)
    found = list(alarms(quarter, sensitivity))
    seen, false = judged(quarter, found)
    outages = [it for it in quarter.events if it.kind == "outage"]
    show(
        bench="spikes",
        posts_a_day=a_day,
        weeks=weeks,
        seed=seed,
        sensitivity=sensitivity.value,
        false_alarms=len(false),
        outages=len(outages),
        seen=len(seen),
        alarms_beside_the_first=len(found) - len(seen) - len(false),
        by_size={size: _of_size(size, outages, seen) for size in SIZES},
    )


def _of_size(
    size: int, outages: Sequence[Event], seen: dict[Event, Alarm]
) -> dict[str, float | int | None]:
    """Of outages with so many people in their busiest quarter of an hour."""
    those = [it for it in outages if it.people == size]
    found = [(it, seen[it]) for it in those if it in seen]
    minutes = [(alarm.at - it.begins) / timedelta(minutes=1) for it, alarm in found]
    return {
        "outages": len(those),
        "seen": len(found),
        "minutes": round(median(minutes), 1) if minutes else None,
        "people": median(alarm.people for _, alarm in found) if found else None,
    }


def _costs(kind: str, engine: Engine, options: Namespace, _place: Path) -> None:
    archive = archive_on(engine)
    for size in sorted(options.messages):
        archive.grow_to(size // MESSAGES_A_TICKET)
        with Session(engine) as session:
            show(bench="spikes", database=kind, messages=size, **_at(session, options.looks))


def _at(session: Session, looks: int) -> dict[str, object]:
    newest = session.scalar(select(func.max(Message.posted_at))) or datetime.now(UTC)
    filled = took(lambda: _fill(session, newest))
    quiet = [took(partial(_look, session, newest + MINUTE * n)) for n in range(1, looks + 1)]
    now = _break_out(session, newest + MINUTE * looks)
    first = took(partial(_look, session, now))
    busy = [took(partial(_look, session, now + SECOND * n)) for n in range(1, looks + 1)]
    return {
        "counts": session.scalar(select(func.count()).select_from(SpikeCount)),
        "filled_s": round(filled, 1),
        "quiet": milliseconds(quiet),
        "outage_of": OUTAGE,
        "first_look_ms": round(first * 1000),
        "busy": milliseconds(busy),
        "raised": session.scalar(select(func.count(Spike.id))),
    }


def _fill(session: Session, now: datetime) -> None:
    while watching.watch(session, now).more:
        session.commit()
    session.commit()


def _look(session: Session, now: datetime) -> None:
    watching.watch(session, now)
    session.commit()


def _break_out(session: Session, now: datetime) -> datetime:
    """The newest messages become an outage of the last ten minutes."""
    newest = select(Message.id).where(Message.by_us.is_(False)).order_by(Message.id.desc())
    for number, message_id in enumerate(session.scalars(newest.limit(OUTAGE)).all()):
        at = now - timedelta(seconds=1.5 * number)
        words = "全然つながらないです。札幌です" if number % 3 else "圏外のままで電話できません"
        mine = update(Message).where(Message.id == message_id)
        session.execute(mine.values(posted_at=at, received_at=at, edited_at=at, text=words))
    session.commit()
    return now


if __name__ == "__main__":
    main()
