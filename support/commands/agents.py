"""`flask agents`: the people of the desk."""

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

from support.agents import admitting, appointing, one_time, signing_in
from support.agents.access import Role
from support.agents.breaches import is_breached
from support.agents.records import Agent, agent_by_email
from support.audit.deeds import Deed
from support.audit.noting import note
from support.commands.sentences import sentences
from support.db import db
from support.desk import the_desk
from support.leaving.records import dependents

agents = AppGroup("agents", help="The people of the desk.")


@agents.command("add")
@click.argument("email")
@click.option("--family-name", required=True)
@click.option("--given-name", default="")
@click.option("--initials", default="", help="For signatures; from the address if left out.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default="agent")
@click.password_option()
def add_agent(
    email: str, role: str, family_name: str, given_name: str, initials: str, password: str
) -> None:
    """Enrols somebody."""
    with sentences():
        agent = signing_in.enrol(
            db.session(),
            email=email,
            family_name=family_name,
            given_name=given_name,
            initials=initials,
            role=Role(role),
            password=password,
            now=the_desk().clock(),
            leaked=leaked,
        )
        _keep(Deed.ENROLLED, agent)
    click.echo(f"{agent.name} ({agent.role}) may sign in as {agent.email}.")


@agents.command("password")
@click.argument("email")
@click.password_option()
def new_password(email: str, password: str) -> None:
    """Sets a new password; whoever is signed in with the old one is signed out."""
    agent = _agent(email)
    with sentences():
        now = the_desk().clock()
        signing_in.set_password(db.session(), agent, password, now=now, leaked=leaked)
    _keep(Deed.PASSWORD_CHANGED, agent)
    click.echo(f"{agent.name} has a new password.")


@agents.command("link")
@click.argument("email")
def link(email: str) -> None:
    """Prints a link that signs somebody in once, within 15 minutes; for when nothing else does."""
    agent, desk = _agent(email), the_desk()
    if agent.suspended_at is not None:
        raise click.ClickException(f"{agent.name} is suspended.")
    token = one_time.made_for(agent, desk.settings.secret_key, now=desk.clock())
    _keep(Deed.LINK_MADE, agent)
    base = desk.settings.public_url or f"http://127.0.0.1:{desk.settings.port}"
    click.echo(f"{base}/sign-in/link/{token}")


@agents.command("unbind")
@click.argument("email")
def unbind(email: str) -> None:
    """Forgets as whom the provider knows somebody: their account there was made anew, say."""
    agent = _agent(email)
    if not admitting.unbind(db.session(), agent):
        raise click.ClickException(f"{agent.name} is bound to no provider.")
    _keep(Deed.UNBOUND, agent)
    click.echo(f"{agent.name} is bound anew at their next sign-in.")


@agents.command("suspend")
@click.argument("email")
@click.option("--undo", is_flag=True, help="Lets them in again.")
def suspend(email: str, undo: bool) -> None:
    """Keeps somebody out at once; what they did stays under their name."""
    agent, now = _agent(email), the_desk().clock()
    if undo:
        appointing.restore(db.session(), agent)
        _keep(Deed.RESTORED, agent)
    else:
        with sentences():
            ended = appointing.suspend(db.session(), agent, now=now)
        _keep(Deed.SUSPENDED, agent)
    click.echo(f"{agent.name} may sign in again." if undo else f"{agent.name} is out ({ended}).")
    left = dependents(db.session(), agent, now)
    if left and not undo:
        page = f"/settings/people/{agent.id}/suspension"
        click.echo(
            f"Still with them: {len(left.tickets)} tickets, {left.drafts} drafts, "
            f"{len(left.replies)} scheduled replies, {len(left.waiting)} that wait for approval. "
            f"Hand them on at {page}."
        )


@agents.command("list")
def list_agents() -> None:
    """Who works here."""
    for agent in db.session.scalars(select(Agent).order_by(Agent.id)):
        out = " (suspended)" if agent.suspended_at else ""
        click.echo(f"{agent.email}  {agent.role}  {agent.name}{out}")


def leaked(password: str) -> bool:
    """Whether it is on the operator's list of leaked passwords."""
    path = the_desk().settings.leaked_passwords
    try:
        return bool(path) and is_breached(password, Path(path))
    except OSError as error:
        raise click.ClickException(f"DESK_LEAKED_PASSWORDS cannot be read: {error}.") from error


def _keep(deed: Deed, agent: Agent) -> None:
    """Commits what was done, with an entry in the audit log."""
    note(db.session(), deed, by=None, about=("agent", agent.id), now=the_desk().clock())
    db.session.commit()


def _agent(email: str) -> Agent:
    agent = agent_by_email(db.session(), email)
    if agent is None:
        raise click.ClickException(f"Nobody here has the address {email}.")
    return agent
