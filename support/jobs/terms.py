"""Open promises judged anew after an edit of hours or targets, a few hundred tickets at a time."""

from datetime import timedelta

import structlog
from sqlalchemy import or_, update

from support.db import changed
from support.jobs.at_work import at_the_desk
from support.outside import OutsideError, fetch
from support.sla.ics import MOST_BYTES
from support.sla.records import CalendarFeed
from support.terms.records import TermsEdit
from support.terms.rejudging import go_on
from support.terms.subscribing import failed, take

LEASE = timedelta(seconds=60)
LONGEST = timedelta(seconds=20)
"""One job works no longer: a worker that is to stop finishes its job first."""
MOST_TOLD = 100
"""Tickets of a chunk open pages are told of; a page of a queue shows no more."""

log = structlog.get_logger()


def rejudge(edit_id: int) -> None:
    """Goes on with an edit where it was left; what is left after a while is rung for again."""
    with at_the_desk(edit=edit_id) as (desk, session):
        begun = desk.clock()
        free = or_(TermsEdit.leased_until.is_(None), TermsEdit.leased_until < begun)
        claim = update(TermsEdit).where(
            TermsEdit.id == edit_id, TermsEdit.finished_at.is_(None), free
        )
        if not changed(session, claim.values(leased_until=begun + LEASE)):
            session.rollback()
            return  # finished, or another worker is at it
        session.commit()
        while True:
            edit = session.get_one(TermsEdit, edit_id)
            touched = go_on(session, edit, desk.clock())
            over = edit.finished_at is not None or desk.clock() - begun > LONGEST
            edit.leased_until = None if over else desk.clock() + LEASE
            finished, done, flipped = edit.finished_at, edit.done, edit.flipped
            session.commit()
            for ticket_id in touched[:MOST_TOLD]:
                desk.news.tell("ticket", ticket_id)
            if over:
                break
        log.info("rejudged", done=done, flipped=flipped, finished=finished is not None)
        if finished is None:
            desk.later.ring("rejudge", edit_id)


def read_feed(feed_id: int) -> None:
    """Reads a subscribed calendar; what became of it stands in its row."""
    with at_the_desk(feed=feed_id) as (desk, session):
        feed = session.get(CalendarFeed, feed_id)
        if feed is None or feed.next_at > desk.clock():
            return
        url = feed.url
        session.rollback()
        try:
            content = fetch(url, MOST_BYTES, private=desk.settings.private_addresses)
        except OutsideError as error:
            failed(session.get_one(CalendarFeed, feed_id), str(error), desk.clock())
            session.commit()
            return
        edit = take(session, session.get_one(CalendarFeed, feed_id), content, desk.clock())
        edit_id = edit.id if edit is not None and edit.finished_at is None else None
        session.commit()
        log.info("feed_read", changed=edit is not None)
        if edit_id is not None:
            desk.later.ring("rejudge", edit_id)
