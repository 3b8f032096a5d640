"""An empty desk becomes that of ひかりケア: its account, its team, and the story."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from support.agents.access import Role
from support.agents.records import Agent, agent_by_email
from support.agents.signing_in import enrol
from support.demo.listening import listen
from support.demo.story import read_story
from support.sla.records import Calendar, ServiceLevel
from support.x.client import XClient
from support.x.connecting import BEARER, Credentials, Start, connect, who_is
from support.x.records import Account
from support.x.registering import AppKeys, register

Row = dict[str, Any]
PASSWORD = "madoguchi-demo"  # noqa: S105  (shown on the sign-in page of a demo desk)
HANDLE = "hikari_care"
TOKEN = f"sandbox-{HANDLE}"
"""The token the sandbox gives its own account."""
APP = AppKeys(
    name="練習用のX",
    client_id="sandbox-client",
    client_secret="sandbox-client-secret",  # noqa: S106
    consumer_key="sandbox-consumer-key",
    consumer_secret="sandbox-consumer-secret",  # noqa: S106
    bearer="sandbox-bearer",
)
"""The developer app every sandbox knows, so that further accounts can be connected."""


@dataclass
class Cast:
    """Who is in the story, by key."""

    account: Account
    team: dict[str, Agent]
    customers: dict[str, Row]


def email_of(person: Row) -> str:
    return f"{person['key']}@hikari-care.example"


def people(session: Session | None = None) -> list[str]:
    """Whom to sign in as, a line each; with a session only those enrolled at its desk."""
    team = read_story().team
    if session is not None:
        team = [person for person in team if agent_by_email(session, email_of(person))]
    return [
        f"{person['family_name']} {person['given_name']} ({person['role']}): "
        f"{email_of(person)} / {PASSWORD}"
        for person in team
    ]


def open_desk(session: Session, client: XClient, *, secret_key: str, now: datetime) -> Cast:
    """The account with its hours and promises, and its team, without any conversation."""
    story = read_story()
    calendar = Calendar(
        name="ひかりケア",
        version=1,
        zone="Asia/Tokyo",
        weekly={str(day): [["09:00", "18:00"]] for day in range(5)} | {"5": [["10:00", "17:00"]]},
        country="JP",
        year_end=True,
        made_at=now,
    )
    level = ServiceLevel(
        name="標準",
        version=1,
        first_reply_seconds=3600,
        next_reply_seconds=7200,
        resolution_seconds=8 * 3600,
        warn_share=0.75,
        made_at=now,
    )
    session.add_all([calendar, level])
    session.flush()
    app = register(session, APP, secret_key=secret_key, now=now)
    given = Credentials(BEARER, TOKEN, app_id=app.id)
    start = Start(calendar.id, undo_seconds=10)
    account = connect(session, who_is(client), given, start, secret_key=secret_key)
    team = {row["key"]: _enrol(session, row, now) for row in story.team}
    lead = next(agent for agent in team.values() if agent.role == Role.LEAD.value)
    listen(session, account, lead, now)
    return Cast(account, team, {row["key"]: row for row in story.customers})


def _enrol(session: Session, row: Row, now: datetime) -> Agent:
    return enrol(
        session,
        email=email_of(row),
        family_name=row["family_name"],
        given_name=row["given_name"],
        initials=row["initials"],
        role=Role(row["role"]),
        password=PASSWORD,
        now=now,
        words=(),  # everybody may know it: it opens practice desks only
    )
