"""公開のお知らせ: written, agreed to, posted; what stands on X is taken down there by hand."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.audit.deeds import Deed as Noted
from support.db import db
from support.desk import the_desk
from support.errors import DeskError, Refused
from support.incidents import announcing
from support.incidents.announcing import Words
from support.incidents.records import Notice
from support.web import toasts
from support.web.errors import sentence_of
from support.web.guard import me, needs
from support.web.incidents.incident_course import back, incident_of, moment_in
from support.web.incidents.incident_page import notice_values, page
from support.web.language import now
from support.web.noted import note
from support.web.parts import part_of
from support.web.tickets.deeds import written

pages = Blueprint("notices", __name__)


@pages.get("/incidents/<int:incident_id>/notices")
@part_of("incidents.show")
def follow(incident_id: int) -> str:
    """The notices alone, for a page that waits for one to go out."""
    it = incident_of(incident_id)
    return render_template("incidents/_notice_list.html", incident=it, **notice_values(it))


@pages.post("/incidents/<int:incident_id>/notices")
@needs(Deed.RUN_INCIDENTS)
def write(incident_id: int) -> Response | tuple[str, int]:
    """A new one, or other words for one that has not gone; `do`: keep, ask or post."""
    session, it = db.session(), incident_of(incident_id)
    number = request.form.get("notice", type=int)
    try:
        words = _words()
        if number:
            notice = notice_of(number)
            announcing.rewrite(session, notice, words, by=me(), now=now())
        else:
            notice = announcing.draft(session, it, words, by=me(), now=now())
        said = _go_on(notice, request.form.get("do", ""))
    except DeskError as error:
        session.rollback()
        return _refused(incident_id, error)
    _keep(notice)
    return back(incident_id, said)


def _go_on(notice: Notice, wish: str) -> str:
    session = db.session()
    if wish == "ask":
        announcing.ask(session, notice, by=me(), now=now())
        return str(gettext("承認を依頼しました"))
    if wish == "post":
        announcing.press(session, notice, by=me(), now=now(), undo=_undo(notice))
        _note(notice)
        return str(gettext("まもなく投稿します"))
    return str(gettext("下書きを保存しました"))


@pages.post("/incidents/notices/<int:notice_id>/approve")
@needs(Deed.RUN_INCIDENTS)
def approve(notice_id: int) -> Response:
    def agree(notice: Notice) -> None:
        undo, seen = _undo(notice), request.form.get("seen", "")
        announcing.approve(db.session(), notice, by=me(), now=now(), undo=undo, seen=seen)
        _note(notice)

    return _do(notice_id, agree, gettext("承認しました。まもなく投稿します"))


@pages.post("/incidents/notices/<int:notice_id>/back")
@needs(Deed.RUN_INCIDENTS)
def send_back(notice_id: int) -> Response:
    def send(notice: Notice) -> None:
        word, seen = written("word"), request.form.get("seen", "")
        announcing.send_back(db.session(), notice, by=me(), word=word, now=now(), seen=seen)

    return _do(notice_id, send, gettext("下書きに戻しました"))


@pages.post("/incidents/notices/<int:notice_id>/undo")
@needs(Deed.RUN_INCIDENTS)
def take_back(notice_id: int) -> Response:
    return _do(
        notice_id,
        lambda notice: announcing.take_back(db.session(), notice, by=me(), now=now()),
        gettext("投稿を取り消しました。下書きに残っています"),
    )


@pages.post("/incidents/notices/<int:notice_id>/removal")
@needs(Deed.RUN_INCIDENTS)
def drop(notice_id: int) -> Response:
    return _do(
        notice_id,
        lambda notice: announcing.drop(db.session(), notice, by=me(), now=now()),
        gettext("下書きを破棄しました"),
    )


def notice_of(number: int) -> Notice:
    notice = db.session.get(Notice, number) if number < 2**31 else None
    if notice is None:
        abort(404)
    return notice


def _words() -> Words:
    return Words(
        stage=request.form.get("stage", ""),
        body=written("body"),
        next_update_at=moment_in("next_update", required=False),
        alone="alone" in request.form,
    )


def _refused(incident_id: int, error: DeskError) -> tuple[str, int]:
    """What was written stays in the form."""
    field = error.field if isinstance(error, Refused) else "body"
    errors = {field: sentence_of(error)}
    wrong = request.form.to_dict()
    return page(incident_of(incident_id), errors=errors, wrong_notice=wrong), 422


def _do(notice_id: int, deed: Any, words: str) -> Response:
    notice = notice_of(notice_id)
    incident_id = notice.incident_id
    try:
        deed(notice)
    except DeskError as error:
        db.session.rollback()
        toasts.say(sentence_of(error), tone="danger", stay=True)
        return back(incident_id)
    _keep(notice)
    return back(incident_id, words)


def _note(notice: Notice) -> None:
    note(Noted.NOTICE_PRESSED, by=me().id, about=("notice", notice.id))


def _keep(notice: Notice) -> None:
    account_id = notice.account_id
    db.session.commit()
    the_desk().later.ring("announce", account_id)


def _undo(notice: Notice) -> timedelta:
    return timedelta(seconds=notice.account.undo_seconds)
