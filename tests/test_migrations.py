"""The migrations lead from nothing to the tables the code expects, and back, on both databases."""

import pytest
from flask_migrate import downgrade
from sqlalchemy import inspect

from app import create_app
from support import checkup
from support.commands import MIGRATIONS
from support.db import db
from support.settings import load_settings
from tests.cast import SECRET
from tests.machinery import notes, postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request, tmp_path, worker_id):
    """The desk on a database without any table."""
    url = f"sqlite:///{tmp_path / 'bare.db'}"
    if request.param == "postgresql":
        server = postgres.postgres_server()
        if server is None:
            notes.skip_or_fail("PostgreSQL", postgres.why_not())
        url = server.create(f"bare_{worker_id}")
    app = create_app(
        load_settings(
            {
                "DESK_DATABASE_URL": url,
                "DESK_DATA_DIR": str(tmp_path),
                "DESK_SECRET_KEY": SECRET,
                "DESK_REDIS_URL": "redis://127.0.0.1:1/0",
                "DESK_X_BASE_URL": "http://127.0.0.1:1",
            }
        )
    )
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_from_nothing_to_the_tables_of_the_code_and_back(bare):
    flask = bare.test_cli_runner()
    assert "no such table" not in flask.invoke(args=["status"]).output
    for _ in range(2):
        assert flask.invoke(args=["prepare"]).exit_code == 0
    assert flask.invoke(args=["db", "check"]).exit_code == 0, "records and migrations differ"
    with bare.app_context():
        assert checkup.schema(db.session(), MIGRATIONS).ok
        db.session.remove()
        downgrade(directory=str(MIGRATIONS), revision="base")
        assert inspect(db.engine).get_table_names() == ["alembic_version"]
        assert not checkup.schema(db.session(), MIGRATIONS).ok


def test_a_demo_that_cannot_be_loaded_leaves_an_empty_desk_and_a_sentence(bare):
    """X cannot be reached here: nobody listens at its address."""
    done = bare.test_cli_runner().invoke(args=["prepare", "--demo", "story"])
    assert done.exit_code == 0
    assert "could not be loaded" in done.output
    assert "@hikari-care.example" not in done.output
