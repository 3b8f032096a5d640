"""What became of a prepared answer: who changed what, when; any version can come back."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.canned import front_matter, history, writing
from support.canned.records import AnswerEdit
from support.db import db
from support.desk import the_desk
from support.web import toasts
from support.web.guard import me, needs
from support.web.language import now

MOST = 200
"""Changes of one answer that are shown, the newest."""

pages = Blueprint("canned_history", __name__)


@pages.get("/canned/<reply_id>/history")
def show(reply_id: str) -> str:
    """Of an answer on the shelf, or of one that was taken away."""
    wanted = select(AnswerEdit).where(AnswerEdit.answer_id == reply_id)
    wanted = wanted.options(joinedload(AnswerEdit.agent)).order_by(AnswerEdit.id.desc())
    edits = list(db.session.scalars(wanted.limit(MOST)))[::-1]
    shelf = the_desk().shelf
    reply, kept = shelf.get(reply_id), writing.kept(shelf, reply_id)
    if reply is None and not edits:
        abort(404)
    told = history.entries(edits, kept.text if kept else "")
    return render_template(
        "canned/history.html",
        reply_id=reply_id,
        title=reply.title if reply else _title(edits[-1]),
        stands=reply is not None,
        entries=told,
    )


@pages.get("/canned/removed")
@needs(Deed.EDIT_ANSWERS)
def removed() -> str:
    """Answers that were taken away and may be put back, the latest first."""
    last = select(func.max(AnswerEdit.id)).group_by(AnswerEdit.answer_id)
    gone = select(AnswerEdit).where(AnswerEdit.id.in_(last), AnswerEdit.after == "")
    gone = gone.options(joinedload(AnswerEdit.agent)).order_by(AnswerEdit.id.desc()).limit(MOST)
    shelf = the_desk().shelf
    found = [edit for edit in db.session.scalars(gone) if shelf.get(edit.answer_id) is None]
    return render_template("canned/removed.html", gone=[(it, _title(it)) for it in found])


@pages.post("/canned/edits/<int:edit_id>/<any(before, after):side>")
@needs(Deed.EDIT_ANSWERS)
def restore(edit_id: int, side: str) -> Response:
    """The file as it stood before or after a change, word for word."""
    edit = db.session.get(AnswerEdit, edit_id) if edit_id < 2**31 else None
    text = getattr(edit, side) if edit else ""
    if edit is None or not text:
        abort(404)
    made = writing.put_back(db.session(), the_desk().shelf, edit, text, me(), now())
    reply_id = edit.answer_id
    db.session.commit()
    toasts.say(gettext("この版に戻しました") if made else gettext("変わったところはありません"))
    return redirect(url_for("canned.answer", reply_id=reply_id), 303)


def _title(edit: AnswerEdit) -> str:
    found, _ = front_matter.read(edit.path, (edit.after or edit.before).encode())
    return found.title if found else edit.answer_id
