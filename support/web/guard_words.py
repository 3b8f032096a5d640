"""Settings: the words the guard looks for, what it lets pass, and a place to try a text."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.db import db, storable
from support.errors import Refused
from support.replies import guarding
from support.replies.records import GuardWord
from support.replies.wordlists import LONGEST, Level, Purpose, Word
from support.web import guarded, toasts
from support.web.guard import me, needs
from support.web.language import now
from support.web.ticket_page import sentence

LONGEST_TRIED = 2_000

pages = Blueprint("guard_words", __name__)

PURPOSES: dict[Purpose, Any] = {
    Purpose.NEGATIVE: _l("ネガティブリスト"),
    Purpose.INTERNAL: _l("社内の言葉"),
    Purpose.NUMBER: _l("会員・注文番号の形"),
    Purpose.ALLOWED: _l("許可リスト"),
}
HINTS: dict[Purpose, Any] = {
    Purpose.NEGATIVE: _l("言い過ぎ、断定、お客様を責める言葉など。"),
    Purpose.INTERNAL: _l("お客様に見せない言葉。システムの名前、部署の略称など。"),
    Purpose.NUMBER: _l("正規表現で書きます。例：HK[0-9]{8}"),
    Purpose.ALLOWED: _l(
        "自社の電話番号、住所、メール。@example.jp で、その宛先すべてを許可します。"
    ),
}


@pages.get("/settings/words")
@needs(Deed.EDIT_WORDS)
def show() -> str:
    return _page()


@pages.post("/settings/words")
@needs(Deed.EDIT_WORDS)
def add() -> Response | tuple[str, int]:
    word = _word_from_form()
    try:
        guarding.add_word(db.session(), word, me(), now())
    except Refused as refusal:
        db.session.rollback()
        return _page(error=sentence(refusal), wrote=word), 422
    db.session.commit()
    toasts.say(gettext("「%(text)s」を加えました", text=word.text.strip()))
    return redirect(url_for("guard_words.show"), 303)


@pages.post("/settings/words/starter")
@needs(Deed.EDIT_WORDS)
def start() -> Response:
    """The words a desk may begin with."""
    count = guarding.add_starter(db.session(), me(), now())
    db.session.commit()
    toasts.say(gettext("%(n)s件を加えました", n=count))
    return redirect(url_for("guard_words.show"), 303)


@pages.post("/settings/words/try")
@needs(Deed.EDIT_WORDS)
def try_out() -> str:
    """Posted, so that what is tried stands in no address and no log."""
    text = storable(request.form.get("text", ""))[:LONGEST_TRIED].replace("\r\n", "\n")
    private = request.form.get("channel") == "dm"
    (found,) = guarded.prepared([text], private=private)
    return _page(tried=text, tried_private=private, found=found)


@pages.post("/settings/words/<int:word_id>/end")
@needs(Deed.EDIT_WORDS)
def end(word_id: int) -> Response:
    word = _row(word_id)
    guarding.retire(word, me(), now())
    db.session.commit()
    back = url_for("guard_words.bring_back", word_id=word_id)
    toasts.say(gettext("「%(text)s」を外しました", text=word.text), undo=back)
    return redirect(url_for("guard_words.show"), 303)


@pages.post("/settings/words/<int:word_id>/back")
@needs(Deed.EDIT_WORDS)
def bring_back(word_id: int) -> Response | tuple[str, int]:
    """A new entry with the same words: who took it off, and when, stays to be read."""
    word = _row(word_id)
    try:
        guarding.add_word(db.session(), guarding.word_of(word), me(), now())
    except Refused as refusal:
        db.session.rollback()
        return _page(error=sentence(refusal)), 422
    db.session.commit()
    return redirect(url_for("guard_words.show"), 303)


def _row(word_id: int) -> GuardWord:
    word = db.session.get(GuardWord, word_id) if word_id < 2**31 else None
    if word is None:
        abort(404)
    return word


def _word_from_form() -> Word:
    form = request.form
    purpose, level = form.get("purpose", ""), form.get("level", Level.HINT.value)
    if purpose not in list(Purpose) or level not in list(Level):
        abort(400)
    is_pattern = form.get("is_pattern") == "1" or purpose == Purpose.NUMBER
    text, instead, note = (form.get(name, "")[:500] for name in ("text", "instead", "note"))
    return Word(text, Purpose(purpose), Level(level), is_pattern, instead, note)


def _page(**more: Any) -> str:
    session = db.session()
    values: dict[str, Any] = {
        "error": "",
        "wrote": Word(""),
        "tried": "",
        "tried_private": False,
        "found": None,
        **more,
    }
    return render_template(
        "settings/words.html",
        words=guarding.entries(session),
        retired=guarding.entries(session, retired=True)[:50],
        purposes=PURPOSES,
        hints=HINTS,
        levels=list(Level),
        tones=guarded.TONES,
        longest=LONGEST,
        **values,
    )
