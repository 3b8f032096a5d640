"""The weekly letters, one after the other; the rows say what is left."""

from datetime import datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import structlog
from flask import current_app
from sqlalchemy.orm import Session

from support.db import db
from support.desk import Desk
from support.digests import mailing
from support.digests.letters import BadAddress, compose
from support.digests.records import DigestSending
from support.errors import N_
from support.jobs.at_work import at_the_desk
from support.mail import MailError, MailUnknown, deliver
from support.web.reports.report_letter import draft_of

BAD_ADDRESS = N_("このメールアドレスには送れません。")
MOST = 10
"""Letters of one job, so that a worker is soon free for what is new."""

log = structlog.get_logger()


def ring_digests() -> int:
    """Writes down what became due, and rings if anything is to be sent; how many were new."""
    with at_the_desk() as (desk, session):
        now = desk.clock()
        new = mailing.make_due(session, now, ZoneInfo(desk.settings.zone))
        waits = mailing.waiting(session, now)
        session.commit()
        if waits:
            desk.later.ring("send_digests")
        return new


def send_digests() -> int:
    """How many the mail server took. What is left over is rung for again."""
    taken = 0
    with at_the_desk() as (desk, session):
        desk.later.heard("send_digests")
        for _ in range(MOST):
            number = mailing.claim(session, desk.clock())
            session.commit()
            if number is None:
                return taken
            taken += _send(session, desk, number)
            session.commit()
        desk.later.ring("send_digests")
    return taken


def _send(session: Session, desk: Desk, number: int) -> bool:
    now = desk.clock()
    sending = session.get_one(DigestSending, number)
    if not mailing.entitled(sending.agent):
        mailing.put_off(session, number, mailing.NOT_ALLOWED, 0, now, for_good=True)
        return False
    session.rollback()  # nothing of the database is held while the figures are worked out
    try:
        with current_app.app_context():  # its words and times are the letter's, not the job's
            db.session.connection(execution_options={"readonly": True})
            draft = draft_of(number)
        letter = compose(draft, now)
    except BadAddress:
        mailing.put_off(session, number, BAD_ADDRESS, 0, now, for_good=True)
        return False
    handed = mailing.hand_over(session, number, now)
    session.commit()  # from here on nobody sends it again
    if not handed:
        return False
    return _given(session, desk, number, letter, now)


def _given(session: Session, desk: Desk, number: int, letter: EmailMessage, now: datetime) -> bool:
    try:
        deliver(desk.settings, letter)
    except MailError as error:
        log.warning("digest_not_sent", sending=number, problem=error.sentence, code=error.code)
        mailing.put_off(
            session, number, error.sentence, error.code, desk.clock(), for_good=error.permanent
        )
        return False
    except MailUnknown as unknown:
        log.warning("digest_in_doubt", sending=number)
        mailing.leave_in_doubt(session, number, unknown.sentence)
        return False
    mailing.settle(session, number, now)
    return True
