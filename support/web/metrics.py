"""`GET /metrics`: how the desk stands, as Prometheus reads it.

Asked from this machine, or with `DESK_METRICS_TOKEN`. Every figure is read from the database when
it is asked for, so that each web process says the same; none of them names a person.
"""

import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime
from ipaddress import ip_address

from flask import Blueprint, Response, abort, request
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from support import pulse
from support.alerts import posting
from support.approval.records import how_it_stands
from support.checkup import DUTIES
from support.compliance.standing import oldest_notice
from support.db import db
from support.desk import the_desk
from support.inbox.records import Delivery, IntakeRefusal
from support.replies import standing as sending
from support.replies.standing import AccountStanding
from support.sla.records import IS_OPEN as IS_OWED
from support.sla.records import Promise
from support.tickets.records import Ticket
from support.web import refusals
from support.web.language import now
from support.x import ledger
from support.x.pricing import MICROS

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")
"""A proxy of this machine passes strangers on with these."""

pages = Blueprint("metrics", __name__)


@pages.get("/metrics")
def show() -> Response:
    if not _may_ask(the_desk().settings.metrics_token):
        refusals.because("not_allowed")
        abort(403)
    registry = CollectorRegistry()
    registry.register(Figures(db.session(), now()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _may_ask(token: str) -> bool:
    """With a token set only who has it; without one only what runs on this machine."""
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), token.encode())
    try:
        here = ip_address(request.remote_addr or "").is_loopback
    except ValueError:  # a socket has no address
        return False
    return here and not any(name in request.headers for name in FORWARDED)


class Figures(Collector):
    """The desk at one moment."""

    def __init__(self, session: Session, at: datetime) -> None:
        self._session, self._now = session, at

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing beforehand: registering asks the database nothing."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self._work()
        yield from self._sending()
        yield from self._intake()
        waiting, overdue, _ = how_it_stands(self._session, self._now)
        stands = {"waiting": waiting, "overdue": overdue}
        yield _by("approvals", "Replies that wait for somebody's approval", "state", stands)
        alive = dict.fromkeys(DUTIES, 0) | pulse.alive(self._session, self._now)
        yield _by("workers_alive", "Processes heard of lately", "duty", alive)
        late = posting.late(self._session, self._now)
        yield _one("alerts_late", "Alerts a webhook has not taken for an hour", late)

    def _work(self) -> Iterator[GaugeMetricFamily]:
        states = select(Ticket.state, func.count()).where(Ticket.state != "resolved")
        rows = self._session.execute(states.group_by(Ticket.state))
        counts = {str(state): int(count) for state, count in rows}
        yield _by("tickets", "Tickets that are not resolved", "state", counts)
        late = func.count().filter(Promise.breach_at <= self._now)
        owed = select(func.count(), late).select_from(Promise).where(IS_OWED)
        every, broken = self._session.execute(owed).one()
        stands = {"broken": broken, "in_time": every - broken}
        yield _by("promises_open", "Promises not yet kept", "standing", stands)

    def _sending(self) -> Iterator[GaugeMetricFamily]:
        accounts = sending.accounts(self._session, self._now)
        parts = GaugeMetricFamily(
            "desk_reply_parts", "Posts and messages not yet out", labels=("account", "state")
        )
        oldest = GaugeMetricFamily(
            "desk_reply_parts_oldest_seconds",
            "How long the oldest of them has been so",
            labels=("account", "state"),
        )
        for it in accounts:
            for state, waiting in it.waiting.items():
                parts.add_metric((it.account.handle, state.value), waiting.count)
                age = waiting.oldest.total_seconds()
                oldest.add_metric((it.account.handle, state.value), max(0.0, age))
        yield parts
        yield oldest
        yield _by("account_stopped", "1: X refuses the account", "account", _stopped(accounts))
        micros = ledger.by_account(self._session, ledger.month_of(self._now))
        spent = {it.account.handle: micros.get(it.account.id, 0) / MICROS for it in accounts}
        yield _by("x_spent_usd", "US dollars X asked this month", "account", spent)

    def _intake(self) -> Iterator[GaugeMetricFamily]:
        waiting = self._count(Delivery.state == "new")
        yield _one("pushes_waiting", "Pushes of X not yet read", waiting)
        unread = self._count(Delivery.state.in_(["unreadable", "unknown"]))
        yield _one("pushes_unread", "Pushes of X nobody could read", unread)
        refused = self._count(IntakeRefusal.settled_at.is_(None))
        yield _one("intake_refused", "Items of X that could not be stored", refused)
        since = oldest_notice(self._session)
        behind = max(0.0, (self._now - since).total_seconds()) if since else 0.0
        yield _one("taken_back_seconds", "How long a deletion waits to be carried out", behind)

    def _count(self, which: ColumnElement[bool]) -> int:
        return self._session.scalar(select(func.count()).where(which)) or 0


def _stopped(accounts: list[AccountStanding]) -> dict[str, int]:
    return {it.account.handle: int(it.account.stopped_at is not None) for it in accounts}


def _one(name: str, what: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"desk_{name}", what, value=value)


def _by(name: str, what: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"desk_{name}", what, labels=(label,))
    for key, value in values.items():
        family.add_metric((key,), value)
    return family
