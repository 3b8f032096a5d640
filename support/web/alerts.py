"""The bell: what an agent was told of promises that are due soon or broken."""

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, url_for
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from support.alerts.records import Alert, AlertNotice
from support.db import db
from support.sla.records import Promise
from support.web.language import now
from support.web.standing import NAMES
from support.web.ticket_page import me

MOST_SHOWN = 50

pages = Blueprint("alerts", __name__)


@pages.get("/alerts")
def show() -> str:
    """The newest first; what was not seen before is marked."""
    return render_template("alerts/show.html", notices=_mine(MOST_SHOWN), kinds=NAMES)


@pages.get("/alerts/bell")
def bell() -> str:
    """The bell by itself, to be fetched again when somebody was told something."""
    return render_template("alerts/_bell.html", unseen=_unseen())


@pages.get("/alerts/newest")
def newest() -> Response:
    """The newest unseen alert, for a notification: a ticket's number, no customer's words."""
    for notice in _mine(1):
        if notice.seen_at is None:
            return jsonify(_told(notice))
    return Response(status=204)


@pages.post("/alerts/seen")
def see() -> Response:
    mine = update(AlertNotice).where(AlertNotice.agent_id == me().id, AlertNotice.seen_at.is_(None))
    db.session.execute(mine.values(seen_at=now()))
    db.session.commit()
    return redirect(url_for("alerts.show"), 303)


def _told(notice: AlertNotice) -> dict[str, Any]:
    alert = notice.alert
    return {
        "id": notice.id,
        "ticket": alert.ticket_id,
        "level": alert.level,
        "url": url_for("tickets.show", ticket_id=alert.ticket_id),
    }


def _mine(most: int) -> list[AlertNotice]:
    told = (
        select(AlertNotice)
        .where(AlertNotice.agent_id == me().id)
        .options(
            joinedload(AlertNotice.alert)
            .joinedload(Alert.promise)
            .load_only(Promise.kind, Promise.due_at, Promise.kept_at, Promise.withdrawn_at)
        )
        .order_by(AlertNotice.id.desc())
        .limit(most)
    )
    return list(db.session.scalars(told))


def _unseen() -> int:
    mine = select(AlertNotice.id).where(
        AlertNotice.agent_id == me().id, AlertNotice.seen_at.is_(None)
    )
    return len(db.session.scalars(mine.limit(100)).all())
