"""The pages of every day read by index: nothing that grows with the archive from end to end."""

from datetime import timedelta

import pytest
from sqlalchemy import event, insert, select

from bench.archive import Archive
from support.db import db
from support.replies.records import Reply, ReplyPart
from support.sla.keeping import hours_of
from support.sla.records import Calendar, ServiceLevel
from support.tickets.records import Note

SIZE = 4_000
"""Enough for a database to think an index worth its while."""
GROWING = {
    "customers",
    "conversations",
    "tickets",
    "messages",
    "promises",
    "ticket_tags",
    "replies",
    "reply_parts",
    "notes",
}
OF_THE_OPEN = (
    "ix_tickets_due",
    "ix_tickets_undue",
    "ix_tickets_counts",
    "ix_replies_conversation_live",
    "ix_reply_parts_moving",
)
"""Indexes that hold only what is not over yet."""
UNRESOLVED = SIZE // 2 + 1


@pytest.fixture
def archive(session, cast, clock):
    """Tickets with what colleagues did in them, and the database knows how many."""
    session.commit()
    level_id = session.scalars(select(ServiceLevel.id)).one()
    hours = hours_of(session.get_one(Calendar, cast.account.calendar_id))
    grown = Archive(session.get_bind(), cast, level_id, hours, clock())
    session.commit()
    grown.grow_to(SIZE)
    at = clock() - timedelta(days=30)
    numbers = range(1, SIZE + 1)
    session.execute(insert(Note), [_note(number, cast.ken.id, at) for number in numbers])
    session.execute(insert(Reply), [_reply(number, cast.ken.id, at) for number in numbers])
    session.execute(insert(ReplyPart), [_part(number, at) for number in numbers])
    session.commit()
    grown.tidy()


def _note(number, agent_id, at):
    return {"ticket_id": number, "agent_id": agent_id, "text": "確認しました", "written_at": at}


def _reply(number, agent_id, at):
    said = {"body": "お調べします。", "key": str(number), "answers_id": 3 * number - 2}
    whose = {"id": number, "ticket_id": number, "conversation_id": number, "agent_id": agent_id}
    return whose | said | {"pressed_at": at, "held_until": at, "settled_at": at}


def _part(number, at):
    went = {"state": "posted", "x_id": str(number), "posted_at": at}
    return {"reply_id": number, "position": 1, "text": "お調べします。"} | went


@pytest.mark.parametrize("path", ["/", f"/tickets/{UNRESOLVED}", "/rail"])
def test_a_page_reads_no_table_from_end_to_end(app, archive, misaki, path):
    with app.app_context():
        engine = db.engine
    asked = []

    def note(_connection, _cursor, statement, parameters, *_others):
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert misaki.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    whole = _read_whole_on_postgresql if engine.dialect.name == "postgresql" else _read_whole
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        read = [(it, sql) for sql, given in asked for it in whole(cursor, sql, given)]
    assert asked
    assert not read


def _read_whole(cursor, statement, parameters):
    """What SQLite scans."""
    plan = cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
    scans = [step[3] for step in plan if step[3].startswith("SCAN")]
    return [
        scan
        for scan in scans
        if scan.split()[1] in GROWING and not any(name in scan for name in OF_THE_OPEN)
    ]


def _read_whole_on_postgresql(cursor, statement, parameters):
    """What is read without a condition on an index."""
    cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
    return [
        f"{step['Node Type']} {step['Relation Name']} {step.get('Index Name')}"
        for step in _steps(cursor.fetchone()[0][0]["Plan"])
        if step.get("Relation Name") in GROWING
        and not step.keys() & {"Index Cond", "Recheck Cond"}
        and step.get("Index Name") not in OF_THE_OPEN
    ]


def _steps(plan):
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _steps(inner)
