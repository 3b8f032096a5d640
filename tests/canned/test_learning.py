"""Learning from picks: whose they are, from when they count, and how they are taken back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select, update

from support.canned import learning, lessons, picking
from support.canned.learning import EVERY, SETTLED
from support.canned.records import Pick
from support.canned.shelf import Shelf
from support.conversations.records import Message
from support.x.records import Account
from tests.cast import customer_says, post, press

ANSWERS = {
    "slow": "title: 速度\nasked_as: [動画がとても遅い, 通信速度が出ない]",
    "stop": "title: 途切れ\nasked_as: [通信が途切れる, 電波が切れる]",
    "bill": "title: 請求額\nasked_as: [請求額が高い, 料金が先月より高い]",
}
POST = "夕方になると動画がカクカクして遅い"
"""By its words alone a question for the answer `slow`."""
TODAY = date(2026, 10, 1)


def shelf_in(folder):
    folder.mkdir(exist_ok=True)
    for name, head in ANSWERS.items():
        text = f"---\nid: {name}\n{head}\n---\n本文 {name}\n"
        (folder / f"{name}.md").write_text(text, "utf-8")
    return Shelf(folder)


@pytest.fixture
def shelf(tmp_path):
    return shelf_in(tmp_path / "shelf")


@pytest.fixture
def other(session, cast):
    """A second account of the same company."""
    columns = {it.name for it in Account.__table__.columns} - {"id", "x_id", "handle"}
    same = {name: getattr(cast.account, name) for name in columns}
    account = Account(x_id="7000000002", handle="hikari_shop", **same)
    session.add(account)
    session.commit()
    return account


class School:
    """An account's customers write, its agents pick; `asked` is what the desk then suggests."""

    def __init__(self, session, shelf, cast, clock, account):
        self.session, self.shelf, self.clock = session, shelf, clock
        self.cast, self.account = replace(cast, account=account), account
        self.number = 0

    def message(self, text=POST):
        """Another customer's message to this account."""
        self.number += 1
        at = self.clock() - timedelta(days=1000)
        said = post(text, at=at, number=self.number + 1000 * self.account.id)
        us, handle = (self.account.x_id,), (self.account.handle,)
        said = replace(said, mentions=handle, mention_ids=us, named_ids=us)
        ticket = customer_says(self.session, self.cast, said, seen=at)
        return self.session.get_one(Message, ticket.latest_message_id)

    def pick(self, answer="stop", *, text=POST, message=None, ago=SETTLED, shown=(), kept=1.0):
        message = message or self.message(text)
        at = self.clock() - ago
        row = Pick(message_id=message.id, agent_id=self.cast.ken.id, shown=list(shown))
        row.answer_id, row.picked_at, row.kept = answer, at, kept if answer else None
        self.session.add(row)
        self.session.commit()
        return row

    def picks(self, number, answer="stop", **other):
        return [self.pick(answer, **other) for _ in range(number)]

    def none_fits(self, *shown, **other):
        return self.pick(None, shown=shown, **other)

    def matcher(self, shelf=None, today=TODAY):
        found = learning.matcher(
            self.session, shelf or self.shelf, self.account.id, "public", self.clock(), today
        )
        self.session.rollback()
        return found

    @property
    def lessons(self):
        self.matcher()
        return self.shelf.schools[self.account.id].lessons

    @property
    def picked(self):
        """How often the matcher was taught each answer."""
        return {it.reply.id: it.picked for it in self.matcher().rank(POST, 9) if it.picked}

    def first(self, text=POST):
        return self.matcher().ranking(text, 1)[0]

    def forget(self, **what):
        gone = learning.forget(self.session, self.account.id, self.clock(), **what)
        self.session.commit()
        learning.look_again(self.shelf, self.account.id)
        return gone


@pytest.fixture
def school(session, shelf, cast, clock):
    return School(session, shelf, cast, clock, cast.account)


@pytest.fixture
def theirs(session, shelf, cast, clock, other):
    return School(session, shelf, cast, clock, other)


def told(matcher, text=POST):
    return [(it.reply.id, it.confidence) for it in matcher.rank(text, 9)]


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


def test_a_lesson_taken_back_is_gone_at_once_here_and_soon_elsewhere(school, tmp_path, clock):
    elsewhere = shelf_in(tmp_path / "same")
    first, _ = school.picks(2)
    assert school.picked == {"stop": 2}
    assert told(school.matcher(elsewhere)) == told(school.matcher())
    assert school.forget(pick_id=first.id) == 1
    assert school.picked == {"stop": 1}
    behind = {it.picked for it in school.matcher(elsewhere).rank(POST, 1)}
    clock.forward(seconds=EVERY.seconds)
    caught_up = {it.picked for it in school.matcher(elsewhere).rank(POST, 1)}
    assert (behind, caught_up) == ({2}, {1})


def test_two_lessons_taken_back_in_one_moment_are_both_gone(school):
    first, second = school.picks(2)
    school.matcher()
    school.forget(pick_id=first.id)
    school.matcher()
    school.forget(pick_id=second.id)
    assert school.picked == {}


def test_a_list_a_matcher_may_be_learning_from_stays_as_it_is(school):
    school.picks(2)
    before = school.lessons
    school.forget()
    assert school.lessons == []
    assert len(before) == 2


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


def test_counts_lists_and_taking_back_agree(school, session, clock):
    school.picks(3)
    school.picks(2, "bill")
    school.none_fits("slow")
    for days, kept in ((779, 1.0), (599, 0.5), (5000, 1.0)):
        school.pick(ago=timedelta(days=days), kept=kept)  # too faint to teach
    for days, kept in ((777, 1.0), (597, 0.5)):
        school.pick(ago=timedelta(days=days), kept=kept)
    at, account = clock(), school.account.id
    counts = learning.counts(session, account, at)
    assert counts == {"stop": 5, "bill": 2, None: 1}
    listed = learning.lessons(session, account, at, most=99)
    assert len(listed) == sum(counts.values())
    assert min(it.weight for it in listed) >= lessons.FAINTEST
    for answer in ("stop", "bill"):
        of_one = learning.lessons(session, account, at, answer_id=answer, most=99)
        assert {it.pick.answer_id for it in of_one} == {answer}
        assert len(of_one) == counts[answer]
    assert school.forget(answer_id="bill") == 2
    assert learning.counts(session, account, at) == {"stop": 5, None: 1}
    assert school.forget() == 6
    assert school.forget() == 0
    assert learning.counts(session, account, at) == {}
    assert learning.lessons(session, account, at, most=99) == []


def test_lessons_are_listed_newest_first_and_page_by_page(school, session, clock):
    rows = school.picks(5)
    ids = [row.id for row in reversed(rows)]
    asked = {"account_id": school.account.id, "now": clock()}
    first = learning.lessons(session, **asked, most=2)
    assert [it.pick.id for it in first] == ids[:2]
    rest = learning.lessons(session, **asked, most=9, before=ids[1])
    assert [it.pick.id for it in rest] == ids[2:]


def test_nobody_takes_back_what_another_account_learnt(school, theirs, session):
    mine = school.pick()
    assert theirs.forget(pick_id=mine.id) == 0
    assert theirs.forget() == 0
    assert school.picked == {"stop": 1}


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
