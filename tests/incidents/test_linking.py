"""Tickets are linked by hand, by search and by rule, and taken off as if they had never been."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from support.alerts import noticing
from support.incidents import finding, linking, running
from support.incidents.records import IncidentEvent, IncidentTicket
from support.sla.records import promises_of
from support.tickets import marking
from tests.cast import HANAKO, YUUKI, customer_says, post
from tests.fakes import THURSDAY
from tests.incidents.world import incident

SOON = THURSDAY + timedelta(minutes=10)
SLOW = "@hikari_care ネットが遅いです"


def says(session, cast, text=SLOW, *, by=YUUKI, at=THURSDAY, number=0):
    return customer_says(session, cast, post(text, by=by, at=at, number=number))


def linked(session):
    session.expire_all()
    live = select(IncidentTicket.ticket_id).where(IncidentTicket.unlinked_at.is_(None))
    return sorted(session.scalars(live))


def kinds(session, ticket):
    return sorted(p.kind for p in promises_of(session, ticket.id) if p.is_open)


def test_one_act_is_undone_by_one_act(session, cast):
    it = incident(session, cast)
    some = [says(session, cast), says(session, cast, by=HANAKO, number=1)]
    outcome = linking.link(session, it, [one.id for one in some], by=cast.misaki, now=SOON)
    session.commit()
    assert linked(session) == outcome.done == [one.id for one in some]
    assert kinds(session, some[0]) == ["resolution", "update"]
    again = linking.link(session, it, outcome.done, by=cast.misaki, now=SOON)
    assert (again.done, again.left) == ([], {linking.LINKED_ALREADY: outcome.done})
    off = linking.undo(session, it, outcome.batch, by=cast.misaki, now=SOON)
    session.commit()
    assert (off, linked(session)) == (outcome.done, [])
    assert kinds(session, some[0]) == ["first_reply", "resolution"]


def test_what_comes_in_and_fits_is_linked_once_and_what_was_there_is_not(session, cast):
    before = says(session, cast)
    opened = THURSDAY + timedelta(minutes=1)
    it = incident(session, cast, at=opened, begun_at=THURSDAY, links_new=True)
    other = says(session, cast, "料金を教えてください", by=HANAKO, at=SOON, number=1)
    fits = says(session, cast, at=SOON, number=2)
    assert linking.take_up_new(session, SOON) == [fits.id]
    assert linking.take_up_new(session, SOON) == []
    assert linking.take_up_new(session, SOON, among=[before.id, fits.id, other.id]) == [before.id]
    session.commit()
    told = session.scalars(select(IncidentEvent).where(IncidentEvent.kind == "rule_linked"))
    assert [event.data["number"] for event in told] == [2]
    assert it.looked_id == running.newest_message(session)


def test_a_rule_never_links_again_what_a_person_took_off(session, cast):
    it = incident(session, cast, links_new=True)
    fits = says(session, cast, at=SOON)
    linking.take_up_new(session, SOON)
    linking.unlink(session, it, [fits.id], by=cast.misaki, now=SOON)
    session.commit()
    assert linking.take_up_new(session, SOON, among=[fits.id]) == []
    assert finding.alike(session, it) == []
    linking.link(session, it, [fits.id], by=cast.misaki, now=SOON)
    assert linked(session) == [fits.id]


def test_tags_link_too(session, cast):
    incident(session, cast, words=[], tags=["障害"], links_new=True)
    ticket = says(session, cast, "料金を教えてください", at=SOON)
    marking.tag(session, ticket, "障害", by=cast.misaki, now=SOON)
    session.commit()
    assert linking.take_up_new(session, SOON) == [ticket.id]


def test_an_incident_that_is_closed_or_does_not_want_it_links_nothing(session, cast):
    quiet = incident(session, cast)
    closed = incident(session, cast, links_new=True)
    running.close(session, closed, by=cast.ryo, now=SOON)
    ticket = says(session, cast, at=SOON)
    assert linking.take_up_new(session, SOON, among=[ticket.id]) == []
    assert [found.ticket.id for found in finding.alike(session, quiet)] == [ticket.id]


def test_what_is_alike_shows_the_words_that_say_so(session, cast):
    it = incident(session, cast)
    one = says(session, cast, at=SOON)
    says(session, cast, "料金を教えてください", by=HANAKO, at=SOON, number=1)
    found = finding.alike(session, it)
    assert [(alike.ticket.id, alike.text) for alike in found] == [(one.id, SLOW)]
    linking.link(session, it, [one.id], by=cast.ryo, now=SOON)
    assert finding.alike(session, it) == []


def test_whoever_answers_for_it_is_told_once_that_the_update_is_over(session, cast):
    it = incident(session, cast, lead_id=cast.ryo.id)
    running.say_next(session, it, SOON, by=cast.ryo, now=THURSDAY)
    session.commit()
    assert running.tell_late(session, THURSDAY) == []
    assert running.tell_late(session, SOON) == [cast.ryo.id]
    assert running.tell_late(session, SOON) == []
    assert noticing.how_many_unseen(session, cast.ryo.id) == 1
    assert noticing.how_many_unseen(session, cast.misaki.id) == 0
    assert noticing.see(session, cast.ryo.id, SOON) == 1
    assert noticing.how_many_unseen(session, cast.ryo.id) == 0
    session.expire_all()
    later = SOON + timedelta(hours=1)
    running.say_next(session, it, later, by=cast.ryo, now=SOON)
    session.commit()
    assert running.tell_late(session, later) == [cast.ryo.id]


def test_it_goes_on_where_it_was_closed(session, cast):
    it = incident(session, cast)
    running.advance(session, it, "watching", by=cast.ryo, now=SOON)
    running.close(session, it, by=cast.ryo, now=SOON)
    running.reopen(session, it, by=cast.ryo, now=SOON)
    assert (it.state, it.closed_at) == ("watching", None)
    with pytest.raises(Exception, match="進められません"):
        running.advance(session, it, "watching", by=cast.ryo, now=SOON)
