"""The words the desk knows about itself, for outreach and for spikes."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.audit.deeds import Deed as Noted
from support.db import db, storable
from support.errors import Refused
from support.lexicon import naming
from support.lexicon.records import LexiconWord, words
from support.lexicon.words import LONGEST, Purpose
from support.web import noted, reach, toasts, typed
from support.web.errors import sentence_of
from support.web.guard import me, needs
from support.web.language import now
from support.web.outreach import listening_form

pages = Blueprint("listening_words", __name__)

PURPOSES: dict[Purpose, Any] = {
    Purpose.PRODUCT: _l("商品名・会社名"),
    Purpose.MISSPELLING: _l("書き間違い・略し方"),
    Purpose.COMPETITOR: _l("競合"),
    Purpose.SENSITIVE: _l("お声がけしない話題"),
}
HINTS: dict[Purpose, Any] = {
    Purpose.PRODUCT: _l("この言葉と困りごとの言葉がそろった投稿を探します。"),
    Purpose.MISSPELLING: _l("お客様が実際に書く形。どの商品のことかも決めます。"),
    Purpose.COMPETITOR: _l("検索から除きます。@で始めると、そのアカウントの投稿を候補にしません。"),
    Purpose.SENSITIVE: _l("病気、事故、訃報など。この言葉のある投稿には、お声がけしません。"),
}


@pages.get("/outreach/words")
@needs(Deed.OFFER_HELP)
def show() -> str:
    return _page()


@pages.post("/outreach/words")
@needs(Deed.RUN_OUTREACH)
def add() -> Response | tuple[str, int]:
    wrote = {name: storable(request.form.get(name, ""))[:200] for name in ("text", "stands_for")}
    wrote["purpose"] = request.form.get("purpose", "")
    account_id = typed.number(request.form.get("account_id", ""))
    if account_id is not None and account_id not in {it.id for it in listening_form.accounts()}:
        abort(404)
    if wrote["purpose"] not in set(Purpose):
        abort(400)
    purpose = Purpose(wrote["purpose"])
    try:
        if account_id is None and not reach.changes_all():
            raise Refused("account_id", reach.FOR_ALL)
        word = naming.add_word(
            db.session(),
            purpose,
            wrote["text"],
            wrote["stands_for"].strip(),
            account_id,
            by=me(),
            now=now(),
        )
    except Refused as refusal:
        db.session.rollback()
        errors = {refusal.field: sentence_of(refusal)}
        return _page(wrote | {"account_id": account_id}, errors), 422
    text = word.text
    _note(word)
    toasts.say(gettext("「%(text)s」を加えました", text=text))
    return redirect(url_for("listening_words.show"), 303)


@pages.post("/outreach/words/<int:number>/remove")
@needs(Deed.RUN_OUTREACH)
def remove(number: int) -> Response:
    word = db.session.get(LexiconWord, number) if number < 2**31 else None
    if word is None or not (word.account_id is None or reach.may_see(word.account_id)):
        abort(404)
    reach.need_leave(word.account_id)
    naming.retire_word(word, now())
    text = word.text
    _note(word)
    toasts.say(gettext("「%(text)s」を外しました", text=text))
    return redirect(url_for("listening_words.show"), 303)


def _note(word: LexiconWord) -> None:
    data = {"purpose": word.purpose, "state": "retired" if word.retired_at else "live"}
    noted.note(Noted.LISTENING_CHANGED, by=me().id, about=("lexicon_word", word.id), data=data)
    db.session.commit()


def _page(wrote: dict[str, Any] | None = None, errors: dict[str, str] | None = None) -> str:
    known = words(db.session())
    return render_template(
        "outreach/words.html",
        words=known,
        products=[it.text for it in known if it.purpose == Purpose.PRODUCT],
        purposes=PURPOSES,
        hints=HINTS,
        accounts=listening_form.accounts(),
        wrote=wrote or {},
        errors=errors or {},
        longest=LONGEST,
    )
