"""What a lead says to a reply, and what is answered: who may, and what becomes of it."""

import pytest
from sqlalchemy import select

from support.alerts import noticing, telling
from support.alerts.records import ReviewNotice
from support.errors import DeskError, NotAllowed, Refused
from support.review import reviewing
from support.review.records import Review
from tests.cast import customer_says, post, press

GOOD = {"verdict": "good", "good": "事情に触れている", "idea": ""}


def test_a_review_is_the_leads_and_there_is_one_of_each(session, cast, sent, clock):
    reply = sent()
    review = reviewing.write(session, reply, clock(), by=cast.ryo, **GOOD)
    session.flush()
    assert (review.lead_id, review.agent_id, review.edited_at) == (
        cast.ryo.id,
        cast.misaki.id,
        None,
    )
    assert reviewing.write(session, reply, clock(), by=cast.ryo, **GOOD) is None, "said already"
    clock.forward(minutes=1)
    again = reviewing.write(session, reply, clock(), by=cast.ryo, verdict="fix", good="", idea="絵")
    assert again is review
    assert review.edited_at == clock()
    reviewing.write(session, reply, clock(), by=cast.hikaru, **GOOD)
    session.flush()
    assert len(session.scalars(select(Review)).all()) == 2


def test_only_looking_says_nothing_and_takes_nothing_back(session, cast, sent, clock):
    reply = sent()
    looked = reviewing.look(session, reply, clock(), by=cast.ryo)
    assert not looked.is_told
    said = reviewing.write(session, reply, clock(), by=cast.ryo, **GOOD)
    assert said is looked
    assert said.edited_at is None, "said for the first time"
    reviewing.look(session, reply, clock(), by=cast.ryo)
    assert said.good == GOOD["good"]


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"verdict": "good", "good": " ", "idea": ""}, "good"),
        ({"verdict": "", "good": "よい", "idea": ""}, "verdict"),
        ({"verdict": "best", "good": "よい", "idea": ""}, "verdict"),
        ({"verdict": "good", "good": "あ" * 1_001, "idea": ""}, "good"),
        ({"verdict": "good", "good": "", "idea": "あ" * 1_001}, "idea"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(session, cast, sent, clock, words, field):
    with pytest.raises(Refused) as refused:
        reviewing.write(session, sent(), clock(), by=cast.ryo, **words)
    assert refused.value.field == field


def test_nobody_reviews_their_own_and_no_agent_anybodys(session, cast, sent, clock):
    own = sent(by=cast.ryo)
    with pytest.raises(NotAllowed):
        reviewing.write(session, own, clock(), by=cast.ryo, **GOOD)
    with pytest.raises(NotAllowed):
        reviewing.look(session, own, clock(), by=cast.ryo)
    with pytest.raises(NotAllowed):
        reviewing.write(session, own, clock(), by=cast.ken, **GOOD)
    reviewing.write(session, own, clock(), by=cast.hikaru, **GOOD)


def test_what_was_not_sent_is_not_reviewed(session, cast, clock):
    ticket = customer_says(session, cast, post(at=clock()))
    held = press(session, ticket, cast.misaki, now=clock())
    with pytest.raises(DeskError):
        reviewing.write(session, held, clock(), by=cast.ryo, **GOOD)


def test_only_the_two_of_them_answer_and_then_it_stands(session, cast, sent, clock):
    reply = sent()
    review = reviewing.write(session, reply, clock(), by=cast.ryo, **GOOD)
    for stranger in (cast.ken, cast.hikaru):
        with pytest.raises(NotAllowed):
            reviewing.answer(session, review, "どうも", clock(), by=stranger)
    for empty in ("  ", "あ" * 1_001):
        with pytest.raises(Refused):
            reviewing.answer(session, review, empty, clock(), by=cast.misaki)
    reviewing.answer(session, review, "ありがとうございます", clock(), by=cast.misaki)
    reviewing.answer(session, review, "こちらこそ", clock(), by=cast.ryo)
    session.expire_all()
    assert [it.text for it in review.answers] == ["ありがとうございます", "こちらこそ"]
    with pytest.raises(DeskError):
        reviewing.write(session, reply, clock(), by=cast.ryo, verdict="fix", good="", idea="別")
    assert reviewing.may_see(review, cast.hikaru)
    assert not reviewing.may_see(review, cast.ken)


def test_each_side_is_told_once_until_they_have_seen_it(session, cast, sent, clock):
    review = reviewing.write(session, sent(), clock(), by=cast.ryo, **GOOD)
    for _ in range(2):
        assert telling.tell(session, review, cast.misaki.id, clock())
    assert not telling.tell(session, review, None, clock()), "the desk's own reply: nobody is told"
    assert session.scalars(select(ReviewNotice.agent_id)).all() == [cast.misaki.id]
    assert noticing.how_many_unseen(session, cast.misaki.id) == 1
    assert noticing.how_many_unseen(session, cast.ken.id) == 0
    assert telling.see(session, cast.ken.id, clock(), review_id=review.id) == 0
    assert noticing.see(session, cast.misaki.id, clock()) == 1
    session.expire_all()
    assert noticing.how_many_unseen(session, cast.misaki.id) == 0
    telling.tell(session, review, cast.misaki.id, clock.forward(minutes=1))
    session.flush()
    assert noticing.how_many_unseen(session, cast.misaki.id) == 1
