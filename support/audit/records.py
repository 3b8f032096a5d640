"""The log: one row a deed, added and never changed; the database itself refuses the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import DDL, JSON, Connection, ForeignKey, String, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from support.agents.records import Agent
from support.audit.chain import Facts, Link, Value
from support.db import Base, UtcDateTime

TABLE = "audit_entries"
_SAYING = "the audit log is only ever added to"
ON_SQLITE = (
    f"CREATE TRIGGER {TABLE}_not_changed BEFORE UPDATE ON {TABLE}"
    f" BEGIN SELECT RAISE(ABORT, '{_SAYING}'); END",
    f"CREATE TRIGGER {TABLE}_not_removed BEFORE DELETE ON {TABLE}"
    f" BEGIN SELECT RAISE(ABORT, '{_SAYING}'); END",
    # REPLACE takes a row away without asking the trigger above.
    "CREATE TRIGGER audit_entries_not_replaced BEFORE INSERT ON audit_entries"
    " WHEN EXISTS (SELECT 1 FROM audit_entries WHERE id = NEW.id)"
    " BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END",
)
ON_POSTGRESQL = (
    f"CREATE FUNCTION {TABLE}_stand() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{_SAYING}'; END $$",
    f"CREATE TRIGGER {TABLE}_stand BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE}"
    f" FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_stand()",
)
OFF_POSTGRESQL = f"DROP FUNCTION IF EXISTS {TABLE}_stand()"


class AuditEntry(Base):
    """One deed. `noting` writes it in the transaction of the deed, and nobody else does."""

    __tablename__ = TABLE

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Counted without a gap; two transactions cannot both have the same."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    deed: Mapped[str] = mapped_column(String(24), index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"), index=True)
    """Who did it; None: nobody who was signed in, or the command line."""
    about: Mapped[str] = mapped_column(String(16))
    """What `about_id` counts: agent, sign_in, invitation; empty where there is nothing."""
    about_id: Mapped[int | None]
    address: Mapped[str] = mapped_column(String(45))
    """Where the browser stands; empty for the command line."""
    sign_in_id: Mapped[int | None]
    data: Mapped[dict[str, Value]] = mapped_column(JSON)
    """Ids and names of settings; never what people wrote."""
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))

    agent: Mapped[Agent | None] = relationship()

    @property
    def link(self) -> Link:
        facts = Facts(
            number=self.id,
            at=self.at,
            deed=self.deed,
            agent_id=self.agent_id,
            about=self.about,
            about_id=self.about_id,
            address=self.address,
            sign_in_id=self.sign_in_id,
            data=self.data,
        )
        return Link(facts, self.previous, self.digest)


@dataclass(frozen=True)
class Wanted:
    """Which entries a page asks for; None: whichever."""

    deed: str | None = None
    agent_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    """Older ones than this."""


def entries(session: Session, wanted: Wanted, limit: int) -> list[AuditEntry]:
    """The newest first."""
    row, rows = AuditEntry, select(AuditEntry)
    if wanted.deed is not None:
        rows = rows.where(row.deed == wanted.deed)
    if wanted.agent_id is not None:
        rows = rows.where(row.agent_id == wanted.agent_id)
    if wanted.since is not None:
        rows = rows.where(row.at >= wanted.since)
    if wanted.until is not None:
        rows = rows.where(row.at < wanted.until)
    if wanted.before is not None:
        rows = rows.where(row.id < wanted.before)
    return list(session.scalars(rows.order_by(row.id.desc()).limit(limit)))


def links(session: Session) -> Iterator[Link]:
    """The whole chain from its start, a thousand rows in hand at most."""
    rows = select(AuditEntry).order_by(AuditEntry.id)
    for entry in session.scalars(rows.execution_options(yield_per=1000)):
        yield entry.link


def _guard(_table: object, connection: Connection, **_: object) -> None:
    """What `create_all` makes stands as firmly as what the migration makes."""
    on_sqlite = connection.dialect.name == "sqlite"
    for statement in ON_SQLITE if on_sqlite else ON_POSTGRESQL:
        connection.exec_driver_sql(statement)


event.listen(AuditEntry.__table__, "after_create", _guard)
_DROP = DDL(OFF_POSTGRESQL)  # type: ignore[no-untyped-call]
event.listen(AuditEntry.__table__, "after_drop", _DROP.execute_if(dialect="postgresql"))
