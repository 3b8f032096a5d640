"""All that was sent, page by page: in order, narrowed, sampled; and what each is at risk of."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from support.conversations.records import Customer
from support.replies.records import GuardOverride
from support.review import counting, looking, reviewing
from support.review.looking import Order, Seen, Wanted
from support.review.weeks import latest, week_of
from support.sla.records import Promise
from support.tickets.records import Ticket, TicketTag
from tests.cast import HANAKO, customer_says, post, press
from tests.review.conftest import TOKYO


def ids(session, clock, lead, after="", **wanted):
    asked = Wanted(lead.id, **{"order": Order.NEWEST, "seen": Seen.ANY, **wanted})
    return [it.reply.id for it in looking.page(session, asked, clock(), TOKYO, after).sent]


def test_what_was_sent_and_nothing_else_the_newest_first(session, cast, sent, clock):
    one, two = sent(), sent(private=True)
    ticket = customer_says(session, cast, post(at=clock(), number=77))
    press(session, ticket, cast.ken, now=clock())  # still held
    assert ids(session, clock, cast.ryo) == [two.id, one.id]


def test_each_filter_narrows_by_itself(session, cast, sent, clock):
    public, private = sent(), sent(private=True, by=cast.ken)
    asked = cast.ryo
    assert ids(session, clock, asked, channel="dm") == [private.id]
    assert ids(session, clock, asked, agent=cast.misaki.id) == [public.id]
    assert ids(session, clock, asked, agent=looking.NOBODY) == []
    assert ids(session, clock, asked, account=cast.account.id + 1) == []
    this = week_of(clock(), TOKYO)
    assert ids(session, clock, asked, week=this) == [private.id, public.id]
    assert ids(session, clock, asked, week=this.before()) == []


def test_looked_at_by_nobody_by_somebody_and_not_by_me(session, cast, sent, clock):
    mine, theirs, nobodys, own = sent(), sent(), sent(), sent(by=cast.ryo)
    reviewing.look(session, mine, clock(), by=cast.ryo)
    reviewing.look(session, theirs, clock(), by=cast.hikaru)
    session.commit()
    assert ids(session, clock, cast.ryo, seen=Seen.NOBODY) == [nobodys.id], (
        "one's own waits for others"
    )
    assert ids(session, clock, cast.ryo, seen=Seen.NOT_ME) == [nobodys.id, theirs.id]
    assert ids(session, clock, cast.ryo, seen=Seen.SOMEBODY) == [theirs.id, mine.id]
    assert ids(session, clock, cast.hikaru, seen=Seen.NOBODY) == [own.id, nobodys.id]


@pytest.mark.parametrize("order", [Order.NEWEST, Order.RISKIEST])
def test_pages_follow_each_other_without_gap_or_repeat(session, cast, sent, clock, order):
    all_of_them = {sent().id for _ in range(5)}
    found, after = [], ""
    for _ in range(3):
        asked = Wanted(cast.ryo.id, order=order, seen=Seen.ANY)
        page = looking.page(session, asked, clock(), TOKYO, after, limit=2)
        found += [it.reply.id for it in page.sent]
        after = page.next
    assert after == ""
    assert len(found) == 5
    assert set(found) == all_of_them


@pytest.mark.parametrize("after", ["x", "1~", "~", "2026-10-01~1", "9" * 5000 + "~1", "1~2~3"])
def test_a_place_nobody_gave_is_the_beginning(session, cast, sent, clock, after):
    reply = sent()
    for order in Order:
        assert ids(session, clock, cast.ryo, after=after, order=order) == [reply.id]


def test_the_riskiest_come_first_whenever_they_were_sent(session, cast, sent, clock):
    angry = sent(to=HANAKO)
    says_again_to(session, cast, angry, clock, "何回も言ってますよね")
    calm = sent()
    assert ids(session, clock, cast.ryo, order=Order.RISKIEST) == [angry.id, calm.id]


def says_again_to(session, cast, reply, clock, *texts):
    for number, text in enumerate(texts):
        at = clock.forward(minutes=1)
        thread = reply.answers.thread_x_id
        customer_says(
            session, cast, post(text, at=at, by=HANAKO, thread=thread, number=900 + number)
        )


def kinds(session, reply, clock):
    return {it.kind for it in looking.one(session, reply.id, clock()).risk.reasons}


def test_a_customer_who_writes_on_is_counted_to_the_reply_they_answer(session, cast, sent, clock):
    reply = sent(to=HANAKO)
    says_again_to(session, cast, reply, clock, "まだです", "もしもし")
    assert "again" in kinds(session, reply, clock)
    ticket = session.get_one(Ticket, reply.ticket_id)
    later = press(session, ticket, cast.ken, "失礼しました", now=clock())
    later.parts[0].posted_at = clock.forward(minutes=1)
    session.commit()
    says_again_to(session, cast, reply, clock, "最悪です")
    assert "angry" not in kinds(session, reply, clock)
    assert "angry" in kinds(session, later, clock)


def test_what_the_rows_know_of_a_risk(session, cast, sent, clock):
    reply = sent(to=HANAKO)
    quiet = sent()
    assert kinds(session, reply, clock) == {"new"}, "enrolled thirty days ago"
    ticket = session.get_one(Ticket, reply.ticket_id)
    ticket.priority = "urgent"
    ticket.tags.append(TicketTag(name="苦情"))
    cast.misaki.created_at = clock() - timedelta(days=400)
    session.get_one(Customer, reply.conversation.customer_id).followers = 20_000
    session.add(
        GuardOverride(
            reply_id=reply.id, kind="mail", length=3, reason="依頼", agent_id=1, at=clock()
        )
    )
    promise = session.query(Promise).filter_by(ticket_id=ticket.id, kind="first_reply").one()
    promise.breach_at = promise.kept_at - timedelta(seconds=1)
    session.commit()
    every = {"urgent", "complaint", "overridden", "reach", "late"}
    assert kinds(session, reply, clock) == every
    assert kinds(session, quiet, clock) == set()


def test_private_replies_have_no_reach(session, cast, sent, clock):
    reply = sent(private=True)
    reply.conversation.customer.followers = 500_000
    session.commit()
    assert "reach" not in kinds(session, reply, clock)


def test_a_word_of_ours_that_was_not_kept_is_told_at_the_reply_that_gave_it(
    session, cast, sent, clock
):
    gave, other = sent(), sent()
    until = clock() + timedelta(hours=2)
    gave.promised_until, gave.promised_words = until, "本日中"
    said = session.query(Promise).filter_by(ticket_id=gave.ticket_id, kind="first_reply").one()
    session.add(
        Promise(
            ticket_id=gave.ticket_id,
            kind="update",
            started_at=clock(),
            received_at=clock(),
            target_seconds=7200,
            calendar_id=said.calendar_id,
            service_level_id=said.service_level_id,
            breach_at=until,
            told_until=until,
            told_words="本日中",
        )
    )
    session.commit()
    assert "word" not in kinds(session, gave, clock)
    clock.now = until + timedelta(seconds=1)
    assert "word" in kinds(session, gave, clock)
    assert "word" not in kinds(session, other, clock)


def test_two_leads_find_the_same_sample_whatever_else_they_ask_for(session, cast, sent, clock):
    for _ in range(6):
        sent(), sent(by=cast.ken)
    drawn = set(ids(session, clock, cast.ryo, order=Order.SAMPLE))
    assert len(drawn) == 10, "five of each agent's six"
    assert set(ids(session, clock, cast.hikaru, order=Order.SAMPLE)) == drawn
    kens = set(ids(session, clock, cast.hikaru, order=Order.SAMPLE, agent=cast.ken.id))
    assert len(kens) == 5
    assert kens < drawn


def test_each_week_has_its_own_sample_and_a_week_alone_gives_the_same(session, cast, sent, clock):
    for _ in range(6):
        sent()
    first = week_of(clock(), TOKYO)
    clock.forward(days=7)
    last = sent()
    drawn = set(ids(session, clock, cast.ryo, order=Order.SAMPLE))
    assert len(drawn) == 6
    assert last.id in drawn
    alone = set(ids(session, clock, cast.ryo, order=Order.SAMPLE, week=first))
    assert alone == drawn - {last.id}


def test_what_was_said_around_a_reply_stands_before_and_after_it(session, cast, sent, clock):
    reply = sent(to=HANAKO, said="はじめの投稿")
    says_again_to(session, cast, reply, clock, "あとの投稿")
    found = looking.one(session, reply.id, clock())
    before, after = looking.around(session, found)
    assert [it.text for it in before] == ["はじめの投稿"]
    assert [it.text for it in after] == ["あとの投稿"]


def test_many_replies_cost_as_many_questions_as_a_few(session, cast, sent, clock):
    asked = {order: Wanted(cast.ryo.id, order=order, seen=Seen.ANY) for order in Order}
    wanted = list(asked.values())

    def cost():
        session.expire_all()
        count = 0

        def heard(*_):
            nonlocal count
            count += 1

        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", heard)
        for one in wanted:
            page = looking.page(session, one, clock(), TOKYO)
            for it in page.sent:
                assert it.reply.conversation.customer.username
                assert it.reply.conversation.account.handle
                assert [part.retraction for part in it.reply.parts]
                assert it.reply.answers.text
                assert [(r.lead.name, [a.agent.name for a in r.answers]) for r in it.reviews]
        event.remove(engine, "before_cursor_execute", heard)
        return count

    def with_words(reply):
        review = reviewing.write(
            session, reply, clock(), by=cast.ryo, verdict="good", good="よい", idea=""
        )
        session.flush()
        reviewing.answer(session, review, "どうも", clock(), by=cast.misaki)
        session.commit()

    with_words(sent())
    few = cost()
    for _ in range(5):
        with_words(sent(to=HANAKO))
    assert cost() <= few + 2, "rows of the same kind are loaded together"


def test_coverage_counts_each_reply_once_in_its_week(session, cast, sent, clock):
    this = week_of(clock(), TOKYO)
    first, second = sent(), sent()
    sent(by=cast.ken)
    for lead in (cast.ryo, cast.hikaru):
        reviewing.write(session, first, clock(), by=lead, verdict="good", good="よい", idea="絵")
    reviewing.look(session, second, clock(), by=cast.ryo)
    clock.forward(days=7)
    sent()
    session.commit()
    rows = counting.coverage(session, latest(clock(), TOKYO, 2), TOKYO)
    assert [(row.agent.id, row.good, row.idea) for row in rows] == [
        (cast.misaki.id, 2, 2),
        (cast.ken.id, 0, 0),
    ], "by name, whatever the numbers"
    assert [(it.week == this, it.sent, it.looked) for it in rows[0].cells] == [
        (False, 1, 0),
        (True, 2, 2),
    ]
    agreed = counting.agreed(session, this.start(TOKYO))
    assert [(it.count, it.same, one.id, two.id) for it, one, two in agreed] == [
        (1, 1, cast.ryo.id, cast.hikaru.id)
    ]
    assert counting.agreed(session, clock()) == []
