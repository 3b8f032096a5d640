"""The command line: `flask …`. A door: it reads the clock and commits."""

import json
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup
from flask_migrate import Migrate
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from support import checkup
from support.agents.records import anyone_here
from support.canned import evaluation, shelf
from support.clock import system_clock
from support.db import db
from support.demo import loading
from support.demo.playing import Stage
from support.desk import Desk, the_desk
from support.errors import DeskError
from support.inbox import reading
from support.x.client import XDoor
from support.x.errors import XError
from support.x.payloads import first_id_at

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
canned = AppGroup("canned", help="The prepared answers: check and evaluate.")
demo = AppGroup("demo", help="The demo story.")


def init_app(app: Flask) -> None:
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    for command in (canned, demo, doctor, status):
        app.cli.add_command(command)


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
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def evaluate_shelf(source: Path, queries: Path, as_json: bool) -> None:
    """How well the matcher finds the right answers."""
    if source.is_dir():
        entries, faults = list(shelf.Shelf(source).replies), []
    else:
        entries, faults = evaluation.read_entries(_lines(source))
    asked, unusable = evaluation.read_queries(_lines(queries))
    for fault in [*faults, *unusable]:
        click.echo(fault, err=True)
    figures = evaluation.evaluate(entries, asked)
    click.echo(json.dumps(figures) if as_json else evaluation.report(figures))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{path} is not UTF-8: {error.reason}.") from error


@demo.command("people")
def demo_people() -> None:
    """Whom to sign in as on a demo desk."""
    for line in loading.people():
        click.echo(line)


@demo.command("load")
@click.option("--if-empty", is_flag=True, help="Say nothing when the desk has data already.")
@click.option("--team-only", is_flag=True, help="Account and people, without the story.")
def demo_load(if_empty: bool, team_only: bool) -> None:
    """Loads the demo story, into an empty desk only."""
    session, desk = db.session(), the_desk()
    if anyone_here(session):
        if if_empty:
            return
        raise click.ClickException("The desk has data: the demo story is for an empty one.")
    try:
        many = _load_demo(session, desk, team_only=team_only)
    except (DeskError, XError) as error:
        raise click.ClickException(str(error)) from error
    session.commit()
    if many:
        click.echo(f"The demo story is loaded: {many} conversations.")


def _load_demo(session: Session, desk: Desk, *, team_only: bool) -> int:
    now, settings = desk.clock(), desk.settings
    client = XDoor(settings).with_token(loading.TOKEN)
    cast = loading.open_desk(session, client, secret_key=settings.secret_key, now=now)
    client = XDoor(settings).for_account(cast.account)
    reading.begin(session, cast.account, after_id=first_id_at(now))
    return 0 if team_only else Stage(session, cast, client, now).play(settings.x_base_url)


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def status(as_json: bool) -> None:
    """Messages, tickets, replies, promises, workers: how the desk stands."""
    try:
        facts = checkup.status(db.session(), the_desk().clock())
    except SQLAlchemyError as error:
        raise click.ClickException(
            f"The database cannot be read ({type(error).__name__}); see `flask doctor`."
        ) from error
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    for name, value in facts.items():
        click.echo(f"{name:16} {value}")


@click.command("doctor")
def doctor() -> None:
    """Checks everything the desk stands on, a line each; exits 1 on a fault."""
    findings = checkup.examine(db.session(), the_desk(), MIGRATIONS)
    for finding in findings:
        click.echo(f"{'ok  ' if finding.ok else 'FAULT'} {finding.what}: {finding.words}")
    raise SystemExit(0 if all(finding.ok for finding in findings) else 1)
