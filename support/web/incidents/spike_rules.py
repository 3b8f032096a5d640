"""Settings: whether spikes are looked for, how readily, and by which words."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.db import db, storable
from support.errors import Refused
from support.incidents import raising, spikes, tuning
from support.incidents.spike_records import WatchedWord
from support.incidents.spikes import DEMANDS
from support.incidents.vocabulary import EDITED, LONGEST, Key, built_in
from support.lexicon.records import products
from support.web import toasts
from support.web.errors import sentence_of
from support.web.guard import me, needs
from support.web.incidents.spike_words import KINDS, SENSITIVITIES, stricter
from support.web.language import now

pages = Blueprint("spike_rules", __name__)


@pages.get("/settings/spikes")
@needs(Deed.RUN_INCIDENTS)
def show() -> str:
    return _page()


@pages.post("/settings/spikes")
@needs(Deed.RUN_INCIDENTS)
def save() -> Response | tuple[str, int]:
    try:
        tuning.set_rule(
            db.session(),
            on="on" in request.form,
            sensitivity=request.form.get("sensitivity", ""),
            tells_webhooks="webhooks" in request.form,
            by=me(),
            now=now(),
        )
    except Refused as refusal:
        db.session.rollback()
        return _page(errors={refusal.field: sentence_of(refusal)}), 422
    db.session.commit()
    toasts.say(gettext("急増の検知の設定を保存しました"))
    return redirect(url_for("spike_rules.show"), 303)


@pages.post("/settings/spikes/words")
@needs(Deed.RUN_INCIDENTS)
def add_word() -> Response | tuple[str, int]:
    kind, written = request.form.get("kind", ""), storable(request.form.get("word", ""))
    try:
        row = tuning.add_word(db.session(), kind, written, by=me(), now=now())
    except Refused as refusal:
        db.session.rollback()
        return _page(errors={refusal.field: sentence_of(refusal)}, wrote=(kind, written)), 422
    db.session.commit()
    toasts.say(gettext("「%(word)s」を見張ります。過去の投稿も数え直します", word=row.name))
    return redirect(url_for("spike_rules.show", _anchor="words"), 303)


@pages.post("/settings/spikes/words/off")
@needs(Deed.RUN_INCIDENTS)
def switch_off() -> Response:
    kind, name = request.form.get("kind", ""), storable(request.form.get("name", ""))
    row = tuning.switch_off(db.session(), kind, name, by=me(), now=now())
    db.session.commit()
    if row is not None:
        toasts.say(gettext("「%(word)s」を見張るのをやめました", word=row.name))
    return redirect(url_for("spike_rules.show", _anchor="words"), 303)


@pages.post("/settings/spikes/words/<int:number>/removal")
@needs(Deed.RUN_INCIDENTS)
def retire(number: int) -> Response:
    row = db.session.get(WatchedWord, number) if number < 2**31 else None
    if row is None:
        abort(404)
    off, name = row.off, row.name
    tuning.retire(db.session(), row, now())
    db.session.commit()
    toasts.say(
        gettext("「%(word)s」をまた見張ります", word=name)
        if off
        else gettext("「%(word)s」を外しました", word=name)
    )
    return redirect(url_for("spike_rules.show", _anchor="words"), 303)


@pages.post("/settings/spikes/unlearning")
@needs(Deed.RUN_INCIDENTS)
def unlearn() -> Response:
    key = Key(request.form.get("kind", ""), storable(request.form.get("word", "")))
    if tuning.unlearn(db.session(), key):
        toasts.say(gettext("このことばの誤検知を忘れました。ふつうの基準に戻ります"))
    db.session.commit()
    return redirect(url_for("spike_rules.show", _anchor="learned"), 303)


def _page(errors: dict[str, str] | None = None, wrote: tuple[str, str] = ("", "")) -> str:
    session = db.session()
    rule = tuning.rule_in_force(session)
    rows = tuning.words_of_the_desk(session)
    hidden = {(row.kind, row.name) for row in rows if row.off}
    own = [row for row in rows if not row.off]
    replaced = hidden | {(row.kind, row.name) for row in own}
    sensitivity = tuning.sensitivity_of(rule)
    learned = raising.dismissed(session, now())
    return render_template(
        "settings/spikes.html",
        rule=rule,
        on=rule is None or rule.on,
        sensitivity=sensitivity,
        sensitivities=SENSITIVITIES,
        demand=DEMANDS[sensitivity],
        kinds={kind: KINDS[kind] for kind in EDITED},
        all_kinds=KINDS,
        own=own,
        products=products(session),
        off=[row for row in rows if row.off],
        built_in=[it for it in built_in() if (it.kind, it.name) not in replaced],
        learned=[(key, n) for key, n in sorted(learned.items()) if n >= spikes.DISMISSED_OFTEN],
        stricter=stricter(sensitivity),
        longest=LONGEST * 4,
        errors=errors or {},
        wrote=wrote,
    )
