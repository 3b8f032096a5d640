"""A way out to a translator for words in another language: off until an administrator opens it."""

from typing import Any

from flask import Blueprint, Flask, g, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.agents.records import Agent
from support.conversations import languages
from support.conversations.records import DM, Message, Translator
from support.db import db, storable
from support.desk import the_desk
from support.errors import N_
from support.web import toasts
from support.web.guard import me, needs
from support.web.language import locale, now

pages = Blueprint("translating", __name__)

NO_TEMPLATE = N_(
    "https:// で始まり、{text} を1回含むアドレスを入力してください（{to} も使えます）。"
    "300文字までです。"
)
NOT_AGREED = N_("文がその会社に渡ることを確かめて、印を付けてください。")
LONGEST = 300


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(translation_of=translation_of)


def translation_of(message: Message) -> str:
    """Where this message can be translated; empty where it need not or must not be.

    The setting is asked for only where a message is in another language.
    """
    mine = the_desk().settings.locale
    if message.emptied_at or message.kind != "text":
        return ""
    if not languages.is_foreign(message.language, message.text, mine):
        return ""
    way = in_force()
    if way is None or not way.url or (message.channel == DM and not way.private):
        return ""
    return languages.link(way.url, message.text, locale())


def in_force() -> Translator | None:
    if "translator" not in g:
        newest = select(Translator).order_by(Translator.id.desc()).limit(1)
        g.translator = db.session.scalar(newest)
    way: Translator | None = g.translator
    return way


@pages.get("/settings/translation")
@needs(Deed.MANAGE_DESK)
def show() -> str:
    way = in_force()
    return _page(url=way.url if way else "", private=bool(way and way.private))


@pages.post("/settings/translation")
@needs(Deed.MANAGE_DESK)
def change() -> Response | tuple[str, int]:
    url = storable(request.form.get("url", "")).strip()
    private, off = request.form.get("private") == "1", request.form.get("do") == "off"
    if off:
        url, private = "", False
    elif len(url) > LONGEST or not languages.is_template(url):
        return _page(url=url, private=private, errors={"url": gettext(NO_TEMPLATE)}), 422
    elif request.form.get("agreed") != "1":
        return _page(url=url, private=private, errors={"agreed": gettext(NOT_AGREED)}), 422
    db.session.add(Translator(url=url, private=private, made_by_id=me().id, made_at=now()))
    db.session.commit()
    said = gettext("翻訳へのリンクを表示しません") if off else gettext("翻訳へのリンクを表示します")
    toasts.say(said)
    return redirect(url_for("translating.show"), 303)


def _page(**values: Any) -> str:
    way = in_force()
    by = db.session.get(Agent, way.made_by_id) if way else None
    return render_template(
        "settings/translation.html",
        **{"errors": {}, **values},
        way=way,
        by=by,
        firm=languages.firm(way.url) if way else "",
    )
