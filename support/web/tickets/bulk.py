"""What is done to several ticked tickets at once, and how it is taken back."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from support.db import db
from support.desk import the_desk
from support.errors import N_, DeskError, Refused
from support.sla.keeping import hours_of
from support.terms import batching
from support.terms.batching import Outcome, Wish
from support.tickets import gathering, linking
from support.tickets.filters import filter_from
from support.tickets.records import Batch, Ticket
from support.web import toasts, typed
from support.web.frame import frame
from support.web.guard import me
from support.web.language import now, zone
from support.web.tickets import holding
from support.web.tickets.deeds import assignee_named, written
from support.web.tickets.ticket_page import sentence

MOST_AT_ONCE = 100
NONE_TICKED = N_("チケットを選んでから操作してください。")
NOTHING_DONE = N_("変更したチケットはありません。")

pages = Blueprint("bulk", __name__)


@pages.post("/tickets/bulk")
def by_enter() -> Response:
    """Enter in one of the fields presses the form's first button: what is written is meant."""
    return link() if written("link").strip() else tag()


@pages.post("/tickets/bulk/assignment")
def assign() -> Response:
    """The button says whom: oneself, nobody, or whoever is chosen in the list."""
    if request.form.get("do") == "me":
        return _do(lambda: Wish(batching.ASSIGN, assignee=me()), _assigned)
    if request.form.get("do") == "nobody":
        return _do(lambda: Wish(batching.ASSIGN), _assigned)
    return _do(_wish_to_assign, _assigned)


def _wish_to_assign() -> Wish:
    agent = assignee_named()
    if agent is None:
        raise Refused("assignee", N_("担当者を一覧から選んでください。"))
    return Wish(batching.ASSIGN, assignee=agent)


def _assigned(wish: Wish, n: int) -> str:
    if wish.assignee is None:
        return str(gettext("%(n)s件の担当を外しました", n=n))
    if wish.assignee.id == me().id:
        return str(gettext("%(n)s件を自分の担当にしました", n=n))
    return str(gettext("%(n)s件を%(who)sに割り当てました", n=n, who=wish.assignee.name))


@pages.post("/tickets/bulk/tags")
def tag() -> Response:
    deed = batching.UNTAG if request.form.get("do") == "remove" else batching.TAG

    def said(wish: Wish, n: int) -> str:
        name = written("tag").strip().lstrip("#＃")
        if deed == batching.UNTAG:
            return str(gettext("%(n)s件からタグ「%(tag)s」を外しました", n=n, tag=name))
        return str(gettext("%(n)s件にタグ「%(tag)s」を付けました", n=n, tag=name))

    return _do(lambda: Wish(deed, tag=written("tag")), said)


@pages.post("/tickets/bulk/hold")
def hold() -> Response:
    def wish() -> Wish:
        calendar = frame().calendar
        if calendar is None:
            raise Refused("until", N_("営業時間が設定されていないため、保留にできません。"))
        until = holding.until(request.form.get("until", ""), hours_of(calendar), now(), zone())
        return Wish(batching.HOLD, until=until)

    return _do(wish, lambda _wish, n: gettext("%(n)s件を保留にしました", n=n))


@pages.post("/tickets/bulk/resolution")
def resolve() -> Response:
    wish = Wish(batching.RESOLVE)
    return _do(lambda: wish, lambda _wish, n: gettext("%(n)s件を解決にしました", n=n))


@pages.post("/tickets/bulk/links")
def link() -> Response:
    def wish() -> Wish:
        return Wish(batching.LINK, other=linking.named(db.session(), written("link")))

    def said(wish: Wish, n: int) -> str:
        assert wish.other is not None
        return str(gettext("%(n)s件を #%(id)s に関連づけました", n=n, id=wish.other.id))

    return _do(wish, said)


@pages.post("/tickets/bulk/<int:batch_id>/undo")
def undo(batch_id: int) -> Response:
    """Whoever did it takes it back; what was changed since stays as it is now."""
    batch = db.session.get(Batch, batch_id) if batch_id < 2**31 else None
    if batch is None or batch.agent_id != me().id:
        abort(404)
    tickets = gathering.tickets_with_everyone(db.session(), batching.ids_of(batch))
    try:
        there = {ticket.id: ticket for ticket in tickets}
        outcome = batching.undo(db.session(), batch, there, by=me(), now=now())
    except DeskError as error:
        db.session.rollback()
        toasts.say(sentence(error), tone="warn")
        return _back()
    words = gettext("%(n)s件を元に戻しました", n=len(outcome.done))
    toasts.say(" ".join([words, *_left(outcome)]))
    _keep(outcome)
    return _back()


def _do(wish_of: Callable[[], Wish], said: Callable[[Wish, int], str]) -> Response:
    """Does it to every ticked ticket; a toast tells what it came to, and leads back."""
    tickets = _ticked()
    if not tickets:
        toasts.say(gettext(NONE_TICKED), tone="warn")
        return _back()
    try:
        wish = wish_of()
        outcome = batching.do(db.session(), wish, tickets, by=me(), now=now())
    except Refused as refusal:
        db.session.rollback()
        toasts.say(sentence(refusal), tone="danger", stay=True)
        return _back()
    n = len(outcome.done)
    words = said(wish, n) if n else gettext(NOTHING_DONE)
    batch = outcome.batch
    undo = url_for("bulk.undo", batch_id=batch.id, **_address()) if batch else None
    _keep(outcome)
    toasts.say(" ".join([words, *_left(outcome)]), undo=undo, tone=None if n else "warn")
    return _back()


def _left(outcome: Outcome) -> list[str]:
    """For each reason how many were left alone."""
    return [
        ngettext(
            "%(num)s件は%(why)s、そのままです。",
            "%(num)s件は%(why)s、そのままです。",
            len(ids),
            why=gettext(why).rstrip("。"),
        )
        for why, ids in outcome.left.items()
    ]


def _keep(outcome: Outcome) -> None:
    db.session.commit()
    for number in (*outcome.done, *outcome.also):
        the_desk().news.tell("ticket", number)


def _ticked() -> list[Ticket]:
    words = request.form.getlist("ticket")[:MOST_AT_ONCE]
    ids = {number for word in words if (number := typed.number(word)) is not None}
    return gathering.tickets_with_everyone(db.session(), ids)


def _address() -> dict[str, Any]:
    return dict(filter_from(request.args, me().id).address())


def _back() -> Response:
    """To the list one came from, drawn anew."""
    return redirect(url_for("tickets.queue", **_address()), 303)
