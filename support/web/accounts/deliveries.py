"""What X pushed and what became of it: webhooks, counts, and what waits for a person's eye."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import load_only
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.db import db
from support.desk import the_desk
from support.errors import N_
from support.inbox import counting, pushing, retrying
from support.inbox.records import Delivery, IntakeRefusal
from support.jobs.pushes import address_of
from support.web import reach, toasts
from support.web.guard import needs
from support.web.language import now
from support.x.records import Account, Subscription, XApp
from support.x.webhook_address import why_not

pages = Blueprint("deliveries", __name__)

COUNTED = timedelta(days=7)
MOST_SHOWN = 50
LONGEST_RAW = 20_000
"""Characters of a body a page shows."""
NOT_SHOWN = N_("見られないアカウントまたはDMの内容が含まれることがあるため、表示していません。")
STATES = {
    pushing.NEW: N_("待ち"),
    pushing.READ: N_("読み取り済み"),
    pushing.UNKNOWN: N_("対象外"),
    pushing.UNREADABLE: N_("読み取れず"),
    pushing.ASIDE: N_("確認済み"),
}
KINDS = {
    "post.mention.create": N_("メンション"),
    "post.reply.create": N_("返信"),
    "post.quote.create": N_("引用"),
    "post.create": N_("自社の投稿"),
    "post.delete": N_("投稿の削除"),
    "dm.received": N_("DMの受信"),
    "dm.sent": N_("DMの送信"),
    "chat.received": N_("暗号化チャット"),
    "oauth.revoke": N_("許可の取り消し"),
}
REFUSED = {
    "webhook_unsigned": N_("署名のない要求"),
    "webhook_bad_signature": N_("署名の合わない要求"),
    "webhook_too_large": N_("大きすぎる要求"),
}


@dataclass(frozen=True)
class Standing:
    """How pushing to one app stands."""

    app: XApp
    why_not: str
    """Why X would not push to this desk, whatever the app; empty: it would."""
    made: int
    wanted: int
    problems: list[tuple[str, str]]
    """Kind of event and X's words, for our accounts."""


@pages.get("/settings/deliveries")
@needs(Deed.SEE_FAULTS)
def show() -> str:
    since = now() - COUNTED
    tallies = counting.totals(db.session(), since=since)
    return render_template(
        "settings/deliveries.html",
        standings=[_standing(app) for app in db.session.scalars(select(XApp).order_by(XApp.id))],
        counts=_counts(),
        states=STATES,
        kinds=KINDS,
        refused=[(words, tallies.get(what, 0)) for what, words in REFUSED.items()],
        deliveries=_unread(),
        refusals=retrying.waiting(db.session(), most=MOST_SHOWN),
        handles={account.id: account.handle for account in db.session.scalars(select(Account))},
        days=COUNTED.days,
        most=MOST_SHOWN,
    )


def _standing(app: XApp) -> Standing:
    ours = Subscription.app_id == app.id, Subscription.account_id.is_not(None)
    rows = list(db.session.scalars(select(Subscription).where(*ours)))
    settings = the_desk().settings
    return Standing(
        app=app,
        why_not=why_not(address_of(settings, app.id), sandbox=settings.on_sandbox),
        made=sum(1 for row in rows if row.x_id),
        wanted=len(rows),
        problems=[(row.event_type, row.problem) for row in rows if row.problem],
    )


def _counts() -> list[tuple[str, dict[str, int]]]:
    """By kind of event, how many are in which state; what waits is counted however old it is."""
    lately = (Delivery.received_at >= now() - COUNTED) | (Delivery.state == pushing.NEW)
    counted = (
        select(Delivery.event_type, Delivery.state, func.count())
        .where(lately)
        .group_by(Delivery.event_type, Delivery.state)
    )
    found: dict[str, dict[str, int]] = {}
    for kind, state, count in db.session.execute(counted):
        found.setdefault(kind, {})[state] = count
    return sorted(found.items(), key=lambda row: -sum(row[1].values()))


def _unread() -> list[Delivery]:
    """What waits for a person, the newest first, without the bodies."""
    shown = (Delivery.event_type, Delivery.state, Delivery.reason, Delivery.received_at)
    waiting = (
        select(Delivery)
        .where(Delivery.state.in_([pushing.UNREADABLE, pushing.UNKNOWN]))
        .options(load_only(*shown))
    )
    return list(db.session.scalars(waiting.order_by(Delivery.id.desc()).limit(MOST_SHOWN)))


@pages.get("/settings/deliveries/<int:number>")
@needs(Deed.SEE_FAULTS)
def delivery(number: int) -> str:
    """The body as it came."""
    found = _delivery(number)
    ways = {"retry": "deliveries.retry", "aside": "deliveries.aside"}
    if not reach.my_reach().is_whole:
        return _raw("", NOT_SHOWN, number=number, **ways)
    return _raw(found.body.decode("utf-8", "replace"), found.reason, number=number, **ways)


@pages.get("/settings/deliveries/refusals/<int:number>")
@needs(Deed.SEE_FAULTS)
def refusal(number: int) -> str:
    """The item as X showed it."""
    found = _refusal(number)
    ways = {"retry": "deliveries.retry_refusal", "aside": "deliveries.settle_refusal"}
    return _raw(found.raw, found.reason, number=number, **ways)


def _raw(raw: str, reason: str, **values: Any) -> str:
    cut = len(raw) > LONGEST_RAW
    return render_template(
        "settings/delivery.html", raw=raw[:LONGEST_RAW], cut=cut, reason=reason, **values
    )


@pages.post("/settings/deliveries/<int:number>/retry")
@needs(Deed.SEE_FAULTS)
def retry(number: int) -> Response:
    found = _delivery(number).id
    return _tried(pushing.try_again(db.session(), lambda delivery: delivery.id == found))


@pages.post("/settings/deliveries/retry")
@needs(Deed.SEE_FAULTS)
def retry_all() -> Response:
    """All that is shown, and what is not shown for being too many; not what was put aside."""
    waiting = [pushing.UNREADABLE, pushing.UNKNOWN]
    return _tried(pushing.try_again(db.session(), lambda d: d.state.in_(waiting)))


def _tried(count: int) -> Response:
    db.session.commit()
    the_desk().later.ring("read_pushes")
    toasts.say(gettext("%(n)s件をもう一度読み取ります", n=count))
    return _back()


@pages.post("/settings/deliveries/<int:number>/aside")
@needs(Deed.SEE_FAULTS)
def aside(number: int) -> Response:
    pushing.put_aside(db.session(), _delivery(number))
    return _put_aside()


@pages.post("/settings/deliveries/refusals/<int:number>/retry")
@needs(Deed.SEE_FAULTS)
def retry_refusal(number: int) -> Response:
    found = _refusal(number)
    with reach.beyond():
        taken = retrying.retry(db.session(), found, now())
    db.session.commit()
    for ticket_id in taken.tickets:
        the_desk().news.tell("ticket", ticket_id)
    if taken.refused:
        toasts.say(gettext("まだ読み取れません。内容はそのまま残っています。"), tone="danger")
    else:
        toasts.say(gettext("読み取りました"))
    return _back()


@pages.post("/settings/deliveries/refusals/<int:number>/aside")
@needs(Deed.SEE_FAULTS)
def settle_refusal(number: int) -> Response:
    retrying.put_aside(_refusal(number), now())
    return _put_aside()


def _put_aside() -> Response:
    db.session.commit()
    toasts.say(gettext("確認済みにしました"))
    return _back()


def _back() -> Response:
    return redirect(url_for("deliveries.show"), 303)


def _delivery(number: int) -> Delivery:
    found = db.session.get(Delivery, number) if number < 2**31 else None
    if found is None or found.state not in (pushing.UNREADABLE, pushing.UNKNOWN, pushing.ASIDE):
        abort(404)
    return found


def _refusal(number: int) -> IntakeRefusal:
    found = db.session.get(IntakeRefusal, number) if number < 2**31 else None
    if found is None:
        abort(404)
    return found
