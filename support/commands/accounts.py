"""`flask x`: the X accounts of the desk."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from support.commands.sentences import sentences
from support.db import db
from support.desk import the_desk
from support.inbox import reading
from support.replies.signature import check_form
from support.sla.records import Calendar, ServiceLevel
from support.x.connecting import connect
from support.x.records import Account
from support.x.snowflakes import first_id_at

x = AppGroup("x", help="The X accounts of the desk.")


@x.command("connect")
@click.option("--token", prompt="User token", hide_input=True)
def connect_account(token: str) -> None:
    """Connects the account a user token speaks for, or gives it a new token."""
    session, desk = db.session(), the_desk()
    calendar = session.scalar(select(Calendar).order_by(Calendar.id.desc()).limit(1))
    level = session.scalar(select(ServiceLevel).order_by(ServiceLevel.id.desc()).limit(1))
    if calendar is None or level is None:
        raise click.ClickException("Set the desk up first: open it in a browser.")
    with sentences():
        account = connect(
            session,
            desk.x.with_token(token),
            token=token,
            secret_key=desk.settings.secret_key,
            calendar_id=calendar.id,
            service_level_id=level.id,
            undo_seconds=desk.settings.undo_seconds,
        )
    reading.begin(session, account, after_id=first_id_at(desk.clock()))
    session.commit()
    click.echo(f"@{account.handle} is connected; what is written to it from now on is read.")


@x.command("resume")
@click.argument("handle")
def resume_account(handle: str) -> None:
    """Lets a stopped account read and send again, once X takes its token."""
    session, desk = db.session(), the_desk()
    account = _account(handle)
    with sentences():
        desk.x.for_account(account).me()
    account.stopped_at, account.stopped_reason = None, ""
    session.commit()
    click.echo(f"@{account.handle} reads and sends again.")


@x.command("set")
@click.argument("handle")
@click.option("--signature", help="'^{family_name}', '（{family_name}）', '担当:{family_name}', …")
@click.option("--persona", help="The shared name, for the form '{persona}'.")
@click.option("--undo", type=click.IntRange(0, 300), help="Seconds a reply can be taken back.")
def set_account(handle: str, signature: str | None, persona: str | None, undo: int | None) -> None:
    """How agents sign for an account, and how long a reply waits."""
    account = _account(handle)
    with sentences():
        if signature is not None:
            account.signature_form = check_form(signature)
    account.persona = account.persona if persona is None else persona
    account.undo_seconds = account.undo_seconds if undo is None else undo
    db.session.commit()
    form = account.signature_form or "no signature"
    click.echo(f"@{account.handle}: {form}, {account.undo_seconds} s to take a reply back.")


@x.command("list")
def list_accounts() -> None:
    """The accounts and how they stand."""
    for account in db.session.scalars(select(Account).order_by(Account.id)):
        stopped = f"stopped: {account.stopped_reason}" if account.stopped_at else "at work"
        click.echo(f"@{account.handle}  {account.name}  {stopped}")


def _account(handle: str) -> Account:
    name = handle.lstrip("@")
    account = db.session.scalar(select(Account).where(Account.handle == name))
    if account is None:
        raise click.ClickException(f"No account here is called @{name}.")
    return account
