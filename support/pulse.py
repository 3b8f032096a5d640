"""Heartbeats of the background processes, in the database: Redis may forget its workers."""

from datetime import datetime, timedelta

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from support.db import Base, UtcDateTime

BEAT = timedelta(seconds=10)
SILENT = timedelta(seconds=45)
"""A process that has not been heard of for this long counts as gone."""


class Heartbeat(Base):
    """The last sign of life of one process."""

    __tablename__ = "heartbeats"

    process: Mapped[str] = mapped_column(String(120), primary_key=True)
    """duty@host:pid:life:kernel, see jobs/at_work.py."""
    duty: Mapped[str] = mapped_column(String(20))
    """send, ingest or scheduler."""
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)


def beat(session: Session, process: str, duty: str, now: datetime) -> None:
    session.merge(Heartbeat(process=process, duty=duty, beat_at=now))


def forget(session: Session, process: str) -> None:
    """The process ends on purpose."""
    session.query(Heartbeat).filter_by(process=process).delete()


def alive(session: Session, now: datetime) -> dict[str, int]:
    """How many processes of each duty were heard of lately."""
    living = session.scalars(select(Heartbeat.duty).where(Heartbeat.beat_at > now - SILENT))
    counts: dict[str, int] = {}
    for duty in living:
        counts[duty] = counts.get(duty, 0) + 1
    return counts
