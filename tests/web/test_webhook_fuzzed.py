"""Strangers at X's door, as schemathesis thinks them up: never a fault, never a row."""

from typing import Any

import pytest
import schemathesis
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

TEXT = {"schema": {"type": "string"}}
PLAIN = {"content": {"text/plain": TEXT}, "description": "in words"}
DOOR: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Where X pushes to", "version": "1"},
    "paths": {
        "/x/webhook/{app_id}": {
            "parameters": [
                {
                    "name": "app_id",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "integer", "minimum": 1, "maximum": 3},
                }
            ],
            "get": {
                "operationId": "challenge",
                "parameters": [
                    {
                        "name": "crc_token",
                        "in": "query",
                        "required": True,
                        "schema": {"type": "string", "minLength": 1},
                    }
                ],
                "responses": {
                    "200": {
                        "description": "the answer to the challenge",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": ["response_token"],
                                    "properties": {
                                        "response_token": {
                                            "type": "string",
                                            "pattern": "^sha256=[A-Za-z0-9+/]{43}=$",
                                        }
                                    },
                                    "additionalProperties": False,
                                }
                            }
                        },
                    },
                    "400": {"description": "no token"},
                    "404": {"description": "no such app"},
                },
            },
            "post": {
                "operationId": "events",
                "parameters": [
                    {"name": name, "in": "header", **TEXT}
                    for name in (
                        "X-Twitter-Webhooks-Signature",
                        "X-Twitter-Webhooks-Signature-OAuth2",
                    )
                ],
                "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
                "responses": {
                    "200": PLAIN,
                    "400": PLAIN,
                    "401": PLAIN,
                    "404": PLAIN,
                    "413": PLAIN,
                },
            },
        }
    },
}
schema = schemathesis.openapi.from_dict(DOOR)


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
