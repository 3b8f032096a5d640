"""`flask agents`: the people of the desk."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from support.agents import signing_in
from support.agents.access import Role
from support.agents.records import Agent, agent_by_email
from support.commands.sentences import sentences
from support.db import db
from support.desk import the_desk

agents = AppGroup("agents", help="The people of the desk.")


@agents.command("add")
@click.argument("email")
@click.option("--family-name", required=True)
@click.option("--given-name", default="")
@click.option("--initials", default="", help="For signatures; from the address if left out.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default="agent")
@click.password_option()
def add_agent(email: str, role: str, **about: str) -> None:
    """Enrols somebody."""
    with sentences():
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
    with sentences():
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
