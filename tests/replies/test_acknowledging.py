"""Out of hours a machine says once when the desk opens, where X permits it; people do the rest."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from support.inbox.retelling import rebuild
from support.replies import sending
from support.replies.acknowledging import next_opening
from support.replies.records import Reply
from support.sla.levels import Carry
from support.sla.records import ServiceLevel, promises_of
from support.terms import editing
from support.x.automation import says_stop
from tests.cast import customer_says, hands, post, press
from tests.fakes import StandingClock
from tests.replies.approvals import rule

TOKYO = ZoneInfo("Asia/Tokyo")
NIGHT = datetime(2026, 10, 1, 21, 0, tzinfo=TOKYO).astimezone(UTC)
"""Thursday evening; the cast's desk opens on Friday at nine."""
TEXT = "ただいま営業時間外です。{{next_opening}}から順にお返事します。"


@pytest.fixture
def told(session, cast):
    """The desk answers by itself at night."""
    level = session.scalars(select(ServiceLevel)).one()
    line = replace(editing.line_of(level), acknowledgement=TEXT)
    editing.edit_levels(session, [line], Carry.NEW, by=cast.hikaru, now=NIGHT)
    session.commit()


def automatic(session) -> list[Reply]:
    return list(session.scalars(select(Reply).where(Reply.automatic)))


def at_night(*, minutes=0, **more):
    said = post(at=NIGHT + timedelta(minutes=minutes), number=minutes + 1, **more)
    return replace(said, raw=as_x_sends(said))


def as_x_sends(said):
    names = [{"username": "hikari_care", "id": "7000000001", "start": 0, "end": 12}]
    return {
        "id": said.x_id,
        "text": said.text,
        "author_id": said.author_x_id,
        "conversation_id": said.thread_x_id,
        "created_at": said.posted_at.isoformat().replace("+00:00", ".000Z"),
        "entities": {"mentions": names if said.text.startswith("@hikari_care") else []},
    }


def test_a_private_message_at_night_is_answered_once(session, cast, told):
    ticket = customer_says(session, cast, at_night(private=True))
    customer_says(session, cast, at_night(minutes=5, private=True))
    (reply,) = automatic(session)
    assert reply.body == "ただいま営業時間外です。明日9時から順にお返事します。"
    assert (reply.agent_id, reply.ticket_id) == (None, ticket.id)


def test_the_next_night_is_another_closure(session, cast, told):
    customer_says(session, cast, at_night(private=True))
    customer_says(session, cast, at_night(minutes=24 * 60, private=True))
    assert len(automatic(session)) == 2


def test_a_mention_is_answered_where_the_customer_wrote_our_name(session, cast, told):
    customer_says(session, cast, at_night())
    assert len(automatic(session)) == 1


def test_where_every_public_word_is_approved_no_machine_speaks_in_public(session, cast, told):
    rule(session, cast, "public", now=NIGHT, account_id=cast.account.id)
    customer_says(session, cast, at_night())
    assert automatic(session) == []
    customer_says(session, cast, at_night(minutes=5, private=True))
    assert len(automatic(session)) == 1, "a direct message is not public"


NOT_ANSWERED = {
    "by day": post(at=NIGHT - timedelta(hours=8)),
    "our name is carried along only": replace(at_night(text="そうなんです"), named_ids=()),
    "asked to stop": at_night(text="@hikari_care 自動返信は不要です"),
    "an encrypted chat": replace(at_night(private=True), encrypted=True),
}


@pytest.mark.parametrize("said", NOT_ANSWERED.values(), ids=NOT_ANSWERED)
def test_where_x_or_the_customer_does_not_want_it_nothing_is_sent(session, cast, told, said):
    customer_says(session, cast, said)
    assert automatic(session) == []


def test_a_backlog_read_after_a_downtime_sets_off_no_wave(session, cast, told):
    customer_says(session, cast, at_night(), seen=NIGHT + timedelta(hours=2))
    assert automatic(session) == []


def test_without_a_text_nothing_is_sent(session, cast):
    customer_says(session, cast, at_night(private=True))
    assert automatic(session) == []


def test_it_keeps_no_promise_and_the_ticket_waits_for_a_person(session, cast, told, x):
    ticket = customer_says(session, cast, at_night(private=True))
    (reply,) = automatic(session)
    sending.deliver(session, reply.id, hands(x, StandingClock(NIGHT)))
    session.expire_all()
    assert len(x.ours) == 1
    assert reply.settled_at is not None
    assert all(promise.kept_at is None for promise in promises_of(session, ticket.id))
    assert (ticket.state, ticket.assignee) == ("open", None)
    rebuild(session, ticket)
    assert all(promise.kept_at is None for promise in promises_of(session, ticket.id))


def test_a_person_who_answers_goes_first_and_the_machine_is_silent(session, cast, told, x):
    ticket = customer_says(session, cast, at_night(private=True))
    mine = press(session, ticket, cast.misaki, now=NIGHT + timedelta(seconds=30))
    (reply,) = automatic(session)
    assert [part.state for part in reply.parts] == ["undone"]
    clock = StandingClock(NIGHT + timedelta(minutes=1))
    sending.deliver(session, mine.id, hands(x, clock))
    session.expire_all()
    kept = {p.kind: p.kept_at for p in promises_of(session, ticket.id)}
    assert kept["first_reply"] is not None


@pytest.mark.parametrize(
    ("opens", "language", "words"),
    [
        ("2026-10-01 22:00", "ja", "本日22時"),
        ("2026-10-02 09:45", "ja", "明日9時45分"),
        ("2026-10-05 09:00", "ja", "月曜日の9時"),
        ("2027-01-04 09:00", "ja", "1月4日（月）9時"),
        ("2026-10-02 09:45", "en", "9:45 tomorrow"),
        ("2026-10-05 09:00", "en", "9:00 on Monday"),
        ("2027-01-04 09:00", "en", "9:00 on Monday 4 January"),
    ],
)
def test_the_next_opening_is_said_as_customers_say_it(opens, language, words):
    at = datetime.fromisoformat(opens).replace(tzinfo=TOKYO)
    assert next_opening(at, NIGHT, TOKYO, language) == words


def test_stop_is_understood():
    assert says_stop("STOP")
    assert says_stop("ＳＴＯＰ please")
    assert says_stop("配信停止してください")
    assert not says_stop("ネットが止まりました")
    assert not says_stop("nonstop")
