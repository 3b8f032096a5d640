"""A notice is posted once, whatever happens to whoever posts it, and never lost."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.approval import ruling
from support.conversations.records import Message
from support.db import engine_for
from support.errors import SomeoneWasFirst
from support.inbox.receiving import receive
from support.inbox.records import PassedPost
from support.incidents import announcing, losing, posting, summing
from support.incidents.records import IncidentEvent, Notice
from support.tickets.records import Ticket
from support.x.errors import Meaning, XError
from support.x.posts import Person, Post
from support.x.records import Charge
from tests.cast import hands
from tests.fakes import THURSDAY
from tests.incidents.world import incident, notice

NO_UNDO = timedelta(0)
AWAY = XError(Meaning.NOT_SENT, 503, "Service Unavailable")
SILENT = XError(Meaning.NO_ANSWER, 0, "timed out")


class Died(BaseException):
    """The worker's process ended here."""


def pressed(session, cast, it, **more):
    made = notice(session, it, cast.ryo, **more)
    announcing.press(session, made, by=cast.ryo, now=THURSDAY, undo=NO_UNDO)
    session.commit()
    return made


def work(session, cast, x, clock, worker="worker-1"):
    losing.lose_dead_workers(session, clock())
    session.commit()
    posting.post_ready(session, cast.account.id, hands(x, clock, worker))
    session.commit()


def settle(session, cast, x, clock):
    """Workers come and go until nothing moves any more."""
    for _ in range(40):
        clock.forward(seconds=50)
        work(session, cast, x, clock, "worker-2")
        if not session.scalar(select(Notice.id).where(Notice.state.in_(announcing.MOVING))):
            return
    raise AssertionError("it never comes to rest")


def test_a_notice_goes_out_and_what_it_says_is_promised(session, cast, x, clock):
    it = incident(session, cast)
    said = pressed(
        session, cast, it, body="【お知らせ】調査中です。次の更新は15:00ごろの予定です。"
    )
    work(session, cast, x, clock)
    session.refresh(said)
    assert (said.state, said.x_id) == ("posted", x.ours[0].x_id)
    assert x.ours[0].in_reply_to_x_id == ""
    assert it.next_update_at == THURSDAY + timedelta(hours=5)
    work(session, cast, x, clock)
    assert len(x.ours) == 1


def test_a_rule_made_while_it_may_be_taken_back_has_it_wait_for_an_approval(
    session, cast, x, clock
):
    it = incident(session, cast)
    said, agreed = pressed(session, cast, it), notice(session, it, cast.ryo, body="別の文")
    announcing.ask(session, agreed, by=cast.ryo, now=THURSDAY)
    announcing.approve(session, agreed, by=cast.hikaru, now=THURSDAY, undo=NO_UNDO)
    ruling.add(session, ruling.Draft("public", minutes=30), by=cast.hikaru, now=THURSDAY)
    session.commit()
    work(session, cast, x, clock)
    session.refresh(said)
    assert (said.state, said.asked_at) == ("draft", clock())
    assert said.reason == announcing.NOW_ASKED_FOR
    work(session, cast, x, clock)
    assert [sent.text for sent in x.ours] == ["別の文"]
    announcing.approve(session, said, by=cast.hikaru, now=clock(), undo=NO_UNDO)
    session.commit()
    work(session, cast, x, clock)
    assert [sent.text for sent in x.ours] == ["別の文", said.body]


def test_the_report_counts_what_notices_cost(session, cast, x, clock):
    it = incident(session, cast)
    pressed(session, cast, it)
    assert summing.figures(session, it, clock()).micros == 0
    work(session, cast, x, clock)
    paid = session.scalars(select(Charge.micros).where(Charge.kind.startswith("post"))).all()
    assert summing.figures(session, it, clock()).micros == sum(paid) > 0


def test_the_next_one_answers_the_former(session, cast, x, clock):
    it = incident(session, cast)
    pressed(session, cast, it)
    work(session, cast, x, clock)
    pressed(session, cast, it, stage="update", body="【続報】原因が分かりました。")
    work(session, cast, x, clock)
    assert x.ours[1].in_reply_to_x_id == x.ours[0].x_id


def test_it_waits_while_the_former_is_in_doubt(session, cast, x, clock):
    it = incident(session, cast)
    pressed(session, cast, it)
    x.answers = [SILENT]
    work(session, cast, x, clock)
    second = pressed(session, cast, it, stage="update", body="【続報】続きです。")
    work(session, cast, x, clock)
    assert (second.state, x.ours) == ("queued", [])
    settle(session, cast, x, clock)
    assert [post.text for post in x.ours] == ["【お知らせ】調査中です。", "【続報】続きです。"]


def test_only_what_surely_was_not_taken_is_sent_again(session, cast, x, clock):
    it = incident(session, cast)
    pressed(session, cast, it)
    x.answers = [AWAY, AWAY]
    settle(session, cast, x, clock)
    assert len(x.ours) == 1


def test_what_x_took_without_an_answer_is_found(session, cast, x, clock):
    it = incident(session, cast)
    said = pressed(session, cast, it)
    x.accept_then = [SILENT]
    settle(session, cast, x, clock)
    session.refresh(said)
    assert (len(x.ours), said.x_id) == (1, x.ours[0].x_id)


def test_what_x_refuses_says_why_and_may_be_written_anew(session, cast, x, clock):
    it = incident(session, cast)
    said = pressed(session, cast, it)
    x.answers = [XError(Meaning.REFUSED, 403, "too long")]
    work(session, cast, x, clock)
    session.refresh(said)
    assert (said.state, bool(said.reason)) == ("rejected", True)
    words = announcing.Words("first", "短くしました。")
    announcing.rewrite(session, said, words, by=cast.ryo, now=clock())
    announcing.press(session, said, by=cast.ryo, now=clock(), undo=NO_UNDO)
    work(session, cast, x, clock)
    assert [post.text for post in x.ours] == ["短くしました。"]


def test_a_token_that_is_refused_stops_the_account_and_keeps_the_notice(session, cast, x, clock):
    it = incident(session, cast)
    said = pressed(session, cast, it)
    x.answers = [XError(Meaning.ACCOUNT, 401, "Unauthorized")]
    work(session, cast, x, clock)
    session.refresh(said)
    session.refresh(cast.account)
    assert (said.state, cast.account.stopped_at is not None) == ("queued", True)
    assert posting.waiting(session, clock()) == []


@pytest.mark.one_database
def test_what_an_account_could_not_post_in_time_is_a_draft_again(session, cast, x, clock):
    it = incident(session, cast)
    said = pressed(session, cast, it, body="調査中です。次の更新は15:00ごろの予定です。")
    x.answers = [XError(Meaning.ACCOUNT, 401, "Unauthorized")]
    work(session, cast, x, clock)
    clock.forward(hours=6)
    cast.account.stopped_at = None
    session.commit()
    work(session, cast, x, clock)
    session.refresh(said)
    assert (said.state, said.reason, x.ours) == ("draft", posting.TOO_LATE, [])
    assert it.next_update_at is None, "nothing was promised"


@pytest.mark.one_database
def test_what_x_surely_did_not_take_may_be_taken_back_and_pressed_again(session, cast, x, clock):
    said = pressed(session, cast, incident(session, cast))
    x.answers = [AWAY]
    work(session, cast, x, clock)
    announcing.take_back(session, said, by=cast.ryo, now=clock())
    announcing.press(session, said, by=cast.ryo, now=clock(), undo=NO_UNDO)
    x.answers = [SILENT]
    work(session, cast, x, clock)
    with pytest.raises(SomeoneWasFirst):
        announcing.take_back(session, said, by=cast.ryo, now=clock())
    settle(session, cast, x, clock)
    assert len(x.ours) == 1


@pytest.mark.one_database
@pytest.mark.parametrize("answer", [AWAY, SILENT])
def test_a_clock_that_was_set_back_keeps_no_notice_waiting(session, cast, x, clock, answer):
    pressed(session, cast, incident(session, cast), alone=True)
    x.answers = [answer]
    work(session, cast, x, clock)
    clock.forward(hours=-3)
    settle(session, cast, x, clock)
    assert len(x.ours) == 1


def test_our_own_notice_that_comes_back_is_nothing_else(session, cast, x, clock):
    it = incident(session, cast)
    said = pressed(session, cast, it)
    work(session, cast, x, clock)
    session.refresh(said)
    ours = Person("7000000001", "hikari_care", "ひかりケア")
    back = Post(
        x_id=said.x_id, author_x_id=ours.x_id, text=said.body, posted_at=clock(),
        thread_x_id=said.x_id, author=ours, raw={"id": said.x_id},
    )  # fmt: skip
    taken = receive(session, cast.account, [back], stream="own", now=clock())
    session.commit()
    assert (taken.known, taken.passed, taken.messages) == (1, 0, 0)
    for other in (PassedPost, Message, Ticket):
        assert session.scalars(select(other)).all() == []


class Dying(Session):
    """That of a worker whose process ends before or after one of its commits."""

    at = ("", 0)
    commits = 0

    def commit(self):
        self.commits += 1
        if self.at == ("before", self.commits):
            raise Died
        super().commit()
        if self.at == ("after", self.commits):
            raise Died


STEPS = [(edge, number) for number in range(1, 4) for edge in ("before", "after")]


@pytest.mark.parametrize("at", [*STEPS, ("call", "before"), ("call", "after")])
def test_killed_at_any_step_it_is_posted_once(session, cast, x, clock, at, database_url):
    number = pressed(session, cast, incident(session, cast)).id
    account_id = cast.account.id
    session.commit()
    engine = engine_for(database_url)
    alive = x.create_post
    x.create_post = lambda text, **more: call_and_die(alive, at, text, **more)
    with Dying(engine) as dying:
        dying.at = at
        with pytest.raises(Died):
            posting.post_ready(dying, account_id, hands(x, clock))
    engine.dispose()
    x.create_post = alive
    settle(session, cast, x, clock)
    said = session.get_one(Notice, number, populate_existing=True)
    assert [(said.state, said.x_id)] == [("posted", post.x_id) for post in x.ours]
    told = select(IncidentEvent).where(IncidentEvent.kind == "notice_posted")
    assert len(session.scalars(told).all()) == 1


def call_and_die(create_post, at, text, **more):
    if at == ("call", "before"):
        raise Died
    x_id = create_post(text, **more)
    if at == ("call", "after"):
        raise Died
    return x_id


HAPPENINGS = st.lists(
    st.sampled_from(["away", "silent", "taken silently", "hidden", "shown", "work", "late worker"]),
    max_size=8,
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(happenings=HAPPENINGS)
@pytest.mark.one_database
def test_no_history_posts_a_notice_twice(session, cast, x, clock, happenings):
    before = len(x.ours)
    it = incident(session, cast)
    said = pressed(session, cast, it, body=f"【お知らせ】調査中です。{it.id}", alone=True)
    x.answers, x.accept_then, x.hidden = [], [], False
    for what in happenings:
        match what:
            case "away":
                x.answers.append(AWAY)
            case "silent":
                x.answers.append(SILENT)
            case "taken silently":
                x.accept_then.append(SILENT)
            case "hidden" | "shown":
                x.hidden = what == "hidden" and not x.ours[before:]
            case _:
                clock.forward(seconds=4)
                work(session, cast, x, clock, what)
    x.hidden = False
    settle(session, cast, x, clock)
    session.refresh(said)
    assert len(x.ours) == before + 1
    assert said.x_id == x.ours[-1].x_id
