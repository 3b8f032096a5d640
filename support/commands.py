"""The command line: `flask …`. A door: it reads the clock and commits."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from flask_migrate import Migrate, upgrade
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from support import checkup
from support.agents import signing_in
from support.agents.access import Role
from support.agents.records import Agent, agent_by_email, anyone_here
from support.canned import evaluation, shelf
from support.clock import system_clock
from support.db import db
from support.demo import loading
from support.demo.playing import Stage
from support.desk import Desk, the_desk
from support.errors import DeskError
from support.inbox import reading
from support.replies.signature import check_form
from support.sla.records import Calendar, ServiceLevel
from support.x.client import XDoor
from support.x.connecting import connect
from support.x.errors import XError
from support.x.payloads import first_id_at
from support.x.records import Account

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
agents = AppGroup("agents", help="The people of the desk.")
x = AppGroup("x", help="The X accounts of the desk.")
canned = AppGroup("canned", help="The prepared answers: check and evaluate.")
demo = AppGroup("demo", help="The demo story.")


def init_app(app: Flask) -> None:
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    for command in (agents, canned, demo, doctor, prepare, status, x):
        app.cli.add_command(command)


@agents.command("add")
@click.argument("email")
@click.option("--family-name", required=True)
@click.option("--given-name", default="")
@click.option("--initials", default="", help="For signatures; from the address if left out.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default="agent")
@click.password_option()
def add_agent(email: str, role: str, **about: str) -> None:
    """Enrols somebody."""
    with _sentences():
        agent = signing_in.enrol(
            db.session(), email=email, role=Role(role), now=the_desk().clock(), **about
        )
        db.session.commit()
    click.echo(f"{agent.name} ({agent.role}) may sign in as {agent.email}.")


@agents.command("password")
@click.argument("email")
@click.password_option()
def new_password(email: str, password: str) -> None:
    """Sets a new password; whoever is signed in with the old one is signed out."""
    agent = _agent(email)
    with _sentences():
        signing_in.set_password(db.session(), agent, password, now=the_desk().clock())
    db.session.commit()
    click.echo(f"{agent.name} has a new password.")


@agents.command("suspend")
@click.argument("email")
@click.option("--undo", is_flag=True, help="Lets them in again.")
def suspend(email: str, undo: bool) -> None:
    """Keeps somebody out at once; what they did stays under their name."""
    agent, now = _agent(email), the_desk().clock()
    agent.suspended_at = None if undo else now
    ended = 0 if undo else signing_in.end_sign_ins_of(db.session(), agent.id, now=now)
    db.session.commit()
    click.echo(f"{agent.name} may sign in again." if undo else f"{agent.name} is out ({ended}).")


@agents.command("list")
def list_agents() -> None:
    """Who works here."""
    for agent in db.session.scalars(select(Agent).order_by(Agent.id)):
        out = " (suspended)" if agent.suspended_at else ""
        click.echo(f"{agent.email}  {agent.role}  {agent.name}{out}")


def _agent(email: str) -> Agent:
    agent = agent_by_email(db.session(), email)
    if agent is None:
        raise click.ClickException(f"Nobody here has the address {email}.")
    return agent


@x.command("connect")
@click.option("--token", prompt="User token", hide_input=True)
def connect_account(token: str) -> None:
    """Connects the account a user token speaks for, or gives it a new token."""
    session, desk = db.session(), the_desk()
    calendar = session.scalar(select(Calendar).order_by(Calendar.id.desc()).limit(1))
    level = session.scalar(select(ServiceLevel).order_by(ServiceLevel.id.desc()).limit(1))
    if calendar is None or level is None:
        raise click.ClickException("Set the desk up first: open it in a browser.")
    with _sentences():
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
    with _sentences():
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
    with _sentences():
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


@contextmanager
def _sentences() -> Iterator[None]:
    """What a person can act on ends the command as one sentence."""
    try:
        yield
    except (DeskError, XError) as error:
        raise click.ClickException(str(error)) from error


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
        entries, unusable = list(shelf.Shelf(source).replies), list[str]()
    else:
        entries, unusable = evaluation.read_entries(_lines(source))
    asked, unreadable = evaluation.read_queries(_lines(queries))
    for fault in [*unusable, *unreadable]:
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
    with _sentences():
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
