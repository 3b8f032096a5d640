"""Who wants no words of ours gets none: whoever asks, from whichever account, for ever."""

import pytest
from sqlalchemy import func, select

from support.conversations.records import ContactWish, Customer, NoContact
from support.errors import DeskError, Refused
from support.outreach import refusing
from support.outreach.records import ProspectEvent
from support.privacy import erasing
from support.tickets import knowing
from tests.outreach.people import another_account, customer, found

WHO = "9100000001"


@pytest.fixture
def now(clock):
    return clock()


def refuse(session, now, by=None, reason=refusing.ANSWERED_SO, **more):
    return refusing.never_again(
        session, WHO, "kakuu_yuu", by=by, reason=reason, now=now, name="架空ゆう", **more
    )


def test_somebody_who_is_no_customer_yet_becomes_known_by_it(session, cast, now):
    came = refuse(session, now, by=cast.misaki, reason="電話でお申し出")
    assert came.is_new
    who = session.scalars(select(Customer)).one()
    assert (who.x_id, who.username, who.name, who.unwanted_at) == (
        WHO,
        "kakuu_yuu",
        "架空ゆう",
        now,
    )
    wish = session.scalars(select(ContactWish)).one()
    assert (wish.reason, wish.agent_id, wish.at) == ("電話でお申し出", cast.misaki.id, now)


def test_nobody_need_have_noted_what_they_said_themselves(session, cast, now):
    refuse(session, now)
    assert session.scalars(select(ContactWish)).one().agent_id is None
    who = session.scalars(select(Customer)).one()
    assert [(wish.unwanted, agent) for wish, agent in knowing.wishes_of(session, who.id)] == [
        (True, None)
    ]


def test_twice_is_once_and_a_customer_stays_who_they_are(session, cast, now, clock):
    known = customer(session, cast.account, WHO, now)
    assert refuse(session, now).customer is known
    later = clock.forward(hours=1)
    again = refuse(session, later, by=cast.misaki, reason="もう一度")
    assert not again.is_new
    assert known.unwanted_at == now
    assert session.scalar(select(func.count(ContactWish.id))) == 1


def test_all_that_is_under_way_ends_whatever_account_and_list_it_is_of(session, cast, now):
    other = another_account(session, cast.account)
    rows = {
        "found": found(session, cast.account, now=now, author=WHO),
        "approved": found(session, other, now=now, author=WHO, state="approved"),
        "seen": found(session, other, now=now, author=WHO, state="seen"),
        "skipped": found(session, other, now=now, author=WHO, state="skipped", skip_reason="late"),
        "another": found(session, other, now=now, author="9100000002", state="handed"),
    }
    came = refuse(session, now, by=cast.misaki)
    assert set(came.ended) == {rows["found"].id, rows["approved"].id}
    assert {name: (it.state, it.skip_reason) for name, it in rows.items()} == {
        "found": ("skipped", "opted_out"),
        "approved": ("skipped", "opted_out"),
        "seen": ("seen", ""),
        "skipped": ("skipped", "late"),
        "another": ("handed", ""),
    }
    events = session.scalars(select(ProspectEvent).order_by(ProspectEvent.id)).all()
    assert [(it.kind, it.data, it.agent_id) for it in events] == [
        ("opted_out", {"was": "found"}, cast.misaki.id),
        ("opted_out", {"was": "approved"}, cast.misaki.id),
    ]


def test_it_needs_a_reason_and_somebody(session, cast, now):
    with pytest.raises(Refused):
        refuse(session, now, by=cast.misaki, reason="  ")
    with pytest.raises(DeskError):
        refusing.never_again(session, "", by=None, reason="x", now=now)


def test_an_erasure_does_not_undo_it_and_does_not_bring_a_name_back(session, cast, now, clock):
    known = customer(session, cast.account, WHO, now)
    refuse(session, now)
    session.commit()
    erasure = erasing.begin(session, known, by=cast.hikaru, now=clock())
    session.commit()
    while not erasing.go_on(session, erasure, clock()):
        session.commit()
    session.commit()
    assert refusing.is_unwanted(session, WHO)
    assert refusing.erased(session) == 1
    assert refusing.unwanted(session, most=9) == []
    late = found(session, cast.account, now=now, author=WHO)
    came = refuse(session, clock())
    assert came.customer is None
    assert late.state == "skipped"
    assert session.scalars(select(Customer.x_id)).all() != [WHO]
    assert session.get(NoContact, WHO) is not None


def test_lifted_they_may_be_written_to_again_and_what_was_skipped_stays_so(session, cast, now):
    prospect = found(session, cast.account, now=now, author=WHO)
    who = refuse(session, now).customer
    with pytest.raises(Refused):
        refusing.lift(session, who, "", by=cast.ryo, now=now)
    assert refusing.is_unwanted(session, WHO)
    refusing.lift(session, who, "ご本人から再開のお申し出", by=cast.ryo, now=now)
    assert not refusing.is_unwanted(session, WHO)
    assert prospect.state == "skipped"


def test_the_list_is_searched_by_name_handle_and_id_the_newest_first(session, cast, clock):
    for number, name in ((1, "架空はなこ"), (2, "架空たろう"), (3, "100%の人")):
        refusing.never_again(
            session,
            f"910000000{number}",
            f"kakuu_{number}",
            by=None,
            reason="x",
            now=clock(),
            name=name,
        )
        clock.forward(minutes=1)
    knowing.lift_no_contact(
        session,
        session.scalars(select(Customer).where(Customer.name == "架空たろう")).one(),
        "再開",
        by=cast.ryo,
        now=clock(),
    )

    def names(search=""):
        return [it.customer.name for it in refusing.unwanted(session, search, most=9)]

    assert names() == ["100%の人", "架空はなこ"]
    assert names("はなこ") == names("@KAKUU_1") == names("9100000001") == ["架空はなこ"]
    assert names("%") == ["100%の人"]
    assert names("たろう") == []
    assert refusing.how_many(session) == 2
    assert refusing.unwanted(session, most=9)[0].wish.reason == "x"
