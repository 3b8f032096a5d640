"""The language of the pages, and the words of `words.py` as template filters.

The source sentences are Japanese; the English ones are in translations/en. An agent's own choice
comes first (the session keeps it for pages that know nobody), then the browser's, then the desk's.
"""

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from babel.support import NullTranslations
from flask import Flask, g, request, session
from flask_babel import Babel, Domain, get_locale, refresh
from markupsafe import Markup

from support.conversations.plain import plain
from support.desk import the_desk
from support.web import words

LOCALES = ("ja", "en")
SENTENCE = 400
"""Characters; no sentence of the catalogue is longer."""
NAMES = {"ja": "日本語", "en": "English"}


class Here(NamedTuple):
    """How times are written in one request."""

    now: datetime
    zone: ZoneInfo
    locale: str


Presenter = Callable[[datetime, datetime, tzinfo, str], str]


class Catalogues(Domain):  # type: ignore[misc]
    """Finds the catalogue once a request: a page asks it for some hundred words."""

    def get_translations(self) -> NullTranslations:
        found: NullTranslations | None = g.get("catalogue") if g else None
        if found is None:
            found = super().get_translations()
            if g:
                g.catalogue = found
        return found


def init_app(app: Flask) -> None:
    babel = Babel(app, locale_selector=chosen_locale)
    babel.domain_instance = catalogues = Catalogues()
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda words: catalogues.get_translations().ugettext(words),
        lambda one, many, number: catalogues.get_translations().ungettext(one, many, number),
        newstyle=True,
    )
    app.jinja_env.filters.update(
        duration=words.duration,
        initial=lru_cache(maxsize=1024)(words.initial),
        clock=lambda at: words.clock(at, here().zone),
        exact=lambda at: words.exact(at, here().zone),
        span=lambda pair: words.span(pair[0], pair[1], here().zone),
        how_many=lambda number: words.how_many(number, locale()),
        brief=lambda amount: words.brief(amount, locale()),
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
    app.jinja_env.finalize = shown


def shown(value: Any) -> Any:
    """Whatever a template writes goes through here: strangers' words cannot move the page's.

    Long markup is made of parts that came through already; short markup may be a sentence of the
    catalogue with a name in it.
    """
    if type(value) is str or (type(value) is Markup and len(value) < SENTENCE):
        cleaned = plain(value)
        return cleaned if type(value) is str else Markup(cleaned)  # noqa: S704  # it was before
    return value


def chosen_locale() -> str:
    agent = g.get("agent")
    chosen = agent.locale if agent is not None else session.get("locale")
    if chosen in LOCALES:
        return str(chosen)
    return request.accept_languages.best_match(LOCALES, the_desk().settings.locale)


def locale() -> str:
    """One of LOCALES."""
    return here().locale


def choose_anew() -> None:
    """To be called when the language was changed: from here on this request speaks it."""
    refresh()
    g.pop("catalogue", None)
    g.pop("here", None)


def here() -> Here:
    """Looked up once a request: every time on a page is written by it."""
    if "here" not in g:
        found = get_locale()
        settings = the_desk().settings
        g.here = Here(now(), zone(), found.language if found is not None else settings.locale)
    it: Here = g.here
    return it


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
    return lambda at: present(at, *here())
