"""What a reply promised in words is owed as any promise is: made, kept, moved along, taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from support.errors import DeskError
from support.inbox.retelling import rebuild
from support.replies import pressing, retracting, sending
from support.replies.pressing import Draft
from support.sla import keeping
from support.sla.levels import NO_REPLY_NEEDED, UNSAID, Carry
from support.sla.records import Promise, promises_of
from support.terms import editing
from support.terms.choosing import terms_for
from support.terms.records import TermsEdit
from support.terms.rejudging import go_on
from support.tickets import handling, merging, updating
from support.tickets.records import TicketEvent
from tests.cast import customer_says, hands, post, press
from tests.fakes import THURSDAY

TODAY = THURSDAY + timedelta(hours=8)
"""18:00 in Tokyo, when the desk closes."""
WORDS = "確認し、本日中にご連絡いたします。"


def promises(session, ticket, words="本日中に"):
    session.expire_all()
    return [it for it in promises_of(session, ticket.id) if it.told_words == words]


def facts(session, ticket):
    """What a rebuild must not change."""
    session.expire_all()
    rows = sorted(promises_of(session, ticket.id), key=lambda it: (it.started_at, it.kind))
    return (ticket.state, ticket.due_at, ticket.warn_at), [
        (
            it.kind,
            it.started_at,
            it.target_seconds,
            it.due_at,
            it.told_until,
            it.told_words,
            it.kept_at,
            it.withdrawn_at,
            it.withdrawn_reason,
        )
        for it in rows
    ]


def rebuilt(session, ticket):
    before = facts(session, ticket)
    rebuild(session, ticket)
    session.commit()
    assert facts(session, ticket) == before, "the rule says the same of the same facts"


@pytest.fixture
def say(session, desk, ticket, clock):
    def pressed(text=WORDS, until=TODAY, words="本日中に", key="key-of-sixteen-or-more"):
        draft = Draft(text, key, 10**6, promised=(until, words))
        answers = ticket.latest_message
        reply = pressing.press(session, ticket, answers, desk.misaki, draft, clock())
        session.commit()
        return reply

    return pressed


@pytest.fixture
def said(session, say, x, clock, ticket):
    reply = say()
    clock.forward(seconds=30)
    sending.deliver(session, reply.id, hands(x, clock))
    return reply


def test_it_is_owed_from_the_moment_x_has_the_words(session, say, x, clock, ticket):
    reply = say()
    assert promises(session, ticket) == [], "nobody has been promised anything yet"
    clock.forward(seconds=30)
    sending.deliver(session, reply.id, hands(x, clock))
    (owed,) = promises(session, ticket)
    assert owed.kind == "update"
    assert owed.started_at == reply.parts[0].posted_at
    assert owed.due_at == TODAY == ticket.due_at
    assert ticket.leading_promise is owed, "the queue is sorted by it"
    assert owed.warn_at < owed.due_at
    assert ticket.state == "waiting"
    rebuilt(session, ticket)


def test_settling_again_neither_promises_twice_nor_keeps_it(session, said, clock, ticket):
    session.execute(said.__table__.update().values(settled_at=None))
    sending.settle(session, said.id, clock())
    session.commit()
    (owed,) = promises(session, ticket)
    assert owed.is_open


def test_the_next_answer_keeps_it(session, desk, said, x, clock, ticket):
    clock.forward(seconds=3600)
    again = press(session, ticket, desk.misaki, "調べた結果です。", now=clock())
    clock.forward(seconds=30)
    sending.deliver(session, again.id, hands(x, clock))
    (owed,) = promises(session, ticket)
    assert (owed.kept_at, owed.kept_by_id) == (again.parts[0].posted_at, desk.misaki.id)
    assert ticket.due_at is None
    rebuilt(session, ticket)


def test_an_answer_that_promises_anew_keeps_what_was_promised_before(
    session, desk, said, say, x, clock, ticket
):
    clock.forward(seconds=3600)
    tomorrow = TODAY + timedelta(days=1)
    again = say("明日までにご連絡いたします。", tomorrow, "明日までに", "another-key-of-sixteen")
    clock.forward(seconds=30)
    sending.deliver(session, again.id, hands(x, clock))
    (before,), (after,) = promises(session, ticket), promises(session, ticket, "明日までに")
    assert before.kept_at == after.started_at
    assert after.due_at == tomorrow == ticket.due_at
    rebuilt(session, ticket)


def test_what_is_undone_or_refused_promises_nothing(session, say, clock, ticket):
    pressing.undo(session, say(), clock())
    session.commit()
    assert promises(session, ticket) == []


def test_a_post_that_is_taken_down_promises_nothing_any_more(session, desk, said, x, clock, ticket):
    retracting.ask(session, said.parts[0], clock(), by=desk.ryo, reason="誤りのため")
    session.commit()
    retracting.carry_out(session, desk.account.id, hands(x, clock))
    (owed,) = promises(session, ticket)
    assert (owed.withdrawn_at, owed.withdrawn_reason) == (clock(), UNSAID)
    assert ticket.due_at is None
    rebuilt(session, ticket)


def test_the_part_that_holds_the_words_starts_it(session, say, x, clock, ticket):
    reply = say(f"{'ご不便をおかけしております。' * 12}\n{WORDS}")
    assert len(reply.parts) > 1
    clock.forward(seconds=30)
    sending.deliver(session, reply.id, hands(x, clock))
    (owed,) = promises(session, ticket)
    assert "本日中に" in reply.parts[-1].text
    assert owed.started_at == reply.parts[-1].posted_at
    assert owed.is_open
    rebuilt(session, ticket)


def test_words_that_reach_x_after_their_time_get_the_same_open_time_from_then(
    session, say, x, clock, ticket
):
    until = clock() + timedelta(hours=1)
    reply = say("1時間以内にご連絡いたします。", until, "1時間以内に")
    clock.forward(seconds=2 * 3600)
    sending.deliver(session, reply.id, hands(x, clock))
    (owed,) = promises(session, ticket, "1時間以内に")
    left = until - reply.held_until
    assert owed.due_at == owed.started_at + left, "never due at once"
    rebuilt(session, ticket)


def test_a_colleague_says_that_it_was_done_elsewhere(session, desk, said, clock, ticket):
    (owed,) = promises(session, ticket)
    clock.forward(seconds=60)
    updating.give(session, owed, by=desk.ken, now=clock())
    session.commit()
    assert (owed.kept_at, owed.kept_by_id) == (clock(), desk.ken.id)
    with pytest.raises(DeskError):
        updating.unsay(session, owed, by=desk.ken, now=clock())
    rebuilt(session, ticket)


def test_a_colleague_says_that_it_was_no_promise(session, desk, said, clock, ticket):
    (owed,) = promises(session, ticket)
    clock.forward(seconds=60)
    updating.unsay(session, owed, by=desk.ken, now=clock())
    session.commit()
    assert owed.withdrawn_reason == UNSAID
    rebuilt(session, ticket)


@pytest.mark.parametrize("carry", list(Carry))
def test_no_edit_of_hours_or_levels_moves_what_a_customer_was_told(
    session, desk, said, clock, ticket, carry
):
    clock.forward(seconds=60)
    name = editing.calendars_in_force(session)[0].name
    weekly = {str(day): [["09:00", "12:00"]] for day in range(5)}
    draft = editing.Draft(zone="Asia/Tokyo", weekly=weekly, country="")
    editing.edit_hours(session, name, draft, carry, by=desk.hikaru, now=clock())
    session.commit()
    for edit_id in editing.unfinished(session):
        edit = session.get_one(TermsEdit, edit_id)
        while edit.finished_at is None:
            go_on(session, edit, clock())
            session.commit()
    (owed,) = promises(session, ticket)
    assert owed.due_at == TODAY
    rebuilt(session, ticket)


def test_a_merge_takes_our_word_along(session, desk, said, clock, ticket):
    other = merged(session, desk, clock, ticket)
    (gone,), (owed,) = promises(session, ticket), promises(session, other)
    assert gone.withdrawn_reason == "merged"
    assert (owed.is_open, owed.due_at, owed.told_until) == (True, TODAY, TODAY)
    rebuilt(session, other)


def merged(session, desk, clock, ticket):
    clock.forward(seconds=60)
    other = customer_says(session, desk, post("別の件です", at=clock(), number=77))
    merging.merge(session, ticket, other, terms_for(session, other), by=desk.ken, now=clock())
    session.commit()
    return other


def test_words_taken_down_after_a_merge_are_owed_no_more(session, desk, said, x, clock, ticket):
    other = merged(session, desk, clock, ticket)
    retracting.ask(session, said.parts[0], clock(), by=desk.ryo, reason="誤りのため")
    session.commit()
    retracting.carry_out(session, desk.account.id, hands(x, clock))
    (owed,) = promises(session, other)
    assert owed.withdrawn_reason == UNSAID
    rebuilt(session, other)


def test_settling_again_after_a_merge_does_not_promise_twice(session, desk, said, clock, ticket):
    other = merged(session, desk, clock, ticket)
    session.execute(said.__table__.update().values(settled_at=None))
    sending.settle(session, said.id, clock())
    session.commit()
    assert len(promises(session, other)) == 1


def test_a_reply_that_goes_out_after_the_ticket_was_closed_promises_nothing(
    session, desk, say, x, clock, ticket
):
    reply = say()
    handling.resolve(session, ticket, by=desk.ken, now=clock())
    clock.forward(seconds=30)
    sending.deliver(session, reply.id, hands(x, clock))
    assert promises(session, ticket) == []
    rebuilt(session, ticket)


def test_closing_the_ticket_ends_it(session, desk, said, clock, ticket):
    clock.forward(seconds=60)
    handling.resolve(session, ticket, by=desk.ken, now=clock())
    session.commit()
    (owed,) = promises(session, ticket)
    assert owed.withdrawn_reason == NO_REPLY_NEEDED
    rebuilt(session, ticket)


def test_it_warns_as_others_do(session, said, ticket):
    (owed,) = promises(session, ticket)
    assert keeping.warn(session, owed.warn_at - timedelta(seconds=1)) == []
    assert keeping.warn(session, owed.warn_at) == [ticket.id]
    due = select(Promise.id).where(Promise.alert_at <= TODAY, Promise.id == owed.id)
    assert session.scalar(due) == owed.id, "the ladder of alerts looks at it"


def test_the_story_names_who_promised_and_in_which_words(session, desk, said, ticket):
    story = select(TicketEvent).where(TicketEvent.kind == "update_promised")
    (event,) = session.scalars(story)
    assert (event.agent_id, event.data["words"]) == (desk.misaki.id, "本日中に")
    assert event.data["reply"] == said.id
