"""Strangers at X's door, as schemathesis thinks them up: never a fault, never a row."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import create_app
from support.db import db
from support.inbox.records import Delivery
from support.settings import load_settings
from support.x.records import XApp
from support.x.tokens import seal
from tests.cast import SECRET
from tests.fakes import THURSDAY, HeardBell, SmallX, StandingClock, ToldNews
from tests.web.described import schema


@pytest.fixture(scope="module")
def door(empty_sqlite, tmp_path_factory):
    """A desk with one app, used by all examples."""
    folder = tmp_path_factory.mktemp("door")
    (folder / "desk.db").write_bytes(empty_sqlite.read_bytes())
    settings = load_settings(
        {
            "DESK_DATABASE_URL": f"sqlite:///{folder / 'desk.db'}",
            "DESK_DATA_DIR": str(folder),
            "DESK_SECRET_KEY": SECRET,
            "DESK_REDIS_URL": "redis://127.0.0.1:1/0",
            "DESK_X_BASE_URL": "http://127.0.0.1:1",
        }
    )
    clock = StandingClock()
    app = create_app(settings, clock=clock, x=SmallX(clock), later=HeardBell(), news=ToldNews())
    with app.app_context(), Session(db.engine) as session:
        secrets = {"consumer_secret_sealed": seal("a", SECRET)}
        session.add(XApp(name="窓口", made_at=THURSDAY, **secrets))
        session.commit()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("operation", ["challenge", "events"])
def test_nothing_a_stranger_sends_is_stored_or_breaks_the_door(door, operation):
    strategy = schema.find_operation_by_id(operation).as_strategy()

    @given(case=strategy)
    @settings(
        max_examples=80,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    def knock(case):
        answer = case.call(app=door)
        assert answer.status_code < 500
        case.validate_response(answer)

    knock()
    with door.app_context(), Session(db.engine) as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == 0
