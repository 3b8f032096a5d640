"""Once all works again: the tickets of those who have our answer are resolved, and taken back."""

from flask import Blueprint, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.db import db
from support.desk import the_desk
from support.errors import DeskError
from support.incidents import resolving
from support.web import toasts
from support.web.errors import sentence_of
from support.web.guard import me, needs
from support.web.incidents.incident_course import back, incident_of
from support.web.language import now

pages = Blueprint("incident_endings", __name__)


@pages.post("/incidents/<int:incident_id>/resolution")
@needs(Deed.RUN_INCIDENTS)
def resolve(incident_id: int) -> Response:
    """Whoever wrote meanwhile is left alone: it is worked out anew, ticket by ticket."""
    it = incident_of(incident_id)
    if not resolving.is_offered(db.session(), it):
        return back(incident_id)
    done = resolving.resolve(db.session(), it, by=me(), now=now(), keep=db.session.commit)
    if not done.tickets:
        toasts.say(gettext("解決にできるチケットはありませんでした"), tone="warn")
        return back(incident_id)
    back_again = url_for("incident_endings.undo", incident_id=incident_id, event_id=done.event_id)
    toasts.say(gettext("%(n)s件を解決にしました", n=len(done.tickets)), undo=back_again)
    _tell(done.tickets)
    return back(incident_id)


@pages.post("/incidents/<int:incident_id>/resolution/<int:event_id>/undo")
@needs(Deed.RUN_INCIDENTS)
def undo(incident_id: int, event_id: int) -> Response:
    it, session = incident_of(incident_id), db.session()
    if event_id >= 2**31:
        return back(incident_id)
    try:
        done = resolving.undo(session, it, event_id, by=me(), now=now(), keep=session.commit)
    except DeskError as error:
        session.rollback()
        toasts.say(sentence_of(error), tone="warn")
        return back(incident_id)
    _tell(done)
    return back(incident_id, gettext("%(n)s件を元に戻しました", n=len(done)))


def _tell(numbers: list[int]) -> None:
    for number in numbers:
        the_desk().news.tell("ticket", number)
