"""`flask status` and `flask doctor`: how the desk stands."""

import json

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from support import checkup
from support.commands import MIGRATIONS
from support.db import db
from support.desk import the_desk


@click.command("status")
@with_appcontext
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
@with_appcontext
def doctor() -> None:
    """Checks everything the desk stands on, a line each; exits 1 on a fault."""
    findings = checkup.examine(db.session(), the_desk(), MIGRATIONS)
    for finding in findings:
        click.echo(f"{'ok  ' if finding.ok else 'FAULT'} {finding.what}: {finding.words}")
    raise SystemExit(0 if all(finding.ok for finding in findings) else 1)
