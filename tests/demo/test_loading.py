"""The story is loaded whole into an empty desk, through the sandbox, and never over data."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from support.agents.records import Agent
from support.conversations.records import Message
from support.demo import loading
from support.demo.outreach import ABOUT
from support.demo.playing import Stage
from support.incidents.records import Incident, IncidentTemplate, Notice
from support.outreach.records import Prospect
from support.replies.records import ReplyPart
from support.replies.standing import accounts as standing_of
from support.replies.states import PartState
from support.settings import load_settings
from support.tickets.records import Ticket
from support.x.door import XDoor
from tests.cast import SECRET
from tests.demo.story import CONVERSATIONS, events, state
from tests.machinery.sandbox import running_sandbox

NOW = datetime.now(UTC)
STATES = {"new": "open", "came back": "open", "stuck": "open"}


@pytest.fixture
def sandbox(tmp_path):
    with running_sandbox(tmp_path) as running:
        yield running


def loaded(session, sandbox):
    settings = load_settings({"DESK_X_BASE_URL": sandbox.url, "DESK_SECRET_KEY": SECRET})
    token_client = XDoor(settings).with_token(loading.TOKEN)
    cast = loading.open_desk(session, token_client, secret_key=SECRET, now=NOW)
    client = XDoor(settings).for_account(cast.account)
    many = Stage(session, cast, client, NOW).play(sandbox.url)
    session.commit()
    return many


def test_the_story_is_loaded_whole(session, sandbox):
    """Once for all there is to see: playing it takes longer than every look."""
    assert loaded(session, sandbox) == len(CONVERSATIONS)
    every_conversation_is_a_ticket_in_the_state_the_story_ends_in(session)
    every_word_is_one_message_and_every_reply_stands_on_x(session, sandbox)
    holders_are_those_of_the_story(session)
    nothing_is_late_to_be_sent(session)
    whoever_answered_our_offer_has_a_ticket(session)
    one_incident_is_over_and_one_goes_on(session)


def every_conversation_is_a_ticket_in_the_state_the_story_ends_in(session):
    expected: dict[str, int] = {}
    for row in CONVERSATIONS:
        ends = STATES.get(state(row), state(row))
        expected[ends] = expected.get(ends, 0) + 1
    expected["open"] += 1  # whoever answered our offer
    rows = session.execute(select(Ticket.state, func.count()).group_by(Ticket.state))
    assert dict(rows.all()) == expected


def nothing_is_late_to_be_sent(session):
    """A banner about trouble would be the first thing whoever tries the desk sees."""
    (standing,) = standing_of(session, NOW)
    assert standing.waiting.keys() == {PartState.UNKNOWN, PartState.WAITING}
    assert standing.aged == {}


def every_word_is_one_message_and_every_reply_stands_on_x(session, sandbox):
    said = len(list(events(kind="says", who="customer"))) + 1  # the answer to our offer
    assert session.scalar(select(func.count()).select_from(Message)) == said
    posted = set(session.scalars(select(ReplyPart.x_id).where(ReplyPart.state == "posted")))
    offered = set(session.scalars(select(Prospect.sent_x_id).where(Prospect.state == "seen")))
    told = set(session.scalars(select(Notice.x_id).where(Notice.state == "posted")))
    sent = sandbox.sent()
    assert (len(offered), len(told)) == (2, 2)
    assert posted | offered | told == {item["id"] for item in sent["posts"] + sent["dms"]}


def holders_are_those_of_the_story(session):
    names = {agent.id: agent.family_name for agent in session.scalars(select(Agent))}
    subjects = session.execute(select(Ticket.subject, Ticket.assignee_id)).all()
    held = {subject: names.get(agent) for subject, agent in subjects}
    keys = {"sato": "佐藤", "tanaka": "田中", "suzuki": "鈴木", "takahashi": "高橋", None: None}
    wanted = {row["subject"]: keys[row.get("assignee")] for row in CONVERSATIONS}
    assert held == wanted | {ABOUT: None}  # whoever answered our offer waits for somebody


def whoever_answered_our_offer_has_a_ticket(session):
    (answered,) = session.scalars(select(Prospect).where(Prospect.ticket_id.is_not(None)))
    assert answered.sent_x_id
    assert answered.answered_at
    assert session.get_one(Ticket, answered.ticket_id).state == "open"


def one_incident_is_over_and_one_goes_on(session):
    """Whoever opens the desk for the first time finds a report of one, and one to work on."""
    over, goes_on = session.scalars(select(Incident).order_by(Incident.id))
    assert (over.state, goes_on.closed_at) == ("closed", None)
    assert over.opened_at < over.closed_at < goes_on.opened_at
    kept = session.scalars(select(IncidentTemplate)).one()
    assert kept.texts.keys() == {"notice_first", "notice_restored"}
