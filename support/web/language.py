"""The language of the pages, and the words of `words.py` as template filters.

The source sentences are Japanese; the English ones are in translations/en. An agent's own choice
comes first (the session keeps it for pages that know nobody), then the browser's, then the desk's.
"""

from collections.abc import Callable
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from flask import Flask, g, request, session
from flask_babel import Babel, get_locale

from support.desk import the_desk
from support.web import words

LOCALES = ("ja", "en")
NAMES = {"ja": "日本語", "en": "English"}

Presenter = Callable[[datetime, datetime, tzinfo, str], str]


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=chosen_locale)
    app.jinja_env.filters.update(
        duration=words.duration,
        initial=words.initial,
        clock=lambda at: words.clock(at, zone()),
        span=lambda pair: words.span(pair[0], pair[1], zone()),
        how_many=lambda number: words.how_many(number, locale()),
        **{
            present.__name__: _for_request(present)
            for present in (
                words.day,
                words.full_day,
                words.moment,
                words.full_moment,
                words.opening,
                words.ago,
            )
        },
    )
    app.jinja_env.globals.update(locale=locale, LANGUAGES=NAMES)


def chosen_locale() -> str:
    agent = g.get("agent")
    chosen = agent.locale if agent is not None else session.get("locale")
    if chosen in LOCALES:
        return str(chosen)
    return request.accept_languages.best_match(LOCALES, the_desk().settings.locale)


def locale() -> str:
    """One of LOCALES."""
    found = get_locale()
    return found.language if found is not None else the_desk().settings.locale


def zone() -> ZoneInfo:
    """Where the desk stands."""
    return ZoneInfo(the_desk().settings.zone)


def now() -> datetime:
    """The moment this request began; one for the whole page, so that its times agree."""
    if "now" not in g:
        g.now = the_desk().clock()
    moment: datetime = g.now
    return moment


def _for_request(present: Presenter) -> Callable[[datetime], str]:
    return lambda at: present(at, now(), zone(), locale())
