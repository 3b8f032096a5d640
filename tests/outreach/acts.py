"""The least that can be done with a prospect, by the manners: what the tests of the laws act with.

What the desk itself does stands in contacting; whatever takes its place has to keep these laws.
"""

from sqlalchemy import update

from support.db import changed
from support.outreach.facts import gather
from support.outreach.records import Prospect
from support.outreach.switching import one_after_another


def asked(session, prospect, agent, now, text=None):
    one_after_another(session)
    texts = {prospect.id: text} if text is not None else {}
    return gather(session, [prospect], agent, now, texts=texts)[prospect.id].why_not(now)


def approve(session, prospect, agent, now, text):
    """The reasons why not; none: it is approved."""
    refused = asked(session, prospect, agent, now, text)
    if refused or prospect.state != "found":
        return refused
    _move(session, prospect, "approved", decided_by_id=agent.id, decided_at=now, body=text)
    return ()


def hand_over(session, prospect, agent, now):
    """The reasons why not; none: X's composer is open with it, which counts as contacted."""
    refused = asked(session, prospect, agent, now)
    if refused or prospect.state != "approved":
        return refused
    _move(session, prospect, "handed", handed_by_id=agent.id, handed_at=now)
    return ()


def take_back(session, prospect):
    _move(session, prospect, "found", decided_by_id=None, decided_at=None)


def give_back(session, prospect):
    """It was not posted."""
    _move(session, prospect, "approved", handed_by_id=None, handed_at=None)


def see(session, prospect, now):
    """Our own post stands on X."""
    _move(session, prospect, "seen", sent_at=now, sent_text=prospect.body)


def skip(session, prospect):
    _move(session, prospect, "skipped", skip_reason="other")


def _move(session, prospect, state, **values):
    there = Prospect.id == prospect.id, Prospect.state == prospect.state
    assert changed(session, update(Prospect).where(*there).values(state=state, **values)) == 1
    session.refresh(prospect)
