"""What a search found of strangers is held as short and as carefully as what customers wrote."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from support.compliance import checking, purging
from support.compliance.emptying import Notice, empty_posts, hide_person
from support.compliance.records import ComplianceCheck
from support.outreach import contacting, looking
from support.outreach.following import follow
from support.outreach.records import Prospect
from support.privacy import retaining
from support.privacy.records import RetentionRun
from tests.outreach.prospecting import BODY, found, handed, ours, person, saying, shown

DAY = timedelta(days=1)


def words(it):
    return (it.text, it.name, it.raw)


def test_whoever_was_contacted_stays_known_for_the_cool_down_however_it_ended(
    desk, session, misaki, clock
):
    """Handed over, then they wanted no words of ours: the desk forgets the rest, not that."""
    it = handed(session, found(session, desk, clock()), misaki, clock())
    contacting.never(session, it, "お返事", by=misaki, now=clock())
    session.commit()
    later = clock.forward(days=31)
    run = retaining.due(session, later, later)
    while not retaining.go_on(session, run, later):
        session.commit()
    session.refresh(it)
    assert (it.state, it.text) == ("skipped", "")
    assert it.author_x_id == person(1).x_id


def test_a_deleted_post_is_no_candidate_any_more(desk, session, misaki, clock):
    it = found(session, desk, clock())
    empty_posts(
        session,
        [it.post_x_id],
        reason="deleted",
        noticed_by="check",
        noticed_at=clock(),
        now=clock(),
    )
    assert words(it) == ("", "", {})
    assert not looking.by_score(session, None).prospects
    with pytest.raises(contacting.NotNow) as caught:
        contacting.approve(session, it, BODY, by=misaki, now=clock())
    assert [refusal.why for refusal in caught.value.refusals] == ["gone"]


def test_whoever_hides_takes_all_their_posts_along(desk, session, clock):
    theirs = [found(session, desk, clock(), n, by=person(1)) for n in (1, 2)]
    other = found(session, desk, clock(), 3)
    hide_person(
        session,
        person(1).x_id,
        reason="protected",
        noticed_by="check",
        noticed_at=clock(),
        now=clock(),
    )
    assert [words(it) for it in theirs] == [("", "", {})] * 2
    assert other.text


def test_who_was_written_to_stays_known_though_the_post_is_gone(desk, session, misaki, cast, clock):
    account = session.merge(cast.account)
    it = handed(session, found(session, desk, clock()), misaki, clock())
    shown(session, account, ours(account, it, clock()), clock())
    follow(session, clock())
    empty_posts(
        session,
        [it.post_x_id],
        reason="deleted",
        noticed_by="check",
        noticed_at=clock(),
        now=clock(),
    )
    again = found(session, desk, clock.forward(days=1), 2, by=person(1))
    with pytest.raises(contacting.NotNow):
        contacting.approve(session, again, BODY, by=misaki, now=clock())


def test_the_nightly_look_asks_for_what_was_found_too(desk, session, cast, clock):
    it = found(session, desk, clock())
    check = ComplianceCheck(account_id=cast.account.id, began_at=clock(), stage="found")
    asked = checking.next_posts(session, session.merge(cast.account), check, clock() - DAY)
    assert [(one.x_id, one.author_x_id) for one in asked] == [(it.post_x_id, it.author_x_id)]
    check.place = asked[-1].place
    assert not checking.next_posts(session, session.merge(cast.account), check, clock() - DAY)


def test_an_account_that_is_disconnected_leaves_nothing_it_found(desk, session, cast, clock):
    it = found(session, desk, clock())
    notice = Notice("purged", "person", clock(), clock())
    purging.finish_purge(session, session.merge(cast.account), notice, items=0)
    assert words(it) == ("", "", {})


def test_a_month_later_words_are_forgotten_and_that_somebody_was_written_to_stays(
    desk, session, misaki, cast, clock
):
    account = session.merge(cast.account)
    never, skipped = found(session, desk, clock(), 1), found(session, desk, clock(), 2)
    contacting.skip(session, skipped, "joke", by=misaki, now=clock())
    sent = handed(session, found(session, desk, clock(), 3), misaki, clock())
    shown(session, account, ours(account, sent, clock()), clock())
    follow(session, clock())
    later = clock.forward(days=31)
    fresh = found(session, desk, later, 4)
    session.commit()
    run = retaining.due(session, later, later)
    assert isinstance(run, RetentionRun)
    while not retaining.go_on(session, run, later):
        session.commit()
    session.expire_all()
    for it in (never, skipped):
        assert (*words(it), it.username, it.author_x_id) == ("", "", {}, "", "")
        assert it.emptied_reason == "expired"
    assert (words(sent), sent.body, sent.sent_text) == (("", "", {}), "", "")
    assert (sent.author_x_id, sent.state, bool(sent.sent_at)) == (person(3).x_id, "seen", True)
    assert fresh.text
    assert run.counts["prospects"] == 3
    assert len(session.scalars(select(Prospect)).all()) == 4


def test_who_was_approved_and_never_sent_anything_is_forgotten_too(
    desk, session, misaki, cast, clock
):
    """Two of them: what keeps one person from two offers must not take nobody for one."""
    theirs = [found(session, desk, clock(), n) for n in (1, 2)]
    for number, it in enumerate(theirs):
        contacting.approve(session, it, saying(number), by=misaki, now=clock())
    later = clock.forward(days=29)
    late = found(session, desk, later, 3)
    contacting.approve(session, late, saying(3), by=misaki, now=later)
    session.commit()
    later = clock.forward(days=2)
    run = retaining.due(session, later, later)
    while not retaining.go_on(session, run, later):
        session.commit()
    session.expire_all()
    for it in theirs:
        assert (*words(it), it.username, it.author_x_id, it.body) == ("", "", {}, "", "", "")
        assert it.state == "skipped"
    assert (late.state, bool(late.text)) == ("approved", True)
