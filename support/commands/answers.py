"""`flask canned`: the prepared answers."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from support.canned import evaluation, shelf
from support.clock import system_clock
from support.desk import the_desk

canned = AppGroup("canned", help="The prepared answers: check, evaluate, import and export.")


@canned.command("check")
@click.option("--shelf", "folder", type=click.Path(exists=True, path_type=Path), default=None)
def check_shelf(folder: Path | None) -> None:
    """Names every fault of the shelf; exits 1 if there is one."""
    found = shelf.Shelf(folder) if folder else the_desk().shelf
    faults = shelf.check(found, system_clock().date())
    for fault in faults:
        click.echo(fault)
    click.echo(f"{len(found.replies)} answers, {len(faults)} remarks")
    raise SystemExit(1 if found.faults else 0)


@canned.command("evaluate")
@click.option("--shelf", "source", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--queries", required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--learn",
    "picks",
    type=click.Path(exists=True, path_type=Path),
    default=None,
    help="Query lines taught as agents' picks, in order, before judging.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def evaluate_shelf(source: Path, queries: Path, picks: Path | None, as_json: bool) -> None:
    """How well the matcher finds the right answers."""
    if source.is_dir():
        entries, unusable = list(shelf.Shelf(source).replies), list[str]()
    else:
        entries, unusable = evaluation.read_entries(_lines(source))
    asked, unreadable = evaluation.read_queries(_lines(queries))
    taught, unteachable = evaluation.read_queries(_lines(picks)) if picks else ([], [])
    for fault in [*unusable, *unreadable, *unteachable]:
        click.echo(fault, err=True)
    figures = evaluation.evaluate(entries, asked, picks=taught)
    click.echo(json.dumps(figures) if as_json else evaluation.report(figures))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{path} is not UTF-8: {error.reason}.") from error
