"""Learning from picks: whose they are, from when they count, and how they fade."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from support.canned import learning, picking
from support.canned.learning import EVERY, SETTLED
from support.canned.records import Pick
from support.conversations.records import Message
from tests.canned.school import TODAY, told
from tests.cast import press


def test_an_answer_picked_ten_times_outranks_the_one_the_words_favour(school, shelf):
    plain = told(shelf.matcher("public", TODAY))
    assert plain[0][0] == "slow"
    school.picks(10)
    assert school.first() == "stop"
    assert school.picked == {"stop": 10}
    assert school.first("夕方の動画がカクカク") == "stop"
    school.forget(answer_id="stop")
    assert told(school.matcher()) == plain


def test_what_was_picked_while_the_desk_runs_counts_without_a_new_reading(school, clock):
    assert school.first() == "slow"
    for _ in range(10):
        school.pick()
        clock.forward(seconds=EVERY.seconds)
        school.matcher()
    assert school.first() == "stop"
    assert school.picked == {"stop": 10}


def test_lessons_of_one_account_never_reach_another(school, theirs, shelf):
    plain = shelf.matcher("public", TODAY)
    school.picks(10)
    assert school.first() == "stop"
    assert theirs.matcher() is plain
    theirs.picks(3, "bill")
    theirs.clock.forward(seconds=EVERY.seconds)
    assert theirs.picked == {"bill": 3}
    assert school.picked == {"stop": 10}


def test_an_account_that_picked_nothing_shares_the_plain_matcher(school, shelf):
    assert school.matcher() is shelf.matcher("public", TODAY)


def test_a_pick_teaches_once_it_is_settled(school, clock):
    school.pick(ago=SETTLED - timedelta(seconds=1))
    assert school.picked == {}
    clock.forward(seconds=EVERY.seconds)
    assert school.picked == {"stop": 1}


def test_a_reply_that_is_undone_later_teaches_nothing_any_more(school, session, clock):
    school.pick("bill")
    school.pick()
    assert school.picked == {"stop": 1, "bill": 1}
    session.delete(session.scalars(select(Pick).where(Pick.answer_id == "stop")).one())
    session.commit()
    clock.forward(seconds=EVERY.seconds)
    assert school.picked == {"bill": 1}


def test_a_pick_in_the_place_of_one_that_went_is_not_taken_for_it(school, session, clock):
    gone = school.none_fits("slow", ago=SETTLED * 2)
    place = gone.id
    assert [it.answer_id for it in school.lessons] == [None]
    session.delete(session.get_one(Pick, place))
    session.flush()
    taken = school.pick()
    session.execute(update(Pick).where(Pick.id == taken.id).values(id=place))
    session.commit()
    clock.forward(seconds=EVERY.seconds)
    assert [it.answer_id for it in school.lessons] == ["stop"]


def test_a_message_that_was_emptied_teaches_nothing_from_the_next_look(school, session, clock):
    row = school.pick()
    school.pick("bill")
    assert school.picked == {"stop": 1, "bill": 1}
    session.get_one(Message, row.message_id).emptied_at = clock()
    session.commit()
    clock.forward(seconds=EVERY.seconds)
    assert school.picked == {"bill": 1}
    assert len(school.lessons) == 1


def test_words_the_desk_cannot_read_teach_nothing(school, session):
    row = school.pick()
    session.get_one(Message, row.message_id).kind = "encrypted"
    session.commit()
    assert school.lessons == []
    assert learning.counts(session, school.account.id, school.clock()) == {}


def test_on_a_new_day_every_lesson_weighs_less(school, clock):
    school.picks(3)
    (one, *_), today = school.lessons, TODAY + timedelta(days=180)
    clock.forward(days=180)
    school.matcher(today=today)
    older = school.shelf.schools[school.account.id].lessons
    assert len(older) == 3
    assert older[0].weight == pytest.approx(one.weight / 2)


@pytest.mark.parametrize(
    ("kept", "days", "weight"),
    [(1.0, 0, 1.0), (0.79, 0, 0.5), (0.8, 180, 0.5), (0.5, 180, 0.25), (1.0, 360, 0.25)],
)
def test_an_answer_that_was_rewritten_counts_half_and_all_fade(school, kept, days, weight):
    row = school.pick(kept=kept, ago=timedelta(days=days) or SETTLED)
    assert school.lessons[0].weight == pytest.approx(weight, abs=0.001)
    [listed] = learning.lessons(school.session, school.account.id, school.clock(), most=9)
    assert (listed.pick.id, listed.weight) == (row.id, school.lessons[0].weight)


def test_no_more_than_so_many_lessons_are_read_the_newest(school, shelf):
    shelf.schools[school.account.id] = learning.School(school.account.id, most=3)
    message = school.message()
    for answer in ("bill", "bill", "slow", "stop", "stop"):
        school.pick(answer, message=message)
    assert [it.answer_id for it in school.lessons] == ["slow", "stop", "stop"]
    assert len(school.lessons) == 3


def test_none_of_these_lowers_what_was_shown(school, shelf):
    post = "通信速度が途切れる"
    plain = dict(told(shelf.matcher("public", TODAY), post))
    for _ in range(3):
        school.none_fits("slow", "stop", text=post)
    after = dict(told(school.matcher(), post))
    assert after.get("slow", 0) < plain["slow"]
    assert after.get("stop", 0) < plain["stop"]


@pytest.mark.parametrize("first", ["none", "sent"])
@pytest.mark.parametrize("apart", [False, True], ids=["at one look", "at two looks"])
def test_an_answer_sent_after_all_was_not_among_the_wrong_ones(school, clock, first, apart):
    message = school.message()
    deeds = [
        lambda: school.none_fits("slow", "stop", message=message),
        lambda: school.pick("stop", message=message),
    ]
    if first == "sent":
        deeds.reverse()
    for deed in deeds:
        deed()
        if apart:
            school.matcher()
            clock.forward(seconds=EVERY.seconds)
    assert {(it.answer_id, it.shown) for it in school.lessons} == {(None, ("slow",)), ("stop", ())}
    assert len(school.lessons) == 2


def test_the_agents_own_words_teach_nothing(school, session, cast, clock):
    message = school.message()
    reply = press(session, message.ticket, cast.ken, now=clock())
    chosen = picking.Choice(("slow", "stop"))
    picking.note_reply(session, reply.id, message, cast.ken, chosen, texts=(), body="", now=clock())
    session.commit()
    clock.forward(seconds=SETTLED.seconds)
    assert school.lessons == []


def test_a_pick_of_an_answer_that_left_the_shelf_changes_nothing_and_can_be_listed(school, shelf):
    plain = told(shelf.matcher("public", TODAY))
    school.picks(3, "gone")
    assert told(school.matcher()) == plain
    assert learning.counts(school.session, school.account.id, school.clock()) == {"gone": 3}


@pytest.fixture
def asked(session):
    """What the database is asked while the test goes on."""
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("PRAGMA", "BEGIN")):
            statements.append(statement)

    event.listen(session.bind, "before_cursor_execute", note)
    yield statements
    event.remove(session.bind, "before_cursor_execute", note)


def test_the_database_is_asked_little_and_not_for_every_page(school, shelf, clock, asked):
    def questions():
        before = len(asked)
        learning.matcher(school.session, shelf, account_id, "public", clock(), TODAY)
        return len(asked) - before

    school.picks(5)
    account_id = school.account.id
    assert questions() == 3
    assert questions() == 0
    clock.forward(seconds=EVERY.seconds)
    assert questions() == 1
    clock.forward(seconds=EVERY.seconds - 1)
    assert questions() == 0


def test_a_clock_that_was_set_back_does_not_stop_the_looking(school, clock):
    school.pick(ago=timedelta(days=2))
    assert school.picked == {"stop": 1}
    school.pick("bill", ago=timedelta(days=2))
    clock.forward(days=-1)
    assert school.picked == {"stop": 1, "bill": 1}
