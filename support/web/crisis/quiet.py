"""What templates ask of a reply that may stand still because its account is in a crisis."""

from datetime import datetime

from flask import Blueprint, g

from support.crisis import records
from support.crisis.records import Crisis
from support.db import db
from support.replies import quieting
from support.replies.holding import FURTHEST
from support.replies.records import Reply
from support.web.language import now, zone

pages = Blueprint("quiet", __name__)


@pages.app_template_global()
def quieted(reply: Reply) -> Crisis | None:
    """The crisis that holds this reply, while it runs; for replies that are still here."""
    it = _running().get(reply.conversation.account_id)
    return it if it is not None and quieting.is_held(db.session(), reply) else None


@pages.app_template_test("stopped_by_crisis")
def stopped_by_crisis(reason: str) -> bool:
    """Whether a part asks because of a crisis, running or over."""
    return reason == quieting.REASON


@pages.app_template_global()
def times_to_choose() -> tuple[datetime, datetime]:
    """The first and the last moment a reply may be given, on the desk's wall."""
    return now().astimezone(zone()), (now() + FURTHEST).astimezone(zone())


def _running() -> dict[int, Crisis]:
    """By account; the frame of a page knows, and a fragment asks once."""
    if "frame" in g:
        return {it.account_id: it for it in g.frame.crises}
    if "crises" not in g:
        g.crises = {it.account_id: it for it in records.all_running(db.session())}
    found: dict[int, Crisis] = g.crises
    return found
