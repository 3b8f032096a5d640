"""`python -m tests.faults --replies N --seed S --database sqlite|postgresql`: break things, look.

Prints one line of figures. Ends with 1 on any finding; each is a sentence.
"""

import json
import shutil
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

from support.logs import set_up_logs
from tests.faults import outage
from tests.faults.report import Outcome
from tests.faults.run import Options, run
from tests.faults.stand_ins import GUARDS
from tests.machinery import lifeline


def main(arguments: list[str] | None = None) -> int:
    given = _given(arguments)
    options = _options(given)
    lifeline.run_folder()
    set_up_logs("ERROR")
    place = Path(tempfile.mkdtemp(prefix="faults-"))
    about = {"database": options.database, "seed": options.seed, "without": options.without}
    outcome: outage.Outcome | Outcome
    if given.scenario == "outage":
        outcome = outage.run(_outage(given), place)
    else:
        outcome = run(options, place)
    print(json.dumps({"run": given.scenario, **about, **outcome.figures()}, ensure_ascii=False))
    for sentence in outcome.sentences():
        print(sentence, file=sys.stderr)
    if outcome.failed:
        print(f"What the processes wrote and what X had stays in {place}.", file=sys.stderr)
    else:
        shutil.rmtree(place, ignore_errors=True)
    return int(outcome.failed)


def _given(arguments: list[str] | None) -> Namespace:
    parser = ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--replies", type=int, default=300)
    parser.add_argument("--scenario", choices=("faults", "outage"), default="faults")
    parser.add_argument("--minutes", type=float, default=20.0, help="in which an outage is told of")
    parser.add_argument("--speed", type=float, default=1.0, help="so many times as fast as that")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--short", action="store_true", help="seconds instead of minutes")
    parser.add_argument("--no-web", action="store_true", help="without the web server")
    parser.add_argument("--nice", type=int, default=0, help="how far workers stand back")
    parser.add_argument("--calm", action="store_true", help="an outage in which nothing breaks")
    guards = "; ".join(f"{name}: {what}" for name, what in GUARDS.items())
    parser.add_argument("--without", choices=[*GUARDS], default="", help=f"({guards})")
    return parser.parse_args(arguments)


def _outage(given: Namespace) -> outage.Options:
    return outage.Options(
        given.replies,
        given.seed,
        given.database,
        given.minutes,
        given.speed,
        short=given.short,
        web=not given.no_web,
        says_how_far=True,
        calm=given.calm,
        nice=given.nice,
    )


def _options(given: Namespace) -> Options:
    return Options(
        given.replies,
        given.seed,
        given.database,
        short=given.short,
        web=not given.no_web,
        says_how_far=True,
        without=given.without,
    )


if __name__ == "__main__":
    sys.exit(main())
