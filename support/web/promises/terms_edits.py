"""What the pages of hours and of levels share: the choice for open promises, progress, history."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, abort, render_template, request
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.agents.records import Agent
from support.db import db
from support.desk import the_desk
from support.sla.levels import Carry
from support.terms.records import TermsEdit
from support.web.guard import needs
from support.web.parts import asked_for_by_script, lead_to

MOST_SHOWN = 12

pages = Blueprint("terms_edits", __name__)

CARRIES: dict[str, dict[Carry, tuple[Any, Any]]] = {
    "hours": {
        Carry.REST: (
            _l("これからの時間だけ、新しい営業時間で数える"),
            _l("ここまでの経過は今の営業時間のまま。営業時間を変える日に選びます。"),
        ),
        Carry.WHOLE: (
            _l("届いた時刻から、新しい営業時間で数え直す"),
            _l("登録もれの休業日など、間違いを直すときに選びます。"),
        ),
        Carry.NEW: (
            _l("今ある約束はそのまま"),
            _l("これから届く分だけ、新しい営業時間で数えます。"),
        ),
    },
    "levels": {
        Carry.WHOLE: (
            _l("今ある約束も、新しい目標で判定し直す"),
            _l("届いた時刻から数え直します。"),
        ),
        Carry.NEW: (_l("今ある約束はそのまま"), _l("これからの約束だけ、新しい目標にします。")),
    },
}
"""By kind of edit: each choice with its words, the usual one first."""


@dataclass(frozen=True)
class Made:
    """An edit with whoever made it; nobody for a subscribed calendar."""

    edit: TermsEdit
    agent: Agent | None


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(carries=CARRIES)


def carry_from(kind: str) -> Carry:
    """What the form chose; an unknown word means the usual choice."""
    usual = next(iter(CARRIES[kind]))
    chosen = request.form.get("carry", usual.value)
    return Carry(chosen) if chosen in {it.value for it in CARRIES[kind]} else usual


def history(kind: str, name: str = "") -> list[Made]:
    """The newest edits of this kind; for hours of one calendar."""
    made = select(TermsEdit, Agent).outerjoin(Agent, Agent.id == TermsEdit.agent_id)
    made = made.where(TermsEdit.kind == kind, TermsEdit.name == name)
    rows = db.session.execute(made.order_by(TermsEdit.id.desc()).limit(MOST_SHOWN))
    return [Made(edit, agent) for edit, agent in rows]


def begun(edit: TermsEdit) -> None:
    """After the commit: a worker judges what is open."""
    if edit.finished_at is None:
        the_desk().later.ring("rejudge", edit.id)


@pages.get("/settings/edits/<int:edit_id>")
@needs(Deed.SEE_REPORTS)
def progress(edit_id: int) -> str | Response:
    """How far open promises were judged anew; a page asks again until it is done."""
    edit = db.session.get(TermsEdit, edit_id) if edit_id < 2**31 else None
    if edit is None:
        abort(404)
    if not asked_for_by_script():
        return lead_to("hours.show" if edit.kind == "hours" else "levels.show")
    return render_template("settings/_progress.html", edit=edit)
