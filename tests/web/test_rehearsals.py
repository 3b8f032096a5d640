"""Before a word is kept, what it would have found is shown; the lists are there as they stood."""

from datetime import timedelta

import pytest

from support.replies.records import GuardWord
from tests.cast import customer_says, post, press
from tests.fakes import THURSDAY
from tests.web.forms import Browser

PAGE = "/settings/words"
FORM = {"purpose": "negative", "level": "hint"}


@pytest.fixture
def lead(ryo):
    return Browser(ryo)


@pytest.fixture
def sent(cast, history, session, clock):
    """A reply that X accepted today."""
    writes = history.session
    said = customer_says(writes, history.cast, post(at=THURSDAY))
    reply = press(writes, said, history.cast.misaki, "絶対に<直り>ます。", now=THURSDAY)
    reply.parts[0].state, reply.parts[0].posted_at = "posted", THURSDAY
    writes.commit()
    session.rollback()
    return reply


def kept(session):
    session.rollback()
    return [it.text for it in session.query(GuardWord)]


def test_what_would_have_been_found_is_shown_before_it_is_kept(sent, lead, session):
    page = lead.post(PAGE, text="絶対に", **FORM)
    assert "1件のうち、1件で見つかります（公開 1件、DM 0件）" in page
    assert "<mark>絶対に</mark>&lt;直り&gt;ます。" in page
    assert kept(session) == []
    shown = page.split('name="shown" value="')[1].split('"')[0]
    assert "見つかります" in lead.post(PAGE, text="直り", shown=shown, **FORM), "another word"
    lead.post(PAGE, text="絶対に", shown=shown, **FORM)
    assert kept(session) == ["絶対に"]


def test_what_would_have_found_nothing_is_kept_at_once_unless_one_only_looks(sent, lead, session):
    assert "見つかりません" in lead.post(PAGE, text="返金", look="1", **FORM)
    assert kept(session) == []
    lead.post(PAGE, text="返金", **FORM)
    assert kept(session) == ["返金"]


def test_a_bad_pattern_is_told_in_a_sentence(sent, lead, session):
    page = lead.post(PAGE, 422, text="a+", is_pattern="1", look="1", **FORM)
    assert "「*」「+」は使えません" in page
    assert 'value="a+"' in page


def test_an_entry_shows_what_it_would_have_found(sent, lead, session):
    lead.post(PAGE, text="返金", **FORM)
    assert "見つかりません" in lead.get(f"{PAGE}/1")
    lead.get(f"{PAGE}/9", 404)


def test_the_lists_stand_as_they_stood_on_a_day_with_what_changed_since(
    lead, clock, cast, signed_in
):
    lead.post(PAGE, text="返金", **FORM)
    lead.post(f"{PAGE}/1/end")
    clock.forward(hours=48)
    lead = Browser(signed_in(cast.ryo))
    day = (THURSDAY + timedelta(hours=9)).date()
    page = lead.get(f"{PAGE}/history?at={day - timedelta(days=1)}")
    assert page.count("返金") == 2, "it came and went"
    lead.post(PAGE, text="返品", **FORM)
    page = lead.get(f"{PAGE}/history?at={day}")
    assert ("返金" in page, page.count("返品")) == (False, 1)
    for wrong in ("x", "0001-01-01", "9999-12-31"):
        lead.get(f"{PAGE}/history?at={wrong}")
    assert "日付を入力" in lead.get(f"{PAGE}/history?at=x")
