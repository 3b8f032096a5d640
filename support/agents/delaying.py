"""Counts what was tried in vain, and says how long the next try has to wait."""

import hashlib
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from support.agents.patience import ACCOUNT, FORGOTTEN_AFTER, PAIR, PLACE, Door, wait_after
from support.agents.records import SignInFailure


def doors(email: str, address: str) -> dict[str, Door]:
    """The doors one try stands before, each under its key."""
    who, place = email.strip().lower(), place_of(address)
    return {
        _key("pair", who, place): PAIR,
        _key("account", who): ACCOUNT,
        _key("place", place): PLACE,
    }


def place_of(address: str) -> str:
    """What cannot be changed at will: one line has more addresses of IPv6 than could be counted."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:  # none, as behind a socket
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    return str(known.ipv4_mapped or ip_network((known, 64), strict=False))


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def must_wait(session: Session, email: str, address: str, *, now: datetime) -> timedelta:
    """What is left of the longest wait; zero: try."""
    known = doors(email, address)
    rows = session.scalars(
        select(SignInFailure).where(
            SignInFailure.key.in_(known), SignInFailure.last_at > now - FORGOTTEN_AFTER
        )
    )
    left = [row.last_at + wait_after(row.count, known[row.key]) - now for row in rows]
    return max([timedelta(0), *left])


def failed(session: Session, email: str, address: str, *, now: datetime) -> None:
    """One more in vain at each of the doors; those long forgotten count anew."""
    session.execute(delete(SignInFailure).where(SignInFailure.last_at <= now - FORGOTTEN_AFTER))
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if on_postgresql else sqlite.insert
    for key in sorted(doors(email, address)):  # in one order, so that nobody waits in a circle
        session.execute(
            insert(SignInFailure)
            .values(key=key, count=1, last_at=now)
            .on_conflict_do_update(
                index_elements=["key"], set_={"count": SignInFailure.count + 1, "last_at": now}
            )
        )


def succeeded(session: Session, email: str, address: str) -> None:
    """The right one came in: their own doors are open again; the place keeps its count."""
    own = [key for key, door in doors(email, address).items() if door is not PLACE]
    session.execute(delete(SignInFailure).where(SignInFailure.key.in_(own)))
