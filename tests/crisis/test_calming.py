"""One crisis an account at a time, thrown and left with a reason; its protocol is versions."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from support.crisis import calming, protocol, records, writing
from support.crisis.records import Crisis
from support.errors import Refused, SomeoneWasFirst
from tests.fakes import THURSDAY


@pytest.fixture
def throw(session, cast):
    def thrown(by=None, reason="広告への批判", at=THURSDAY):
        made = calming.begin(session, [cast.account.id], reason, by=by or cast.ryo, now=at)
        session.commit()
        return made[0]

    return thrown


def test_who_when_and_why_are_kept_and_it_is_easy_to_leave(session, cast, throw, clock):
    it = throw()
    assert records.running(session, cast.account.id) is it
    assert (it.begun_by, it.begun_at, it.reason) == (cast.ryo, THURSDAY, "広告への批判")
    calming.leave(session, it, " 収まった ", by=cast.hikaru, now=clock.forward(hours=3))
    session.commit()
    assert records.running(session, cast.account.id) is None
    assert (it.ended_by, it.ended_at, it.end_reason) == (cast.hikaru, clock(), "収まった")
    assert records.past(session, 10) == [it]
    assert throw(at=clock()).id != it.id, "and thrown again"


@pytest.mark.parametrize("reason", ["", " \n", "あ" * 201])
def test_a_reason_is_asked_for(session, cast, throw, reason):
    with pytest.raises(Refused) as refused:
        throw(reason=reason)
    assert refused.value.field == "reason"
    session.rollback()
    it = throw()
    with pytest.raises(Refused):
        calming.leave(session, it, reason, by=cast.ryo, now=THURSDAY)


def test_whoever_comes_second_hears_who_was_first(session, cast, throw):
    it = throw()
    with pytest.raises(SomeoneWasFirst, match="高橋さん"):
        throw(by=cast.hikaru)
    calming.leave(session, it, "終わり", by=cast.hikaru, now=THURSDAY)
    with pytest.raises(SomeoneWasFirst, match="伊藤さん"):
        calming.leave(session, it, "終わり", by=cast.ryo, now=THURSDAY)
    assert it.ended_by is cast.hikaru


def test_the_database_refuses_two_at_once(session, cast, throw):
    throw()
    session.add(
        Crisis(
            account_id=cast.account.id, reason="二つ目", begun_at=THURSDAY, begun_by_id=cast.ken.id
        )
    )
    with pytest.raises(IntegrityError):
        session.commit()
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Crisis)) == 1


def test_an_account_that_is_none_is_refused(session, cast):
    with pytest.raises(Refused) as refused:
        calming.begin(session, [999], "理由", by=cast.ryo, now=THURSDAY)
    assert refused.value.field == "account"


def test_what_was_approved_since_it_began_goes_on(session, cast, throw, clock):
    before = clock()
    it = throw(at=clock.forward(minutes=1))
    assert records.holds(session, cast.account.id, None) is it
    assert records.holds(session, cast.account.id, before) is it
    assert records.holds(session, cast.account.id, clock()) is None
    calming.leave(session, it, "終わり", by=cast.ryo, now=clock())
    assert records.holds(session, cast.account.id, None) is None


def test_the_protocol_is_kept_in_versions_and_nothing_is_lost_under_another(session, cast):
    def save(text, known, by=cast.ryo):
        made = writing.save(session, text, "広報：山田", "", known=known, by=by, now=THURSDAY)
        session.commit()
        return made

    assert records.protocol(session) is None
    save("# 手順  \r\n1. 知らせる", 0)
    assert records.protocol(session).text == "# 手順\n1. 知らせる"
    assert save("# 手順\n1. 止める", 1).version == 2
    with pytest.raises(Refused) as refused:
        save("# 別の手順", 1, cast.hikaru)
    assert refused.value.values == {"who": "高橋", "n": 2}
    for text in ("", "# 手順\n1. 止める", "あ" * 20_001):
        with pytest.raises(Refused):
            save(text, 2)
    assert [it.version for it in records.protocols(session, 10)] == [2, 1]


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("広報：山田 03-0000-0000", ("広報", "山田 03-0000-0000")),
        ("- 法務: 佐藤", ("法務", "佐藤")),
        ("夜は当番へ", ("", "夜は当番へ")),
        ("：名前のない行", ("", "：名前のない行")),
    ],
)
def test_a_line_says_what_for_and_whom(line, read):
    assert protocol.people(f"\n{line}\n\n") == [read]


def test_the_text_to_begin_with_fits():
    assert len(protocol.STARTING) < protocol.LONGEST
    assert all(what for what, _ in protocol.people(protocol.STARTING_CONTACTS))
