"""`flask x`: the X accounts of the desk, how they stand and how agents sign for them."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from support.agents.records import SecondStep
from support.alerts.records import AlertWebhook
from support.commands.sentences import in_english, sentences
from support.db import db
from support.desk import the_desk
from support.replies.signature import check_form
from support.x import connecting, rotating
from support.x.errors import XError
from support.x.records import Account
from support.x.tokens import TokenUnreadable

x = AppGroup("x", help="The X accounts of the desk.")
MICROS = 1_000_000


@x.command("resume")
@click.argument("handle")
def resume_account(handle: str) -> None:
    """Lets a stopped account read and send again, once X takes its token."""
    session, desk = db.session(), the_desk()
    account = account_called(handle)
    with sentences():
        client = desk.x.for_account(account)
        session.rollback()  # the call may renew the token, for which it needs the row
        client.me()
    connecting.resume(account)
    session.commit()
    click.echo(f"@{account.handle} reads and sends again.")


@x.command("set")
@click.argument("handle")
@click.option("--signature", help="'^{family_name}', '（{family_name}）', '担当:{family_name}', …")
@click.option("--persona", help="The shared name, for the form '{persona}'.")
@click.option("--undo", type=click.IntRange(0, 300), help="Seconds a reply can be taken back.")
@click.option("--plan", type=click.Choice(["self_serve", "enterprise"]), help="The plan on X.")
@click.option("--owns-app/--no-owns-app", default=None, help="Whether it is its app's developer.")
@click.option("--monthly-cap", type=click.FloatRange(0, 1e6), help="US dollars; 0 takes it away.")
def set_account(
    handle: str,
    signature: str | None,
    persona: str | None,
    undo: int | None,
    plan: str | None,
    owns_app: bool | None,
    monthly_cap: float | None,
) -> None:
    """How agents sign for an account, how long a reply waits, and what it may cost."""
    account = account_called(handle)
    with sentences():
        if signature is not None:
            account.signature_form = check_form(signature)
    account.persona = account.persona if persona is None else persona
    account.undo_seconds = account.undo_seconds if undo is None else undo
    account.plan = plan or account.plan
    account.owns_app = account.owns_app if owns_app is None else owns_app
    if monthly_cap is not None:
        account.monthly_cap_micros = round(monthly_cap * MICROS) or None
    db.session.commit()
    form = account.signature_form or "no signature"
    click.echo(f"@{account.handle}: {form}, {account.undo_seconds} s to take a reply back.")


@x.command("disconnect")
@click.argument("handle")
def disconnect_account(handle: str) -> None:
    """Gives the tokens back to X and stops the account; its tickets and its queue stay."""
    session, desk = db.session(), the_desk()
    account = account_called(handle)
    number, told = account.id, False
    try:
        tell = desk.x.revocation(account)
        session.rollback()
        told = tell()
    except XError as error:
        click.echo(f"X was not told: {error}", err=True)
    account = session.get_one(Account, number)
    connecting.disconnect(account, desk.clock())
    session.commit()
    click.echo(f"@{account.handle} is disconnected; what waits for it stays queued.")
    if not told:
        click.echo("Take the app's permission back on x.com, under the account's connected apps.")


@x.command("list")
def list_accounts() -> None:
    """The accounts and how they stand."""
    for account in db.session.scalars(select(Account).order_by(Account.id)):
        why = in_english(account.stopped_reason)
        stopped = f"stopped: {why}" if account.stopped_at else "at work"
        app = f"{account.auth} through {account.app.name}" if account.app else account.auth
        click.echo(f"@{account.handle}  {account.name}  {app}  {stopped}")


ELSEWHERE = {
    AlertWebhook: (AlertWebhook.url_sealed,),
    SecondStep: (SecondStep.secret_sealed,),
}
"""What is sealed in other rooms than x."""


@x.command("rotate-keys")
def rotate_keys() -> None:
    """Seals tokens and keys anew with the first secret of DESK_SECRET_KEY."""
    session = db.session()
    try:
        changed = rotating.rotate(session, the_desk().settings.secret_key, ELSEWHERE)
    except TokenUnreadable as error:
        session.rollback()
        raise click.ClickException(
            "Something here was sealed with a secret that DESK_SECRET_KEY does not name; "
            "add it behind a comma and try again. Nothing was changed."
        ) from error
    session.commit()
    click.echo(f"{changed} sealed anew with the first secret; older ones are not needed any more.")


def account_called(handle: str) -> Account:
    name = handle.lstrip("@")
    account = db.session.scalar(select(Account).where(Account.handle == name))
    if account is None:
        raise click.ClickException(f"No account here is called @{name}.")
    return account
