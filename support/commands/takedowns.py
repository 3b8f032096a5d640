"""`flask compliance`: what X took back, and what is taken back by hand."""

import csv
import sys

import click
from flask.cli import AppGroup
from sqlalchemy import func, select

from support.agents.records import Agent, agent_by_email
from support.commands.customers import customer_called
from support.compliance import purging
from support.compliance.elsewhere import PURGED
from support.compliance.emptying import Notice, hide_person
from support.compliance.standing import COLUMNS, entries
from support.conversations.records import Conversation, Customer
from support.db import db
from support.desk import the_desk
from support.replies.records import Reply
from support.spreadsheet import neutral
from support.tickets.records import Note, Ticket
from support.x.connecting import disconnect
from support.x.records import Account

compliance = AppGroup("compliance", help="What X took back, and what is taken back by hand.")
WHO = click.option("--by", "email", prompt="Your address at the desk", help="Who does this.")
YES = click.option("--yes", is_flag=True, help="Do not ask.")


@compliance.command("log")
@click.option("--csv", "as_csv", is_flag=True, help="All of it, as CSV with a head line.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
def show_log(as_csv: bool, limit: int) -> None:
    """What went, why, when it was noticed and when it was gone; newest first."""
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(map(neutral, entry.cells) for entry in entries(db.session()))
        return
    for entry in entries(db.session(), limit=limit):
        row, who = entry.row, f" by {entry.agent.email}" if entry.agent else ""
        click.echo(
            f"{row.noticed_at:%Y-%m-%d %H:%M}  {row.reason:10} {row.kind:7} {row.x_id:19} "
            f"{row.items:4} items, gone after {entry.took}  ({row.noticed_by}{who})"
        )


@compliance.command("purge")
@click.argument("handle")
@WHO
@YES
def purge(handle: str, email: str, yes: bool) -> None:
    """Empties all that customers sent to @HANDLE, and disconnects it. Cannot be undone."""
    session, agent = db.session(), _agent(email)
    account = session.scalar(select(Account).where(Account.handle == handle.lstrip("@")))
    if account is None:
        raise click.ClickException(f"No account here is called @{handle.lstrip('@')}.")
    name = account.handle
    _ask(f"Empty all that customers sent to @{name}, for good?", yes)
    notice = _notice(agent)
    disconnect(account, notice.now)
    items = 0
    while some := purging.purge_some(session, account, notice):
        items += some
        session.commit()  # what is gone stays gone if this is cut off; a second run goes on
    items = purging.finish_purge(session, account, notice, items=items)
    session.commit()
    click.echo(f"@{name}: {items} items are empty, and the account is disconnected.")


@compliance.command("person")
@click.argument("username")
@WHO
@YES
def forget_person(username: str, email: str, yes: bool) -> None:
    """Empties all @USERNAME (or id:NUMBER) wrote, and their profile. Cannot be undone."""
    session, agent = db.session(), _agent(email)
    person = customer_called(username)
    name = person.username
    _ask(f"Empty all that @{name} wrote, for good?", yes)
    notice = _notice(agent)
    tickets = hide_person(
        session,
        person.x_id,
        reason=PURGED,
        noticed_by="person",
        noticed_at=notice.now,
        now=notice.now,
        agent=agent,
    )
    session.commit()
    for ticket_id in tickets:
        the_desk().news.tell("ticket", ticket_id)
    click.echo(f"@{name}: all they wrote in {len(tickets)} tickets is empty.")
    click.echo(f"What colleagues wrote stays, look it through: {_ours(person)}")


def _ours(person: Customer) -> str:
    theirs = (
        select(Ticket.id).join(Ticket.conversation).where(Conversation.customer_id == person.id)
    )
    replies = select(func.count()).select_from(Reply).where(Reply.ticket_id.in_(theirs))
    notes = select(func.count()).select_from(Note).where(Note.ticket_id.in_(theirs))
    memo = "a memo about them" if person.memo else "no memo about them"
    return f"{db.session.scalar(replies)} replies, {db.session.scalar(notes)} notes, {memo}."


def _notice(agent: Agent) -> Notice:
    now = the_desk().clock()
    return Notice(PURGED, "person", now, now, agent)


def _agent(email: str) -> Agent:
    agent = agent_by_email(db.session(), email)
    if agent is None:
        raise click.ClickException(f"Nobody here has the address {email}.")
    return agent


def _ask(question: str, yes: bool) -> None:
    if not yes and not click.confirm(question):
        raise click.ClickException("Nothing was changed.")
