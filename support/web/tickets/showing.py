"""The queue and the page of one ticket."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.db import db
from support.desk import the_desk
from support.errors import N_
from support.tickets import gathering, searching, taking
from support.tickets.filters import NAMES, Filter, View, filter_from
from support.tickets.searching import QueuePage
from support.web import toasts, typed
from support.web.frame import frame
from support.web.guard import me
from support.web.incidents import incident_marks
from support.web.language import now
from support.web.parts import part_of
from support.web.replies.suggesting import from_the_shelf
from support.web.tickets import filter_bar, saved_views, ticket_page
from support.web.tickets import queue as rows
from support.web.tickets.queue import grouped, rows_of

pages = Blueprint("tickets", __name__)
MOST_IDS = 200
NONE_LEFT = N_("担当が決まっていないチケットはもうありません。")
NONE_LEFT_HERE = N_("この絞り込みには、担当が決まっていないチケットはもうありません。")


def is_part() -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request-Type") == "partial"


def wanted() -> Filter:
    """The filter this address names."""
    return filter_from(request.args, me().id)


@pages.get("/")
@pages.get("/tickets")
def queue() -> str | Response:
    asked = request.args.get("q", "").strip().lstrip("#＃")
    if (number := typed.number(asked)) is not None:
        return redirect(url_for("tickets.show", ticket_id=number), 303)
    chosen = wanted()
    if not is_part() and any(not request.args.get(name, "x") for name in NAMES):
        return redirect(url_for("tickets.queue", **chosen.address()), 303)  # as the form sends it
    page = searching.queue(db.session(), chosen, now=now(), after=request.args.get("after", ""))
    if is_part():
        return render_template("tickets/_list.html", **list_values(page, chosen))
    accounts = [here.account for here in frame().accounts]  # and the calendar of most rows
    counted = saved_views.counted(frame().views, frame().counts.all)
    offered = filter_bar.options(db.session(), counted, me().id, now())
    g.view_counts = offered.counts
    return render_template(
        "tickets/queue.html",
        options=offered,
        chips=filter_bar.chips(chosen, offered, accounts),
        choices=filter_bar.choices(chosen, offered, accounts),
        saved=saved_views.named(chosen),
        **list_values(page, chosen),
    )


@pages.post("/tickets/next")
def take_next() -> Response:
    """The most pressing ticket nobody has, of those the list shows; it is whoever presses' own."""
    chosen = wanted()
    ticket = taking.take_next(db.session(), chosen, by=me(), now=now())
    if ticket is None:
        narrowed = chosen.narrowed or chosen.view not in (View.ALL, View.MINE, View.UNASSIGNED)
        none_left = NONE_LEFT_HERE if narrowed else NONE_LEFT
        toasts.say(gettext(none_left))
        return redirect(url_for("tickets.queue", **chosen.address()), 303)
    number = ticket.id
    db.session.commit()
    the_desk().news.tell("ticket", number)
    return redirect(url_for("tickets.show", ticket_id=number, **chosen.address()), 303)


def list_values(page: QueuePage, chosen: Filter) -> dict[str, Any]:
    """What the list fragment draws from."""
    return {
        "groups": grouped(incident_marks.marked(rows_of(page.tickets, now()))),
        "incidents_running": incident_marks.running_now(),
        "page": page,
        "chosen": chosen,
        "view": chosen.view.value,
        "view_title": rows.TITLES[chosen.view],
        "empty_title": rows.EMPTY[chosen.view],
        "narrowed": chosen.narrowed,
        "link": {"view": None, **chosen.address()},
    }


@pages.get("/tickets/changes")
def changes() -> str:
    """Rows that changed, each to be put where it stands, and how many new ones wait.

    `shown` are the rows the page has, `ids` those it heard news of, `since` when it was drawn.
    """
    chosen, shown = wanted(), numbers(request.args.get("shown", ""))
    since = _since()
    there, new = rows.arrived(db.session(), chosen, since=since, shown=shown, now=now())
    heard = sorted(numbers(request.args.get("ids", "")) & shown)
    found = [there.get(n) or gathering.ticket_with_everyone(db.session(), n) for n in heard]
    changed = rows_of((ticket for ticket in found if ticket is not None), now())
    changed = incident_marks.marked(changed)
    values = list_values(QueuePage([], None), chosen)
    drawn = {"pick": "pick" in request.args, "current": request.args.get("current", type=int)}
    return render_template(
        "tickets/_changes.html", **values, **drawn, changed=changed, new=new, since=since
    )


def numbers(words: str) -> set[int]:
    """The ids in "3,14,15"; anything else in it is left out."""
    return {n for word in words.split(",")[:MOST_IDS] if (n := typed.number(word)) is not None}


def _since() -> datetime:
    try:
        return datetime.fromtimestamp(float(request.args.get("since", "")), UTC)
    except (ValueError, OverflowError, OSError):
        return now()


@pages.get("/tickets/<int:ticket_id>")
def show(ticket_id: int) -> Response:
    return make_response(ticket_page.whole(ticket_page.found(ticket_id)))


@pages.get("/tickets/<int:ticket_id>/thread")
@part_of("tickets.show")
def thread(ticket_id: int) -> str:
    """The story and what stands beside it, for an open page that heard news; never the forms."""
    return ticket_page.changed(ticket_page.found(ticket_id))


@pages.get("/tickets/<int:ticket_id>/answers")
@part_of("tickets.show")
def answers(ticket_id: int) -> str:
    """The prepared answers that may be used here and hold the words of `q`."""
    found, asked = ticket_page.found(ticket_id), request.args.get("q", "")[:200]
    values, today = ticket_page.values_for_blanks(found.ticket), ticket_page.today()
    offers = from_the_shelf(found.ticket, me(), values, today, asked)
    return render_template("tickets/_answers.html", dossier=found, offers=offers)
