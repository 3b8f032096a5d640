"""X's JSON is read in both vocabularies; what cannot be read is named, never fatal."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.x.payloads import read_dms, read_person, read_posts
from support.x.posts import Unreadable
from support.x.snowflakes import accepted_at, first_id_at

POST = {
    "id": "1973000000000000001",
    "text": "@hikari_care A &amp; B &lt;3",
    "author_id": "9000000001",
    "created_at": "2026-10-01T01:00:00.000Z",
    "conversation_id": "1973000000000000000",
    "lang": "ja",
    "entities": {"mentions": [{"username": "Hikari_Care"}]},
}
PEOPLE = {
    "users": [
        {
            "id": "9000000001",
            "username": "kakuu_yuuki",
            "name": "ゆうき",
            "public_metrics": {"followers_count": 12},
        }
    ]
}


def one(item, **body):
    (post,) = read_posts({"data": [item], **body}).posts
    return post


def test_a_post_is_read_with_its_author_and_its_text_as_written():
    post = one(POST, includes=PEOPLE)
    assert post.text == "@hikari_care A & B <3"
    assert post.posted_at == datetime(2026, 10, 1, 1, tzinfo=UTC)
    assert post.thread_x_id == "1973000000000000000"
    assert post.mentions == ("hikari_care",)
    assert post.author is not None
    assert post.author.followers == 12


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            {"referenced_tweets": [{"type": "replied_to", "id": "42"}]},
            {"referenced_posts": [{"type": "replied_to", "id": "42"}]},
        ),
        ({"note_tweet": {"text": "長い"}}, {"note_post": {"text": "長い"}}),
    ],
)
def test_the_old_and_the_new_words_say_the_same(old, new):
    first, second = one(POST | old), one(POST | new)
    assert first.in_reply_to_x_id == second.in_reply_to_x_id
    assert first.text == second.text


def test_a_quote_is_not_an_answer():
    quote = {"referenced_tweets": [{"type": "quoted", "id": "42"}]}
    assert one(POST | quote).in_reply_to_x_id == ""


def test_the_handles_x_puts_before_a_reply_are_not_part_of_what_was_written():
    typed = {"text": "@hikari_care 直りました", "display_text_range": [13, 18]}
    assert one(POST | typed).text == "直りました"
    assert one(POST | typed | {"display_text_range": "odd"}).text == "@hikari_care 直りました"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"id": None}, "id is missing"),
        ({"id": "12a"}, "id is missing"),
        ({"id": "12345678901234567890"}, "id is missing"),
        ({"author_id": None}, "author_id is missing"),
        ({"text": None}, "text is missing"),
        ({"id": "5", "created_at": "yesterday"}, "created_at is missing"),
    ],
)
def test_a_missing_required_field_is_named_and_the_rest_is_read(broken, reason):
    page = read_posts({"data": [POST | broken, POST]})
    assert len(page.posts) == 1
    assert page.unread[0].reason.startswith(reason)


def test_without_created_at_the_id_tells_the_time():
    post = one({k: v for k, v in POST.items() if k != "created_at"})
    assert post.posted_at == accepted_at(POST["id"])


@given(st.datetimes(datetime(2011, 1, 1), datetime(2090, 1, 1)))
def test_an_id_made_at_a_moment_tells_that_moment(at):
    at = at.replace(tzinfo=UTC, microsecond=at.microsecond // 1000 * 1000)
    assert accepted_at(first_id_at(at)) == at


@pytest.mark.parametrize("x_id", ["", "5", "x", "١٢"])
def test_an_id_that_is_no_snowflake_tells_no_time(x_id):
    assert accepted_at(x_id) is None


def test_direct_messages_name_both_sides_and_other_events_are_passed_over():
    body = {
        "data": [
            {
                "id": "1973000000000000001",
                "text": "番号です",
                "event_type": "MessageCreate",
                "sender_id": "7000000001",
                "dm_conversation_id": "7000000001-9000000001",
                "created_at": "2026-10-01T01:00:00Z",
            },
            {"id": "2", "event_type": "ParticipantsJoin"},
        ],
        "meta": {"next_token": "abc"},
    }
    page = read_dms(body)
    (dm,) = page.posts
    assert (dm.author_x_id, dm.recipient_x_id) == ("7000000001", "9000000001")
    assert dm.private
    assert (page.items, page.next_token) == (2, "abc")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["id", "text", "author_id", "created_at", "entities", "referenced_tweets", "note_tweet"]


@given(
    items=st.lists(JSON | st.dictionaries(st.sampled_from(FIELDS), JSON), max_size=4),
    rest=st.dictionaries(st.sampled_from(["includes", "meta"]), JSON),
)
def test_no_json_whatever_breaks_the_reading_of_a_page(items, rest):
    page = read_posts({"data": items, **rest})
    assert len(page.posts) + len(page.unread) == len(items)
    read_dms({"data": items, **rest})


def test_a_person_without_a_handle_cannot_be_read():
    with pytest.raises(Unreadable, match="username"):
        read_person({"id": "1"})
