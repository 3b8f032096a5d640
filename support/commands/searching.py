"""`flask search`: the index behind the search box, made anew and checked."""

import click
from flask.cli import AppGroup

from support.db import db
from support.desk import the_desk
from support.search import rebuilding

MOST_TOLD = 20

search = AppGroup("search", help="The index behind the search box.")


@search.command("rebuild")
@click.option("--go-on", is_flag=True, help="Only enter what an upgrade or a stop left out.")
def rebuild(go_on: bool) -> None:
    """Makes the index anew, a thousand at a time; the desk may go on working meanwhile."""
    session = db.session()
    if not go_on:
        rebuilding.begin(session, the_desk().clock())
        session.commit()
    done = 0
    while some := rebuilding.fill_some(session):
        session.commit()
        session.expunge_all()
        done += some
        if done % 50_000 < some:
            click.echo(f"{done:,} …")
    session.commit()
    click.echo(f"{done:,} entered: messages, replies, notes and customers.")


@search.command("check")
def check() -> None:
    """Compares the index with what it is about; exits 1 where they differ."""
    wrong = list(rebuilding.differences(db.session()))
    for kind, number in wrong[:MOST_TOLD]:
        click.echo(f"{kind} {number} is not entered as it should be.")
    if wrong:
        raise click.ClickException(f"{len(wrong)} differ; `flask search rebuild` mends them.")
    click.echo("The index is true.")
