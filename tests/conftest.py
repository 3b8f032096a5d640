"""What every test may ask for: a desk on both databases, its people, its stand-ins."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session

from app import create_app
from support.agents.records import Agent
from support.db import Base, db, engine_for
from support.settings import load_settings
from tests.cast import PASSWORD, SECRET, Cast, make_cast
from tests.fakes import HeardBell, SmallX, StandingClock, ToldNews
from tests.machinery import notes, postgres

DATABASES = ("sqlite", "postgresql")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever touches the database runs on both, unless it is marked to need one only."""
    if "database_url" in metafunc.fixturenames:
        one = metafunc.definition.get_closest_marker("one_database") is not None
        metafunc.parametrize("database", DATABASES[:1] if one else DATABASES, indirect=True)


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


@pytest.fixture
def database_url(
    database: str, tmp_path: Path, empty_sqlite: Path, request: pytest.FixtureRequest
) -> str:
    if database == "sqlite":
        notes.found("SQLite", sqlite3.sqlite_version)
        shutil.copy(empty_sqlite, tmp_path / "desk.db")
        return f"sqlite:///{tmp_path / 'desk.db'}"
    url = request.getfixturevalue("shared_postgres")
    if url is None:
        notes.skip_or_fail("PostgreSQL", postgres.why_not())
    engine = engine_for(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(emptying())
    engine.dispose()
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


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Templates are compiled once a run, not once a test."""
    return tmp_path_factory.mktemp("templates")


@pytest.fixture
def app(
    database_url: str,
    tmp_path: Path,
    clock: StandingClock,
    later: HeardBell,
    news: ToldNews,
    x: SmallX,
    compiled_templates: Path,
) -> Iterator[Flask]:
    """The desk on an empty database; X, the bell and the news are stand-ins."""
    settings = load_settings(
        {
            "DESK_DATABASE_URL": database_url,
            "DESK_DATA_DIR": str(tmp_path),
            "DESK_SECRET_KEY": SECRET,
            "DESK_X_BASE_URL": "http://127.0.0.1:1",
            "DESK_REDIS_URL": "redis://127.0.0.1:1/0",
        }
    )
    app = create_app(settings, clock=clock, x=x, later=later, news=news)
    app.config["TESTING"] = True
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled_templates))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Flask, database_url: str) -> Iterator[Session]:
    """A look at the database from beside the application, with no application context."""
    engine = engine_for(database_url)
    with Session(engine) as session:
        yield session
    engine.dispose()


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
