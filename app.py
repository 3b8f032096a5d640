"""The web entrance, and that of the command line: `create_app()` puts the desk together."""

from typing import Any

import click
from flask import Flask
from flask.cli import FlaskGroup
from werkzeug.middleware.proxy_fix import ProxyFix

from support import commands, foundation
from support.canned.shelf import Shelf
from support.clock import Clock
from support.desk import Desk, Later, News, X
from support.settings import Settings


def create_app(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    x: X | None = None,
    later: Later | None = None,
    news: News | None = None,
    shelf: Shelf | None = None,
) -> Flask:
    """The desk as a Flask application; whatever is not passed is the real thing.

    Ends the process with a sentence when the environment cannot be used.
    """
    app = foundation.lay(settings, clock=clock, x=x, later=later, news=news, shelf=shelf)
    commands.init_app(app)
    if not is_for_a_command():
        open_the_pages(app)
    return app


def is_for_a_command() -> bool:
    """Whether `flask` looks for one of our commands: none of them needs a page. Its own ones that
    do, like `flask run` and `flask routes`, ask for the application once they run."""
    at = click.get_current_context(silent=True)
    return at is not None and isinstance(at.command, FlaskGroup)


def open_the_pages(app: Flask) -> None:
    from support.web import families

    desk: Desk = app.extensions["desk"]
    app.config.update(flask_settings(desk.settings))
    families.init_app(app)
    hear_proxies(app, desk.settings.trusted_proxies)


def hear_proxies(app: Flask, number: int) -> None:
    """Who asks, and by which protocol, as our own proxies say it; before anything looks at it.

    The host stays the one that was asked for: proxies pass it on, and not all set a header for it.
    """
    if number:
        heard = ProxyFix(app.wsgi_app, x_for=number, x_proto=number, x_host=0, x_prefix=0)
        app.wsgi_app = heard  # type: ignore[method-assign]


def cookie_name(settings: Settings) -> str:
    """`__Host-`: browsers take it over HTTPS only, from this very host and no neighbour of it."""
    name = "madoguchi_practice" if settings.practice else "madoguchi"
    return f"__Host-{name}" if settings.cookie_secure else name


def flask_settings(settings: Settings) -> dict[str, Any]:
    """What Flask wants to be told of its pages."""
    keys = [key for key in settings.secret_key.split(",") if key]
    return {
        "SECRET_KEY": keys[0] if keys else None,
        "SECRET_KEY_FALLBACKS": keys[1:],
        "MAX_CONTENT_LENGTH": 1_000_000,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.cookie_secure,
        "SESSION_COOKIE_NAME": cookie_name(settings),
    }
