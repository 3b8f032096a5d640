"""The log is added to in the deed's own transaction, one entry after another, and stays."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from support.audit.chain import Fault
from support.audit.deeds import Deed
from support.audit.noting import Origin, note, verify
from support.audit.records import AuditEntry, Wanted, entries
from support.db import engine_for
from tests.fakes import THURSDAY


def signed_in(session, agent, **data):
    origin = Origin("192.0.2.1", 7)
    about = ("agent", agent.id)
    return note(
        session, Deed.SIGNED_IN, by=agent.id, about=about, origin=origin, data=data, now=THURSDAY
    )


def test_entries_are_counted_and_hold_together(session, cast):
    made = [signed_in(session, cast.misaki, page="hours.show", id=n) for n in range(3)]
    session.commit()
    session.expire_all()
    assert [entry.id for entry in made] == [1, 2, 3]
    assert verify(session) == (3, made[-1].digest)
    assert made[0].agent is cast.misaki


def test_what_is_undone_leaves_no_entry(session, cast):
    signed_in(session, cast.misaki)
    session.commit()
    cast.misaki.role = "admin"
    note(session, Deed.ROLE_CHANGED, by=cast.hikaru.id, now=THURSDAY)
    session.rollback()
    assert cast.misaki.role == "agent"
    assert session.query(AuditEntry).count() == 1


@pytest.mark.parametrize(
    "wish",
    [
        "UPDATE audit_entries SET agent_id = NULL WHERE id = 1",
        "UPDATE audit_entries SET digest = 'x'",
        "DELETE FROM audit_entries WHERE id = 1",
        "DELETE FROM audit_entries",
        "TRUNCATE audit_entries",
        "REPLACE INTO audit_entries SELECT * FROM audit_entries",
        "INSERT INTO audit_entries SELECT * FROM audit_entries"
        " WHERE true ON CONFLICT (id) DO UPDATE SET deed = 'x'",
    ],
)
def test_the_database_refuses_to_change_or_remove_an_entry(session, cast, wish):
    signed_in(session, cast.misaki)
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(text(wish))
    session.rollback()
    assert verify(session)[0] == 1


def lift_the_guard(session, database):
    if database == "sqlite":
        session.execute(text("DROP TRIGGER audit_entries_not_changed"))
        session.execute(text("DROP TRIGGER audit_entries_not_removed"))
    else:
        session.execute(text("SET LOCAL session_replication_role = replica"))


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ("UPDATE audit_entries SET agent_id = NULL WHERE id = 2", Fault(2, "was altered")),
        ("DELETE FROM audit_entries WHERE id = 2", Fault(2, "missing: 3 comes after 1")),
    ],
)
def test_whoever_gets_round_the_database_is_found_out(session, cast, database, wish, found):
    for _ in range(4):
        signed_in(session, cast.misaki)
    session.commit()
    lift_the_guard(session, database)
    session.execute(text(wish))
    session.expire_all()
    assert verify(session) == found
    session.rollback()  # whatever was lifted stands again


def test_many_at_once_make_one_chain(session, cast, database_url):
    agent_id = cast.misaki.id
    session.commit()
    engine = engine_for(database_url)

    def work(number):
        for turn in range(5):
            with Session(engine) as own:
                note(
                    own,
                    Deed.SIGNED_IN,
                    by=agent_id,
                    data={"worker": number, "turn": turn},
                    now=THURSDAY,
                )
                own.commit()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    engine.dispose()
    session.rollback()
    assert verify(session)[0] == 30
    told = {(it.data["worker"], it.data["turn"]) for it in session.query(AuditEntry)}
    assert len(told) == 30


def test_entries_are_found_by_who_what_and_when_and_page_by_page(session, cast):
    for number in range(5):
        signed_in(session, cast.misaki if number % 2 else cast.ken)
    note(session, Deed.SUSPENDED, by=cast.hikaru.id, now=THURSDAY)
    found = [it.id for it in entries(session, Wanted(), 4)]
    assert found == [6, 5, 4, 3]
    assert [it.id for it in entries(session, Wanted(before=3), 4)] == [2, 1]
    assert [it.id for it in entries(session, Wanted(deed="suspended"), 4)] == [6]
    assert [it.id for it in entries(session, Wanted(agent_id=cast.misaki.id), 4)] == [4, 2]
    assert entries(session, Wanted(until=THURSDAY), 4) == []
    assert len(entries(session, Wanted(since=THURSDAY), 9)) == 6
