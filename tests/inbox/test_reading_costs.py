"""What X shows costs, whatever becomes of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from support.inbox.reading import DMS, MENTIONS, OWN, read_stream
from support.x.errors import Meaning, XError
from support.x.posts import Page
from support.x.records import Charge
from tests.cast import YUUKI, post
from tests.fakes import THURSDAY

AWAY = XError(Meaning.NO_ANSWER, 0, "no answer from X: ReadTimeout")


class Shown:
    """Shows these pages one after the other; an error among them is raised."""

    def __init__(self, *pages):
        self.pages = list(pages)

    def mentions(self, *, since_id="", page=None):
        shown = self.pages.pop(0)
        if isinstance(shown, XError):
            raise shown
        return shown

    own_posts = mentions

    def dms(self, *, page=None):
        return self.mentions()

    def people(self, x_ids):
        return {YUUKI.x_id: YUUKI}


def page(*posts, more=False, items=None):
    return Page(posts, (), "more" if more else None, len(posts) if items is None else items)


def charges(session):
    return [(it.kind, it.items, it.micros) for it in session.scalars(select(Charge))]


@pytest.mark.parametrize(
    ("stream", "owned", "kind", "micros"),
    [
        (MENTIONS, False, "post_read", 5_000),
        (MENTIONS, True, "owned_read", 1_000),
        (OWN, True, "owned_read", 1_000),
        (DMS, True, "dm_read", 10_000),
    ],
)
def test_every_item_of_a_page_is_charged(session, cast, stream, owned, kind, micros):
    cast.account.owns_app = owned
    session.commit()
    said = post(at=THURSDAY, private=stream == DMS)
    read_stream(session, cast.account, stream, Shown(page(said, items=3)), THURSDAY)
    assert charges(session) == [(kind, 3, 3 * micros)]


def test_what_was_read_before_on_the_same_day_is_not_charged_again(session, cast):
    first = post(at=THURSDAY, private=True)
    second = post("もう一つ", at=THURSDAY + timedelta(minutes=1), private=True, number=1)
    read_stream(session, cast.account, DMS, Shown(page(first)), THURSDAY)
    later = THURSDAY + timedelta(minutes=2)
    read_stream(session, cast.account, DMS, Shown(page(second, first, items=2)), later)
    assert [items for _, items, _ in charges(session)] == [1, 1]
    next_day = THURSDAY + timedelta(days=1)
    read_stream(session, cast.account, DMS, Shown(page(second, first, items=2)), next_day)
    assert sum(items for _, items, _ in charges(session)) == 4, "a new day is billed anew"


def test_an_empty_answer_costs_nothing(session, cast):
    read_stream(session, cast.account, MENTIONS, Shown(page()), THURSDAY)
    assert charges(session) == []


def test_pages_read_before_x_went_away_are_charged_and_read_again(session, cast):
    said = post(at=THURSDAY)
    with pytest.raises(XError):
        read_stream(session, cast.account, MENTIONS, Shown(page(said, more=True), AWAY), THURSDAY)
    session.rollback()
    assert charges(session) == [("post_read", 1, 5_000)]
    taken = read_stream(session, cast.account, MENTIONS, Shown(page(said)), THURSDAY)
    assert taken.known == 1, "what the cut off read gave was kept"
    assert len(charges(session)) == 2


def test_profiles_that_had_to_be_asked_for_are_charged(session, cast):
    said = replace(post(at=THURSDAY), author=None)
    read_stream(session, cast.account, MENTIONS, Shown(page(said)), THURSDAY)
    assert charges(session) == [("post_read", 1, 5_000), ("user_read", 1, 10_000)]
