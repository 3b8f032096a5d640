"""Settings: the words the guard looks for, what it lets pass, and a place to try a text."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.db import db, storable
from support.errors import Refused
from support.replies import guarding, rehearsing
from support.replies.records import GuardWord
from support.replies.wordlists import LONGEST, Level, Purpose, Word
from support.web import toasts
from support.web.guard import me, needs
from support.web.language import now, zone
from support.web.replies import guarded
from support.web.tickets.ticket_page import sentence

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
    """Kept at once where it would have found nothing of late; else once that has been shown.

    `look` asks for the dry run alone.
    """
    word = _word_from_form()
    try:
        guarding.may_be_added(db.session(), word)
        if "look" in request.form or request.form.get("shown") != _shown(word):
            told = rehearsing.rehearse(db.session(), word, now=now())
            if told.found or "look" in request.form:
                return _page(wrote=word, told=told, shown=_shown(word)), 200
        guarding.add_word(db.session(), word, me(), now())
    except Refused as refusal:
        db.session.rollback()
        return _page(error=sentence(refusal), wrote=word), 422
    db.session.commit()
    toasts.say(gettext("「%(text)s」を加えました", text=word.text.strip()))
    return redirect(url_for("guard_words.show"), 303)


@pages.get("/settings/words/<int:word_id>")
@needs(Deed.EDIT_WORDS)
def entry(word_id: int) -> str:
    """One entry, and what it would have found of late."""
    word = _row(word_id)
    try:
        told, wrong = rehearsing.rehearse(db.session(), guarding.word_of(word), now=now()), ""
    except Refused as refusal:  # kept before the checks were what they are
        told, wrong = None, sentence(refusal)
    return render_template(
        "settings/word.html", word=word, told=told, wrong=wrong, purposes=PURPOSES, **_looks()
    )


@pages.get("/settings/words/history")
@needs(Deed.EDIT_WORDS)
def history() -> str:
    """The lists as they stood at the end of a day, and what changed since."""
    asked = request.args.get("at", "")
    today = now().astimezone(zone()).date()
    try:
        day = date.fromisoformat(asked) if asked else today - timedelta(days=30)
        end = datetime.combine(day + timedelta(days=1), time(), zone()).astimezone(UTC)
    except (ValueError, OverflowError):
        day, end, wrong = today, now(), gettext("日付を入力してください。")
    else:
        wrong = ""
    return render_template(
        "settings/words_history.html",
        day=day,
        today=today,
        wrong=wrong,
        words=guarding.entries_at(db.session(), end),
        changes=guarding.changes_since(db.session(), end),
        purposes=PURPOSES,
        **_looks(),
    )


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


def _shown(word: Word) -> str:
    """What a form carries of the dry run it was shown: for other words it is run again."""
    return f"{int(word.is_pattern)}:{word.text.strip()}"


def _looks() -> dict[str, Any]:
    return {"levels": list(Level), "tones": guarded.TONES, "longest": LONGEST}


def _page(**more: Any) -> str:
    session = db.session()
    values: dict[str, Any] = {
        "error": "",
        "wrote": Word(""),
        "tried": "",
        "tried_private": False,
        "found": None,
        "told": None,
        "shown": "",
        **_looks(),
        **more,
    }
    return render_template(
        "settings/words.html",
        words=guarding.entries(session),
        retired=guarding.entries(session, retired=True)[:50],
        purposes=PURPOSES,
        hints=HINTS,
        **values,
    )
