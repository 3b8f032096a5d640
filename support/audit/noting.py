"""Adds to the log, in the transaction of the deed: both are kept, or neither."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from support.audit import chain
from support.audit.chain import Facts, Fault, Value
from support.audit.deeds import Deed
from support.audit.records import AuditEntry, links

_ONE_AFTER_ANOTHER = text("SELECT pg_advisory_xact_lock(1096107073)")
"""Held until the transaction ends; the number is ours alone. SQLite has one writer anyway."""


@dataclass(frozen=True)
class Origin:
    """Where a deed was done from."""

    address: str = ""
    sign_in_id: int | None = None


COMMAND_LINE = Origin()


def note(
    session: Session,
    deed: Deed,
    *,
    by: int | None,
    about: tuple[str, int] | None = None,
    origin: Origin = COMMAND_LINE,
    data: Mapping[str, Value] | None = None,
    now: datetime,
) -> AuditEntry:
    """Call it last before the commit: whoever notes next waits until then."""
    session.flush()  # rows of the deed are locked first, so that nobody waits in a circle
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_ONE_AFTER_ANOTHER)
    newest = select(AuditEntry.id, AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1)
    number, previous = session.execute(newest).first() or (0, chain.START)
    facts = Facts(
        number=number + 1,
        at=now,
        deed=deed.value,
        agent_id=by,
        about=about[0] if about else "",
        about_id=about[1] if about else None,
        address=origin.address[:45],
        sign_in_id=origin.sign_in_id,
        data=dict(data or {}),
    )
    entry = AuditEntry(
        id=facts.number,
        at=facts.at,
        deed=facts.deed,
        agent_id=facts.agent_id,
        about=facts.about,
        about_id=facts.about_id,
        address=facts.address,
        sign_in_id=facts.sign_in_id,
        data=facts.data,
        previous=previous,
        digest=chain.digest_of(previous, facts),
    )
    session.add(entry)
    session.flush()
    return entry


def verify(session: Session, kept: tuple[int, str] | None = None) -> Fault | tuple[int, str]:
    """The first entry that is not as it was written, or the last number and digest."""
    return chain.follow(links(session), kept)
