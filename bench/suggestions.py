"""Suggestions: speed beside naive rapidfuzz, and quality on data sets, each with its goal.

Speed is measured on shelves of growing size, of spliced phrasings of the data sets, or of invented
ones without them. Quality needs the data sets: `--data FOLDER` or SHARED_DATA names the folder that
holds `suggest/`, else `shared/data` beside the checkout is taken. `python -m bench.suggestions`.
"""

from argparse import ArgumentParser
from pathlib import Path

from bench import suggest_quality, suggest_speed
from bench.figures import show
from bench.suggest_sets import FOLDER

SIZES = (100, 1_000, 10_000, 100_000)


def main(arguments: list[str] | None = None) -> None:
    parser = ArgumentParser(prog="python -m bench.suggestions", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="phrasings")
    parser.add_argument("--data", type=Path, default=FOLDER)
    parser.add_argument("--only", choices=["speed", "quality"], default=None)
    options = parser.parse_args(arguments)
    if not (options.data / "suggest").is_dir():
        show(bench="suggestions", left_out=f"there are no data sets in {options.data}")
    if options.only != "quality":
        suggest_speed.measure(options.sizes, options.data)
    if options.only != "speed":
        suggest_quality.measure(options.data)


if __name__ == "__main__":
    main()
