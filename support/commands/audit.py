"""`flask audit`: whether the log of deeds is as it was written."""

import click
from flask.cli import AppGroup

from support.audit.chain import Fault
from support.audit.noting import verify
from support.db import db

audit = AppGroup("audit", help="The log of who did what.")


@audit.command("verify")
@click.option("--kept", default="", help="NUMBER:DIGEST as an earlier run printed it.")
def check(kept: str) -> None:
    """Walks the chain; names the first entry that was altered, removed or put in.

    Prints how far it reaches. Note that elsewhere: only beside it does a cut end show.
    """
    found = verify(db.session(), _kept(kept))
    if isinstance(found, Fault):
        raise click.ClickException(f"Entry {found.number} {found.why}.")
    number, digest = found
    click.echo(f"{number} entries, each as it was written. {number}:{digest}")


def _kept(words: str) -> tuple[int, str] | None:
    if not words:
        return None
    number, _, digest = words.partition(":")
    if not number.isdecimal() or len(digest) != 64:
        raise click.ClickException("--kept takes NUMBER:DIGEST as an earlier run printed it.")
    return (int(number), digest.lower()) if int(number) else None
