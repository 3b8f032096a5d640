"""An archive of invented tickets, written at once: three messages each, 5 % of them unresolved.

Derived columns come from the rules themselves; `check` has the desk work them out again.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, select, text
from sqlalchemy.orm import Session

from bench.mentions import WORDS, snowflake, words
from support.conversations.records import Conversation, Customer, Message
from support.sla.hours import BusinessHours
from support.sla.judgement import Obligation, breach_at, due_at, warn_at
from support.sla.keeping import hours_of
from support.sla.levels import PromiseKind
from support.sla.records import Calendar, Pause, Promise, ServiceLevel
from support.tickets import noting
from support.tickets.records import Ticket, TicketTag
from tests.cast import Cast, make_cast

Row = dict[str, Any]
SPACING = timedelta(minutes=4)
"""Between two tickets; the newest is a few minutes old."""
CHUNK = 5_000
TAGS = ("回線", "請求", "引っ越し", "ログイン", "テレビ", "解約", "機器")
STATES = ("open", "open", "waiting", "open", "held")
"""What unresolved tickets are, in turn."""
TARGETS = {"first_reply": 3600, "next_reply": 7200, "resolution": 8 * 3600}
PER_TICKET = {Customer: 1, Conversation: 1, Ticket: 1, Message: 3, Promise: 3, Pause: 1}


class Archive:
    """Writes tickets from number `size` on; ids follow the numbers, so nothing is looked up."""

    def __init__(
        self, engine: Engine, cast: Cast, level_id: int, hours: BusinessHours, now: datetime
    ) -> None:
        self.engine = engine
        self.size = 0
        self._terms = {
            "calendar_id": cast.account.calendar_id,
            "service_level_id": level_id,
        }
        self._account_id = cast.account.id
        self._people = (None, cast.misaki.id, cast.ken.id)
        self._hours = hours
        self._now = now

    def grow_to(self, size: int) -> None:
        with self._without_foreign_keys() as connection, connection.begin():
            if self.engine.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            for first in range(self.size, size, CHUNK):
                self._write(connection, range(first, min(first + CHUNK, size)), size)
            if self.engine.dialect.name == "postgresql":
                _move_sequences(connection)
        self.size = size
        self.tidy()

    def tidy(self) -> None:
        """What would be done in time: PostgreSQL does it itself, for SQLite the scheduler."""
        if self.engine.dialect.name == "postgresql":
            autocommit = self.engine.execution_options(isolation_level="AUTOCOMMIT")
            with autocommit.connect() as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")
        else:
            with self.engine.begin() as connection:
                connection.exec_driver_sql("PRAGMA optimize=0x10002")

    def check(self, session: Session, every: int) -> None:
        """The desk's own rule must give the derived columns that were written."""
        for number in range(1, self.size + 1, every):
            ticket = session.get_one(Ticket, number)
            before = _derived(ticket)
            noting.refresh(session, ticket)
            if _derived(ticket) != before:
                raise SystemExit(f"ticket {number}: {before} was written, {_derived(ticket)} right")
        session.rollback()

    @contextmanager
    def _without_foreign_keys(self) -> Iterator[Connection]:
        """Tickets and messages name each other, and come in bulk."""
        with self.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            if self.engine.dialect.name == "sqlite":
                driver.execute("PRAGMA foreign_keys = OFF")
            yield connection
            if self.engine.dialect.name == "sqlite":
                driver.execute("PRAGMA foreign_keys = ON")

    def _write(self, connection: Connection, numbers: Iterable[int], size: int) -> None:
        tables: dict[type[Any], list[Row]] = {kind: [] for kind in (*PER_TICKET, TicketTag)}
        for number in numbers:
            self._ticket(tables, number, size)
        for kind, rows in tables.items():
            table = kind.__table__
            if rows and self.engine.dialect.name == "postgresql":
                _copy(connection, table, rows)
            elif rows:
                connection.execute(insert(table), rows)

    def _ticket(self, tables: Mapping[type[Any], list[Row]], number: int, size: int) -> None:
        """One ticket: a question, our answer typed on x.com, the customer's next words."""
        ticket_id, first_message = number + 1, 3 * number + 1
        asked = self._now - SPACING * (size - number)
        said = [asked, asked + timedelta(minutes=20), asked + timedelta(minutes=50)]
        state = STATES[number // 20 % len(STATES)] if number % 20 == 0 else "resolved"
        end = None if state != "resolved" else asked + timedelta(hours=3)
        promises = list(self._promises(ticket_id, first_message, said, state, end))
        leading = min(
            (p for p in promises if _is_open(p) and p["due_at"]),
            key=lambda p: (p["due_at"], p["id"]),
            default=None,
        )
        tables[Customer].append(_customer(ticket_id, asked))
        tables[Conversation].append(
            {
                "id": ticket_id,
                "account_id": self._account_id,
                "customer_id": ticket_id,
                "channel": "public",
            }
        )
        tables[Message] += list(_messages(ticket_id, first_message, said))
        tables[Promise] += promises
        if state in ("waiting", "held"):
            tables[Pause].append(_pause(ticket_id, said[2] + timedelta(minutes=5)))
        tables[TicketTag].append({"ticket_id": ticket_id, "name": TAGS[number % len(TAGS)]})
        tables[Ticket].append(
            {
                "id": ticket_id,
                "conversation_id": ticket_id,
                "thread_x_id": snowflake(asked, first_message),
                "subject": WORDS[number % len(WORDS)][:60],
                "state": state,
                "assignee_id": self._people[number // 20 % 3],
                **self._terms,
                "opened_calendar_id": self._terms["calendar_id"],
                "opened_level_id": self._terms["service_level_id"],
                "opened_at": asked,
                "resolved_at": end,
                "snoozed_until": self._now + timedelta(hours=5) if state == "held" else None,
                "last_message_at": said[2],
                "latest_message_id": first_message + 2,
                "leading_promise_id": leading["id"] if leading else None,
                "due_at": leading["due_at"] if leading else None,
                "warn_at": leading["warn_at"] if leading else None,
            }
        )

    def _promises(
        self, ticket_id: int, first_message: int, said: list[datetime], state: str, end: Any
    ) -> Iterator[Row]:
        answered = said[2] + timedelta(minutes=5)
        paused = ((answered, None),) if state in ("waiting", "held") else ()
        kept_next = None if state == "open" else end or answered
        number = 3 * (ticket_id - 1)
        yield self._promise(
            number + 1, ticket_id, PromiseKind.FIRST_REPLY, first_message, said[0], said[1]
        )
        yield self._promise(
            number + 2, ticket_id, PromiseKind.NEXT_REPLY, first_message + 2, said[2], kept_next
        )
        yield self._promise(
            number + 3, ticket_id, PromiseKind.RESOLUTION, None, said[0], end, paused
        )

    def _promise(
        self,
        number: int,
        ticket_id: int,
        kind: PromiseKind,
        message_id: int | None,
        at: datetime,
        kept_at: datetime | None,
        paused: tuple[Any, ...] = (),
    ) -> Row:
        target = timedelta(seconds=TARGETS[kind.value])
        it = Obligation(
            kind=kind, started_at=at, target=target, kept_at=kept_at, paused=paused, received_at=at
        )
        return {
            "id": number,
            "ticket_id": ticket_id,
            "kind": kind.value,
            "message_id": message_id,
            "started_at": at,
            "received_at": at,
            "target_seconds": TARGETS[kind.value],
            **self._terms,
            "due_at": due_at(it, self._hours),
            "warn_at": warn_at(it, self._hours),
            "breach_at": breach_at(it, self._hours),
            "kept_at": kept_at,
            "kept_by_id": self._people[1] if kept_at else None,
            "withdrawn_at": None,
            "withdrawn_reason": "",
        }


def archive_on(engine: Engine) -> Archive:
    """An empty archive on a new database, with the tests' people."""
    with Session(engine) as session:
        cast = make_cast(session)
        hours = hours_of(session.get_one(Calendar, cast.account.calendar_id))
        level_id = session.scalars(select(ServiceLevel.id)).one()
        return Archive(engine, cast, level_id, hours, datetime.now(UTC))


def _is_open(promise: Row) -> bool:
    return promise["kept_at"] is None


def _pause(ticket_id: int, at: datetime) -> Row:
    return {
        "id": ticket_id,
        "ticket_id": ticket_id,
        "started_at": at,
        "ended_at": None,
        "reason": noting.FOR_THE_CUSTOMER,
    }


def _customer(number: int, at: datetime) -> Row:
    return {
        "id": number,
        "x_id": str(9_000_000_000 + number),
        "username": f"kakuu_{number}",
        "name": f"架空の客{number}",
        "bio": "在宅で働いています。",
        "followers": number % 5000,
        "joined_at": None,
        "memo": "",
        "first_seen_at": at,
    }


def _messages(ticket_id: int, first: int, said: list[datetime]) -> Iterator[Row]:
    for place, at in enumerate(said):
        x_id = snowflake(at, first + place)
        yield {
            "id": first + place,
            "conversation_id": ticket_id,
            "ticket_id": ticket_id,
            "x_id": x_id,
            "channel": "public",
            "by_us": place == 1,
            "text": words(first + place),
            "language": "ja",
            "thread_x_id": snowflake(said[0], first),
            "in_reply_to_x_id": "",
            "posted_at": at,
            "received_at": at,
            "raw": {"id": x_id, "lang": "ja"},
        }


def _derived(ticket: Ticket) -> tuple[Any, ...]:
    latest, leading = ticket.latest_message, ticket.leading_promise
    ids = (latest.id if latest else None, leading.id if leading else None)
    return (*ids, ticket.due_at, ticket.warn_at, ticket.last_message_at)


def _copy(connection: Connection, table: Table, rows: list[Row]) -> None:
    """COPY; values go through their column types, as an INSERT's would, and defaults are filled."""
    defaults = _defaults(table, rows[0])
    rows = [{**defaults, **row} for row in rows]
    names = list(rows[0])
    kinds = [
        table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        for name in names
    ]
    cursor: Any = connection.connection.cursor()
    with cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(
                [kind(row[n]) if kind else row[n] for n, kind in zip(names, kinds, strict=True)]
            )


def _defaults(table: Table, given: Row) -> Row:
    """What SQLAlchemy would write into the columns that are not given."""
    missing = [column for column in table.c if column.name not in given and column.default]
    return {
        column.name: column.default.arg(None) if column.default.is_callable else column.default.arg
        for column in missing
    }


def _move_sequences(connection: Connection) -> None:
    for kind in PER_TICKET:
        name = kind.__table__.name
        last = f"(SELECT max(id) FROM {name})"
        if connection.scalar(text(f"SELECT {last}")) is not None:
            connection.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {last})")
            )
