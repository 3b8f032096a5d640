"""`python -m tests.faults --replies N --seed S --database sqlite|postgresql`: break things, look.

Prints one line of figures. Ends with 1 on any finding; each is a sentence.
"""

import json
import shutil
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path

from support.logs import set_up_logs
from tests.faults.run import Options, run
from tests.faults.stand_ins import GUARDS
from tests.machinery import lifeline


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    lifeline.run_folder()
    set_up_logs("ERROR")
    place = Path(tempfile.mkdtemp(prefix="faults-"))
    outcome = run(options, place)
    about = {"database": options.database, "seed": options.seed, "without": options.without}
    print(json.dumps({"run": "faults", **about, **outcome.figures()}, ensure_ascii=False))
    for sentence in outcome.sentences():
        print(sentence, file=sys.stderr)
    if outcome.failed:
        print(f"What the processes wrote and what X had stays in {place}.", file=sys.stderr)
    else:
        shutil.rmtree(place, ignore_errors=True)
    return int(outcome.failed)


def _options(arguments: list[str] | None) -> Options:
    parser = ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--replies", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--short", action="store_true", help="seconds instead of minutes")
    parser.add_argument("--no-web", action="store_true", help="without the web server")
    guards = "; ".join(f"{name}: {what}" for name, what in GUARDS.items())
    parser.add_argument("--without", choices=[*GUARDS], default="", help=f"({guards})")
    given = parser.parse_args(arguments)
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
