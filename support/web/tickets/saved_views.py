"""Saved views: named filters in the rail, and the page where they are put in order."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.db import db, storable
from support.errors import Refused
from support.tickets import saving_views, searching
from support.tickets.filters import NAMES, Filter, filter_from
from support.tickets.records import SavedView
from support.web import toasts
from support.web.frame import frame
from support.web.guard import i_may, me
from support.web.language import now
from support.web.tickets import filter_bar
from support.web.tickets.queue import TITLES

pages = Blueprint("saved_views", __name__)
WITH_FILTER = ("tickets.queue", "tickets.show", "frame.rail")
"""Pages whose address names a filter."""


@dataclass(frozen=True)
class RailView:
    view: SavedView
    href: str
    current: bool
    count: int | None


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(saved_views=in_rail, shown_filter=shown_filter)


def shown_filter() -> Filter | None:
    """The filter of the page that is shown, where it has one."""
    return filter_from(request.args, me().id) if request.endpoint in WITH_FILTER else None


def in_rail(count_among: int | None = None) -> list[RailView]:
    """The views of whoever asks, counted where the page has counted them.

    `count_among`: this part of a page wants them counted, and so many tickets are unresolved.
    """
    views = known()
    if count_among is not None:
        cheap = counted(views, count_among)
        g.view_counts = searching.count_views(db.session(), cheap, me().id, now()) if cheap else {}
    shown = shown_filter()
    counts: dict[int, int] = g.get("view_counts", {})
    return [
        RailView(
            view,
            url_for("tickets.queue", **view.words),
            shown is not None and shown == filter_from(view.words, me().id),
            counts.get(view.id),
        )
        for view in views
    ]


def known() -> list[SavedView]:
    """Read with the frame of a whole page, else by a query of their own."""
    if "frame" in g:
        return frame().views
    if "views" not in g:
        g.views = saving_views.views_of(db.session(), me())
    views: list[SavedView] = g.views
    return views


def counted(views: list[SavedView], unresolved: int) -> list[SavedView]:
    """Those it is cheap to count among so many unresolved tickets."""
    return [view for view in views if searching.is_cheap(filter_from(view.words, 0), unresolved)]


def named(shown: Filter) -> SavedView | None:
    """The view this filter is saved as."""
    return next((v for v in known() if filter_from(v.words, shown.agent_id) == shown), None)


@pages.get("/tickets/views")
def show() -> str:
    return _page()


@pages.post("/tickets/views")
def save() -> Response | tuple[str, int]:
    """The filter of the address is kept under a name."""
    words = {name: request.args[name] for name in NAMES if request.args.get(name)}
    shared = "shared" in request.form
    if shared and not i_may(Deed.SHARE_VIEWS):
        abort(403)
    try:
        view = saving_views.save(
            db.session(), _written("name"), words, shared=shared, by=me(), now=now()
        )
    except Refused as refusal:
        db.session.rollback()
        return _page({"new": _sentence(refusal)}, words), 422
    db.session.commit()
    toasts.say(gettext("ビュー「%(name)s」を保存しました", name=view.name))
    return redirect(url_for("tickets.queue", **view.words), 303)


@pages.post("/tickets/views/<int:view_id>")
def change(view_id: int) -> Response | tuple[str, int]:
    """Another name, another place, or the end of it."""
    view, do = _mine(view_id), request.form.get("do", "")
    if view.removed_at is not None:
        abort(404)
    try:
        if do == "remove":
            saving_views.remove(view, now=now())
            undo = url_for("saved_views.restore", view_id=view.id)
            toasts.say(gettext("ビュー「%(name)s」を削除しました", name=view.name), undo=undo)
        elif do in ("up", "down"):
            saving_views.move(db.session(), view, -1 if do == "up" else 1, by=me())
        else:
            saving_views.rename(db.session(), view, _written("name"), by=me())
            toasts.say(gettext("ビューの名前を保存しました"))
    except Refused as refusal:
        db.session.rollback()
        return _page({str(view_id): _sentence(refusal)}), 422
    db.session.commit()
    return redirect(url_for("saved_views.show"), 303)


@pages.post("/tickets/views/<int:view_id>/restoration")
def restore(view_id: int) -> Response | tuple[str, int]:
    view = _mine(view_id)
    try:
        saving_views.restore(db.session(), view, by=me())
    except Refused as refusal:
        db.session.rollback()
        return _page({"new": _sentence(refusal)}), 422
    db.session.commit()
    toasts.say(gettext("ビュー「%(name)s」を元に戻しました", name=view.name))
    return redirect(url_for("saved_views.show"), 303)


def _mine(view_id: int) -> SavedView:
    """One that whoever asks may change; somebody else's own view does not exist for them."""
    view = db.session.get(SavedView, view_id) if view_id < 2**31 else None
    if view is None or (not view.shared and view.agent_id != me().id):
        abort(404)
    if view.shared and not i_may(Deed.SHARE_VIEWS):
        abort(403)
    return view


def _written(field: str) -> str:
    return storable(request.form.get(field, ""))


def _sentence(refusal: Refused) -> str:
    said = str(gettext(refusal.sentence))
    return said % refusal.values if refusal.values else said


def _page(errors: dict[str, str] | None = None, words: dict[str, str] | None = None) -> str:
    session = db.session()
    there = known()
    offered = filter_bar.options(session, (), me().id, now())
    accounts = [here.account for here in frame().accounts]

    def said(view: SavedView) -> list[filter_bar.Chip]:
        return filter_bar.chips(filter_from(view.words, me().id), offered, accounts)

    values: dict[str, Any] = {
        "own": [(view, said(view)) for view in there if not view.shared],
        "team": [(view, said(view)) for view in there if view.shared],
        "errors": errors or {},
        "words": words,
        "titles": TITLES,
        "most": saving_views.MOST,
    }
    return render_template("tickets/views.html", **values)
