"""While an incident is open its approved words are offered to whoever answers people it hits."""

from datetime import timedelta

import pytest

from support.incidents.offering import is_wording, offered
from support.incidents.records import Incident, IncidentTicket, Notice, Wave, WaveText
from tests.cast import HANAKO, customer_says, make_cast, post
from tests.fakes import THURSDAY


@pytest.fixture
def desk(session):
    return make_cast(session)


@pytest.fixture
def ticket(session, desk):
    return customer_says(session, desk, post("@hikari_care ﾈｯﾄ接続ができません", at=THURSDAY))


@pytest.fixture
def incident(session, desk):
    it = Incident(
        account_id=desk.account.id,
        title="関東の通信障害",
        words=["ネット接続", "圏外"],
        begun_at=THURSDAY,
        opened_at=THURSDAY,
        opened_by_id=desk.ryo.id,
        next_update_at=THURSDAY + timedelta(hours=2),
    )
    session.add(it)
    session.commit()
    return it


def link(session, incident, ticket, **more):
    row = IncidentTicket(incident_id=incident.id, ticket_id=ticket.id, linked_at=THURSDAY, **more)
    session.add(row)
    session.commit()
    return row


def notice(session, incident, desk, body, state="posted", minutes=0):
    row = Notice(
        incident_id=incident.id,
        account_id=desk.account.id,
        stage="first",
        body=body,
        state=state,
        drafted_by_id=desk.ryo.id,
        drafted_at=THURSDAY,
        posted_at=THURSDAY + timedelta(minutes=minutes) if state == "posted" else None,
    )
    session.add(row)
    session.commit()
    return row


def wave(session, incident, desk, *texts, **more):
    made = {"approved_at": THURSDAY, "approved_by_id": desk.hikaru.id, **more}
    row = Wave(
        incident_id=incident.id,
        stage="first",
        made_by_id=desk.ryo.id,
        made_at=THURSDAY,
        texts=[WaveText(text=text) for text in texts],
        **made,
    )
    session.add(row)
    session.commit()
    return row


def texts(it):
    return [wording.text for wording in it.wordings]


def test_a_message_that_says_its_words_in_any_spelling_is_offered_it(session, ticket, incident):
    it = offered(session, ticket, ticket.latest_message)
    assert (it.title, it.linked) == ("関東の通信障害", False)
    assert it.next_update_at == THURSDAY + timedelta(hours=2)


def test_a_linked_ticket_is_offered_it_whatever_it_says(session, desk, incident):
    other = customer_says(session, desk, post("困りました", at=THURSDAY, by=HANAKO, number=3))
    assert offered(session, other, other.latest_message) is None
    link(session, incident, other)
    assert offered(session, other, other.latest_message).linked


def test_taken_off_by_a_person_its_words_do_not_bring_it_back(session, desk, ticket, incident):
    row = link(session, incident, ticket, unlinked_at=THURSDAY, unlinked_by_id=desk.ryo.id)
    assert offered(session, ticket, ticket.latest_message) is None
    link(session, incident, ticket)
    assert offered(session, ticket, ticket.latest_message).linked, "linked again"
    assert row.unlinked_at is not None


def test_a_closed_one_and_one_of_another_account_offer_nothing(session, ticket, incident):
    link(session, incident, ticket)
    incident.closed_at = THURSDAY
    session.commit()
    assert offered(session, ticket, ticket.latest_message) is None


def test_only_approved_words_newest_first_and_each_once(session, desk, ticket, incident):
    notice(session, incident, desk, "障害が発生しています。", minutes=1)
    notice(session, incident, desk, "復旧作業中です。", minutes=9)
    notice(session, incident, desk, "まだ下書きです。", state="draft")
    wave(session, incident, desk, "ご不便をおかけしています。", "復旧作業中です。")
    wave(session, incident, desk, "承認前です。", approved_at=None, approved_by_id=None)
    wave(session, incident, desk, "止めました。", stopped_at=THURSDAY)
    it = offered(session, ticket, ticket.latest_message)
    assert texts(it) == [
        "ご不便をおかけしています。",
        "復旧作業中です。",
        "障害が発生しています。",
    ]
    assert [wording.key.split("-")[0] for wording in it.wordings] == ["wave", "wave", "notice"]
    assert all(is_wording(wording.key) for wording in it.wordings)


@pytest.mark.parametrize("key", ["", "wave", "wave-", "wave-x", "outage", "notice-1-2", "other-1"])
def test_a_prepared_answers_id_is_no_wording(key):
    assert not is_wording(key)
