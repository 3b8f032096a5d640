"""`flask demo` and `flask prepare`: tables, and the story a first look is shown."""

import click
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from support.agents.records import anyone_here
from support.commands import MIGRATIONS
from support.commands.sentences import sentences
from support.db import db
from support.demo import loading
from support.demo.playing import Stage
from support.desk import Desk, the_desk
from support.errors import DeskError
from support.inbox import reading
from support.x.door import XDoor
from support.x.errors import XError
from support.x.snowflakes import first_id_at

demo = AppGroup("demo", help="The demo story.")


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
    with sentences():
        many = _load_demo(session, desk, team_only=team_only)
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


@click.command("prepare")
@with_appcontext
@click.option("--demo", "wish", type=click.Choice(["story", "team"]), help="Into an empty desk.")
def prepare(wish: str | None) -> None:
    """Brings the tables up to date, loads the demo if wanted, and names its people."""
    upgrade(directory=str(MIGRATIONS))
    session = db.session()
    if wish and not anyone_here(session):
        try:
            many = _load_demo(session, the_desk(), team_only=wish == "team")
            session.commit()
            click.echo(f"The demo is loaded: {many} conversations.", err=True)
        except (DeskError, XError) as error:
            session.rollback()
            click.echo(f"The demo could not be loaded ({error}); the desk is empty.", err=True)
    for line in loading.people(session):
        click.echo(line)
