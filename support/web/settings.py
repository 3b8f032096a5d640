"""The settings: a list of pages beside each, the first of them how we stand with X."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Flask, abort, redirect, render_template, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.db import db
from support.errors import N_
from support.inbox.records import Cursor
from support.web.guard import i_may, needs
from support.x.records import Account

pages = Blueprint("settings", __name__)


@dataclass(frozen=True)
class Section:
    """One page of the settings, as the list beside them names it."""

    endpoint: str
    icon: str
    title: str
    deed: Deed = Deed.MANAGE_DESK


SECTIONS = (
    Section("settings.accounts", "pulse", N_("接続の状態")),
    Section("intake.rules", "filter", N_("取り込みのルール"), Deed.LOOK_AFTER_INTAKE),
)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(settings_sections=sections)


def sections() -> list[Section]:
    """The pages whoever asks may open."""
    return [section for section in SECTIONS if i_may(section.deed)]


@pages.get("/settings")
def index() -> Response:
    """The first page whoever asks may open."""
    allowed = sections()
    if not allowed:
        abort(403)
    return redirect(url_for(allowed[0].endpoint), 303)


@pages.get("/settings/accounts")
@needs(Deed.MANAGE_DESK)
def accounts() -> str:
    """Our accounts on X: whether they read and send, and when they last did."""
    return render_template("settings/accounts.html", accounts=standing())


def standing() -> list[tuple[Account, datetime | None]]:
    """Each account with the older of the moments its streams were last read to their end."""
    read_at = select(func.min(Cursor.read_at)).where(Cursor.account_id == Account.id)
    found = select(Account, read_at.scalar_subquery()).order_by(Account.id)
    return [(account, at) for account, at in db.session.execute(found)]
