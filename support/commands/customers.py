"""`flask customers`: what is held about a customer is handed out, or erased."""

from functools import partial
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import func, select

from support.agents.access import Deed, may
from support.agents.records import Agent, agent_by_email
from support.audit import noting
from support.audit.deeds import Deed as Noted
from support.conversations.records import Customer
from support.db import db
from support.desk import the_desk
from support.jobs.privacy import carry_on
from support.privacy import barring, erasing, exporting
from support.web.customers.data_words import sheet

customers = AppGroup("customers", help="What is held about a customer: handed out, or erased.")
WHO = click.option("--by", "email", prompt="Your address at the desk", help="Who does this.")


@customers.command("export")
@click.argument("username")
@click.option("--to", "path", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--without-notes", is_flag=True, help="Leave out what colleagues noted.")
@WHO
def export(username: str, path: Path, without_notes: bool, email: str) -> None:
    """Writes all that is held about @USERNAME (or id:NUMBER) into a ZIP archive."""
    session, now, agent = db.session(), the_desk().clock(), _agent(email)
    customer, notes = customer_called(username), not without_notes
    when = now.isoformat(timespec="minutes")
    sheets = {f"sheet-{it}.html": partial(sheet, customer, when, it) for it in ("ja", "en")}
    path.touch(mode=0o600)
    with path.open("wb") as file:
        tables = exporting.write(session, customer, file, sheets=sheets, notes=notes, now=now)
    told = {"notes": notes, "rows": sum(tables.values())}
    about = ("customer", customer.id)
    noting.note(session, Noted.DATA_EXPORTED, by=agent.id, about=about, data=told, now=now)
    session.commit()
    click.echo(f"{path}: {told['rows']} rows of {len(tables)} tables.")


@customers.command("erase")
@click.argument("username")
@WHO
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(username: str, email: str, yes: bool) -> None:
    """Erases @USERNAME (or id:NUMBER) from the desk. Cannot be undone.

    A second run goes on with the first.
    """
    session, clock, agent = db.session(), the_desk().clock, _agent(email)
    customer = customer_called(username)
    found = erasing.preview(session, customer)
    for name, number in found.items():
        click.echo(f"  {name}: {number}")
    if in_the_way := barring.obstacles(session, customer, customer.x_id):
        raise click.ClickException("; ".join(map(_told, in_the_way)))
    if not yes and not click.confirm(f"Erase @{customer.username}, for good?"):
        raise click.ClickException("Nothing was changed.")
    erasure_id = erasing.begin(session, customer, by=agent, now=clock()).id
    about = ("customer", customer.id)
    told = {"done": False}
    noting.note(session, Noted.DATA_ERASED, by=agent.id, about=about, data=told, now=clock())
    session.commit()
    if not carry_on(session, erasure_id, clock, most=1_000_000):
        raise click.ClickException("It has not come to its end: the desk goes on by itself.")
    click.echo(f"Erased. What is left of them is called @{customer.username}.")


def _told(it: barring.Obstacle) -> str:
    where = ", ".join(f"#{number}" for number in it.tickets)
    words = {
        barring.REPLY: f"a reply has not come to its end ({', '.join(it.states)})",
        barring.OPEN: "a ticket is not resolved",
        barring.HELD: "it is to be kept",
        barring.PUSHED: "what X pushed has not been read yet",
    }
    return f"{words[it.kind]} {where}".strip()


def customer_called(name: str) -> Customer:
    """By @USERNAME, or by id:NUMBER where a name went from one person on X to another."""
    named, number = name.lstrip("@").lower(), name.removeprefix("id:")
    by_name = func.lower(Customer.username) == named
    which = Customer.x_id == number if name.startswith("id:") else by_name
    found = db.session.scalars(select(Customer).where(which).order_by(Customer.id)).all()
    if not found:
        known = name if name.startswith("id:") else f"@{named}"
        raise click.ClickException(f"Nobody here is called {known}.")
    if len(found) > 1:
        ids = " or ".join(f"id:{it.x_id} ({it.name})" for it in found)
        raise click.ClickException(f"{len(found)} people here are called @{named}: say {ids}.")
    return found[0]


def _agent(email: str) -> Agent:
    agent = agent_by_email(db.session(), email)
    if agent is None or not may(agent.role, Deed.HANDLE_PERSONAL_DATA):
        raise click.ClickException(f"Nobody who may do this has the address {email}.")
    return agent
