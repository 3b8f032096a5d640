"""Sending replies, looking for those X may already have, and taking posts down."""

from contextlib import AbstractContextManager
from datetime import timedelta

import structlog
from flask import Flask, current_app
from sqlalchemy.orm import Session

from support.desk import Desk
from support.jobs.at_work import at_the_desk, me
from support.jobs.leasing import Lease
from support.replies import choosing, losing, reconciling, retracting, sending
from support.replies.choosing import Ready
from support.replies.claiming import Hands

LONGEST = timedelta(seconds=5)
"""After which a job rings for the next one: other accounts want their turn."""
AT_ONCE = 4
"""After which it is chosen anew: what an agent pressed meanwhile may be more pressing."""
log = structlog.get_logger()


def send(account_id: int) -> None:
    """Sends what an account has ready, the most pressing first, until there is no more."""
    with at_the_desk(account=account_id) as (desk, session):
        desk.later.heard("send", account_id)
        hands = hands_of(desk)
        with _lease(hands):
            began, tried = desk.clock(), set[int]()
            _take_down(session, account_id, desk, hands)
            losing.lose_own(session, hands.worker, desk.clock())
            client = sending.client_of(session, account_id, hands)
            session.commit()
            while client is not None and (found := _ready(session, account_id, desk, tried)):
                for it in found[:AT_ONCE]:
                    tried.add(it.reply_id)
                    if it.in_doubt:
                        reconciling.look(session, it.reply_id, hands)
                    sending.deliver(session, it.reply_id, hands, client)
                    desk.news.tell("ticket", it.ticket_id)
                    if abs(desk.clock() - began) > LONGEST:
                        desk.later.ring("send", account_id)
                        return


def _ready(session: Session, account_id: int, desk: Desk, tried: set[int]) -> list[Ready]:
    """Nothing is tried twice in one job: what does not move now is left to the next."""
    found = choosing.ready(session, account_id, desk.clock())
    session.rollback()
    return [it for it in found if it.reply_id not in tried]


def _take_down(session: Session, account_id: int, desk: Desk, hands: Hands) -> None:
    for ticket_id in retracting.carry_out(session, account_id, hands):
        desk.news.tell("ticket", ticket_id)


def hands_of(desk: Desk) -> Hands:
    lease = timedelta(seconds=desk.settings.lease_seconds)
    return Hands(desk.x, desk.clock, me(), lease, desk.prices)


def _lease(hands: Hands) -> AbstractContextManager[object]:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return Lease(app, hands)
