"""Desks that are built once a process and made ready again for each test.

Building one costs as much as a test: every address is compiled, and what its engine has compiled of
SQL is lost with it. Whatever a desk keeps in memory between two requests is put back here.
"""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine

from app import create_app
from support.canned.shelf import Shelf
from support.db import engine_for
from support.desk import Desk
from support.settings import Settings, load_settings
from support.web import limits, live
from support.x.budgets import Budgets
from tests.cast import SECRET
from tests.fakes import HeardBell, SmallX, StandingClock, ToldNews


@dataclass(frozen=True)
class StandIns:
    """What stands in for the world outside."""

    clock: StandingClock
    x: SmallX
    later: HeardBell
    news: ToldNews


def settings_of(database_url: str, folder: Path) -> Settings:
    return load_settings(
        {
            "DESK_DATABASE_URL": database_url,
            "DESK_DATA_DIR": str(folder),
            "DESK_SECRET_KEY": SECRET,
            "DESK_X_BASE_URL": "http://127.0.0.1:1",
            "DESK_REDIS_URL": "redis://127.0.0.1:1/0",
        }
    )


def new_desk(settings: Settings, stand_ins: StandIns, templates: Path) -> Flask:
    """A desk of the test's own; `templates` is where compiled ones are kept."""
    app = create_app(settings, **vars(stand_ins), shelf=prepared_answers(settings.shelf_dir))
    app.config["TESTING"] = True
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(templates))
    return app


@cache
def prepared_answers(folder: Path) -> Shelf:
    """The shelf of the project; it is only read, and reading and weighing it takes a while."""
    return Shelf(folder)


class Desks:
    """The desks of this process, one for each database."""

    def __init__(self, templates: Path) -> None:
        self._templates = templates
        self._built: dict[str, tuple[Flask, dict[str, Any], dict[str, Any]]] = {}

    def ready(self, settings: Settings, stand_ins: StandIns) -> Flask:
        """As good as new, with these stand-ins."""
        address = settings.database_url
        if address not in self._built:
            app = new_desk(settings, stand_ins, self._templates)
            self._built[address] = app, dict(app.config), dict(app.extensions)
        app, config, extensions = self._built[address]
        for kept, now in ((config, app.config), (extensions, app.extensions)):
            now.clear()
            now.update(kept)
        app.extensions["desk"] = _in_hand(extensions["desk"], settings, stand_ins)
        _forget(app)
        return app


def _in_hand(desk: Desk, settings: Settings, stand_ins: StandIns) -> Desk:
    budgets = Budgets(settings.redis_url)
    return replace(desk, settings=settings, budgets=budgets, **vars(stand_ins))


def _forget(app: Flask) -> None:
    """What the desk remembers of earlier requests: X's keys, open pages, who tried to sign in,
    what agents taught."""
    entrance = app.extensions["entrance"]
    entrance.keys.clear()
    entrance.rung_at = None
    entrance.forgeries.reset()
    app.extensions["desk"].shelf.schools.clear()
    live.init_app(app)
    limits.init_app(app)


@cache
def engine_beside(database_url: str) -> Engine:
    """For a look at the database from beside the desk; what it compiled is kept."""
    return engine_for(database_url)


def let_go(engine: Engine) -> None:
    """After a test: an SQLite file is about to be replaced, a server's database stays."""
    if engine.dialect.name == "sqlite":
        engine.dispose()
