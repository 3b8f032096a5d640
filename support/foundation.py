"""What every entrance stands on: settings, database, X, bell, news and shelf, and the language.

No pages and no commands: a worker needs neither, and loading them takes longer than all the rest.
"""

import os
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.orm import sessionmaker

from support import pulse as _pulse  # noqa: F401
from support.agents import records as _agents  # noqa: F401  (all records must be known to the mapper)
from support.alerts import records as _alerts  # noqa: F401
from support.approval import records as _approval  # noqa: F401
from support.audit import records as _audit  # noqa: F401
from support.canned import records as _canned  # noqa: F401
from support.canned.shelf import Shelf
from support.clock import Clock, system_clock
from support.compliance import records as _compliance  # noqa: F401
from support.conversations import records as _conversations  # noqa: F401
from support.crisis import records as _crisis  # noqa: F401
from support.db import db, engine_options, prepare
from support.desk import Desk, Later, News, X
from support.digests import records as _digests  # noqa: F401
from support.drafts import records as _drafts  # noqa: F401
from support.handover import records as _handover  # noqa: F401
from support.house import records as _house  # noqa: F401
from support.inbox import records as _inbox  # noqa: F401
from support.incidents import records as _incidents  # noqa: F401
from support.incidents import spike_records as _spike_records  # noqa: F401
from support.jobs.bell import RqLater
from support.leaving import records as _leaving  # noqa: F401
from support.lexicon import records as _lexicon  # noqa: F401
from support.logs import set_up_logs
from support.news import RedisNews
from support.outreach import records as _outreach  # noqa: F401
from support.privacy import records as _privacy  # noqa: F401
from support.replies import records as _replies  # noqa: F401
from support.review import records as _review  # noqa: F401
from support.search import records as _search  # noqa: F401
from support.settings import Settings, SettingsError, load_settings
from support.sla import records as _sla  # noqa: F401
from support.terms import records as _terms  # noqa: F401
from support.tickets import records as _tickets  # noqa: F401
from support.web import language
from support.x import records as _x  # noqa: F401
from support.x.budgets import Budgets
from support.x.door import XDoor
from support.x.price_file import prices_from
from support.x.pricing import Prices

ROOT = Path(__file__).resolve().parents[1]


def lay(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    x: X | None = None,
    later: Later | None = None,
    news: News | None = None,
    shelf: Shelf | None = None,
) -> Flask:
    """The desk as a Flask application without an address; whatever is not passed is the real thing.

    Ends the process with a sentence when the environment cannot be used.
    """
    settings = settings or settings_from_environment()
    prices = prices_of(settings)
    set_up_logs(settings.log_level)
    if settings.database_url.startswith("sqlite"):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    app = Flask("app", root_path=str(ROOT))
    app.config.update(flask_settings(settings))
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
        sessions = sessionmaker(db.engine)
    budgets = Budgets(settings.redis_url)
    app.extensions["desk"] = Desk(
        settings=settings,
        clock=clock or system_clock,
        x=x or XDoor(settings, clock or system_clock, sessions, budgets),
        later=later or RqLater(settings.redis_url),
        news=news or RedisNews(settings.redis_url),
        shelf=shelf or Shelf(settings.shelf_dir),
        budgets=budgets,
        prices=prices,
    )
    language.init_app(app)
    return app


def settings_from_environment() -> Settings:
    """The settings, or an end with the sentences that say what is wrong with them."""
    try:
        settings = load_settings(os.environ)
        if not settings.secret_key:
            raise SettingsError(
                ["DESK_SECRET_KEY is not set: sign-ins and X tokens are sealed with it."]
            )
    except SettingsError as error:
        raise SystemExit(str(error)) from None
    return settings


def prices_of(settings: Settings) -> Prices:
    """What X asks for, or an end with the sentences that say what is wrong with the file."""
    try:
        return prices_from(Path(settings.x_prices) if settings.x_prices else None)
    except SettingsError as error:
        raise SystemExit(str(error)) from None


def flask_settings(settings: Settings) -> dict[str, Any]:
    """What Flask's extensions want to be told."""
    return {
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database_url),
        "BABEL_DEFAULT_LOCALE": settings.locale,
        "BABEL_DEFAULT_TIMEZONE": settings.zone,
    }
