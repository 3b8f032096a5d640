"""What every test may ask for: a desk on both databases, its people, its stand-ins."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.db import Base, db, engine_for
from support.settings import Settings
from tests.cast import PASSWORD, Cast, make_cast
from tests.fakes import HeardBell, SmallX, StandingClock, ToldNews
from tests.machinery import notes, postgres
from tests.machinery.beside import done_beside
from tests.machinery.desks import Desks, StandIns, engine_beside, let_go, new_desk, settings_of
from tests.machinery.web import compiled_templates

DATABASES = ("sqlite", "postgresql")
ANSWERS = Path(__file__).resolve().parents[1] / "canned_replies"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-database",
        action="store_true",
        help="run tests of pages on SQLite and PostgreSQL instead of on one of them each",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What rooms do to the database is tried on both. Of the tests of pages, which stand on the
    rooms, each takes one of them, always the same, unless all are asked for; the marks
    `one_database` and `both_databases` say otherwise."""
    if "database_url" not in metafunc.fixturenames:
        return
    chosen: tuple[str, ...] = DATABASES
    if metafunc.definition.get_closest_marker("one_database"):
        chosen = DATABASES[:1]
    elif _is_of_a_page(metafunc) and not metafunc.config.getoption("--every-database"):
        name = f"{metafunc.module.__name__}.{metafunc.function.__name__}"
        chosen = (DATABASES[crc32(name.encode()) % 2],)
    metafunc.parametrize("database", chosen, indirect=True)


def _is_of_a_page(metafunc: pytest.Metafunc) -> bool:
    mark = metafunc.definition.get_closest_marker("both_databases")
    return mark is None and metafunc.module.__name__.startswith("tests.web.")


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "desk.db"
    engine = engine_for(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()  # the last connection to close writes the log back into the file
    return path


@pytest.fixture(scope="session")
def shared_postgres(worker_id: str) -> str | None:
    """One PostgreSQL database for this process's tests; emptied before each."""
    server = postgres.postgres_server()
    if server is None:
        return None
    url = server.create(f"desk_{worker_id}")
    engine = engine_for(url)
    Base.metadata.create_all(engine)
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def shared_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the SQLite database of this process's tests lies; a new one for each."""
    return tmp_path_factory.mktemp("shared") / "desk.db"


@pytest.fixture
def database_url(
    database: str, shared_sqlite: Path, empty_sqlite: Path, request: pytest.FixtureRequest
) -> str:
    if database == "sqlite":
        notes.found("SQLite", sqlite3.sqlite_version)
        for part in ("", "-wal", "-shm"):
            shared_sqlite.with_name(shared_sqlite.name + part).unlink(missing_ok=True)
        shutil.copy(empty_sqlite, shared_sqlite)
        return f"sqlite:///{shared_sqlite}"
    url = request.getfixturevalue("shared_postgres")
    if url is None:
        notes.skip_or_fail("PostgreSQL", postgres.why_not())
    with engine_beside(url).begin() as connection:
        connection.exec_driver_sql(emptying())
    return str(url)


@cache
def emptying() -> str:
    """Empties every table and counts ids from 1 again; quicker than TRUNCATE for a few rows."""
    tables = Base.metadata.sorted_tables
    counted = [t.name for t in tables if t.autoincrement_column is not None]
    return "; ".join(
        [
            "SET LOCAL session_replication_role = replica",  # no foreign key is looked at
            *(f"DELETE FROM {table.name}" for table in tables),
            *(f"SELECT setval('{name}_id_seq', 1, false)" for name in counted),
        ]
    )


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def later() -> HeardBell:
    return HeardBell()


@pytest.fixture
def news() -> ToldNews:
    return ToldNews()


@pytest.fixture
def x(clock: StandingClock) -> SmallX:
    return SmallX(clock)


@pytest.fixture
def stand_ins(clock: StandingClock, x: SmallX, later: HeardBell, news: ToldNews) -> StandIns:
    return StandIns(clock, x, later, news)


@pytest.fixture
def desk_settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_of(database_url, tmp_path)


@pytest.fixture(scope="session", autouse=True)
def answers_are_only_read() -> Iterator[None]:
    """The prepared answers of the project are there to be read; a test that writes copies them."""
    before = _answers()
    yield
    assert _answers() == before, "a test has changed canned_replies/"


def _answers() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in ANSWERS.rglob("*.md")}


@pytest.fixture(scope="session")
def desks() -> Desks:
    return Desks(compiled_templates())


@pytest.fixture
def app(desks: Desks, desk_settings: Settings, stand_ins: StandIns) -> Iterator[Flask]:
    """The desk on an empty database; X, the bell and the news are stand-ins."""
    app = desks.ready(desk_settings, stand_ins)
    yield app
    with app.app_context():
        let_go(db.engine)


@pytest.fixture
def app_of_its_own(desk_settings: Settings, stand_ins: StandIns) -> Iterator[Flask]:
    """As `app`, for tests that put pages of their own into it."""
    app = new_desk(desk_settings, stand_ins, compiled_templates())
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Flask, database_url: str) -> Iterator[Session]:
    """A look at the database from beside the application, with no application context."""
    engine = engine_beside(database_url)
    with Session(engine) as session:
        yield session
    let_go(engine)


@pytest.fixture
def beside(session: Session, database_url: str) -> Callable[[Callable[[Session], Any]], Any]:
    """Does something in a session of its own while ours has decided; what came of it."""
    return partial(done_beside, session, database_url)


@pytest.fixture
def cast(session: Session) -> Cast:
    return make_cast(session)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask) -> Callable[[Agent], FlaskClient]:
    """A browser in which this agent is signed in."""

    def sign_in(agent: Agent) -> FlaskClient:
        client = app.test_client()
        page = client.get("/sign-in").get_data(as_text=True)
        token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
        form = {"email": agent.email, "password": PASSWORD, "csrf_token": token}
        answer = client.post("/sign-in", data=form)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return client

    return sign_in


@pytest.fixture
def flask(app: Flask) -> Callable[..., Result]:
    """Runs a command of the command line, without a traceback in any case."""
    runner = app.test_cli_runner()

    def run(*words: str, answers: str = "") -> Result:
        done = runner.invoke(args=list(words), input=answers)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return run
