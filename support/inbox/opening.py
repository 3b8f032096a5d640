"""An account that was connected begins to be read, with the hours and promises in force."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.errors import N_, DeskError
from support.inbox import reading
from support.settings import Settings
from support.sla.records import Calendar, ServiceLevel
from support.x.connecting import Credentials, Start, connect
from support.x.posts import Person
from support.x.records import Account
from support.x.snowflakes import first_id_at


def open_account(
    session: Session, person: Person, given: Credentials, settings: Settings, *, now: datetime
) -> Account:
    """Connects the account; what is written to a new one from `now` on becomes tickets.

    A known one is read on from where reading stopped. Raises DeskError before the set-up.
    """
    in_force = select(Calendar.id).where(Calendar.retired_at.is_(None)).order_by(Calendar.id)
    calendar_id = session.scalar(in_force.limit(1))
    level_id = session.scalar(select(ServiceLevel.id).where(ServiceLevel.retired_at.is_(None)))
    if calendar_id is None or level_id is None:
        raise DeskError(N_("先に、ブラウザでデスクのはじめの設定をしてください。"))
    start = Start(calendar_id, settings.undo_seconds)
    account = connect(session, person, given, start, secret_key=settings.secret_key)
    reading.begin(session, account, after_id=first_id_at(now))
    return account
