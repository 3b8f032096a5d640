"""What X pushes reads as what X lists: the same ids, words, threads and people."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.x.events import read_event
from support.x.happenings import Event
from support.x.payloads import read_dms, read_posts
from support.x.posts import Unreadable
from tests.fakes import THURSDAY, snowflake
from tests.x import pushed
from tests.x.pushed import DESK, YUUKI


def read(value) -> Event:
    return read_event(pushed.body(value))


def one(value):
    (post,) = read(value).posts
    return post


@pytest.mark.parametrize(
    "kind", ["post.create", "post.mention.create", "post.reply.create", "post.quote.create"]
)
def test_a_pushed_post_is_the_post_x_lists(kind):
    item = pushed.post_item("@hikari_care A &amp; B #回線", answers="1973000000000000001")
    includes = {"users": [pushed.person(YUUKI)]}
    event = read(pushed.activity(kind, item, includes=includes))
    assert (event.kind, event.for_x_id, event.known) == (kind, DESK, True)
    assert event.posts == read_posts({"data": [item], "includes": includes}).posts
    assert event.posts[0].text == "@hikari_care A & B #回線"


def test_a_post_in_the_new_words_reads_the_same():
    note = {"note_tweet": {"text": "全文です"}}
    old = pushed.post_item("途中で切れた…", answers="1973000000000000001", **note)
    new = {k: v for k, v in old.items() if k not in ("note_tweet", "referenced_tweets")}
    new |= {"note_post": {"text": "全文です"}, "edit_history_post_ids": [old["id"]]}
    new["referenced_posts"] = old["referenced_tweets"]
    del new["edit_history_tweet_ids"], new["in_reply_to_tweet_id"]
    first, second = (one(pushed.activity("post.mention.create", item)) for item in (old, new))
    assert first.text == second.text == "全文です"
    assert first.in_reply_to_x_id == second.in_reply_to_x_id == "1973000000000000001"


def test_what_a_post_answers_is_read_where_only_its_short_form_is_there():
    item = pushed.post_item(answers="1973000000000000001")
    del item["referenced_tweets"]
    assert one(pushed.activity("post.reply.create", item)).in_reply_to_x_id == "1973000000000000001"


def test_the_quoted_post_is_taken_from_beside():
    ours = pushed.post_item("お知らせです", by=DESK, number=1)
    quoting = pushed.post_item("こう言われました", number=2)
    quoting["referenced_tweets"] = [{"type": "quoted", "id": ours["id"]}]
    event = pushed.activity("post.quote.create", quoting, includes={"tweets": [ours]})
    assert [post.x_id for post in one(event).beside] == [ours["id"]]


def test_users_wrapped_in_an_object_of_their_own_are_read_too():
    wrapped = {"users": [{"data": pushed.person(YUUKI)}]}
    event = pushed.activity("post.mention.create", pushed.post_item(), includes=wrapped)
    assert one(event).author.username == "kakuu_yuuki"


def test_a_pushed_message_is_the_message_x_lists():
    pushed_one = one(pushed.dm("住所はA&Bです"))
    x_id = snowflake(THURSDAY)
    listed = {
        "id": x_id,
        "event_type": "MessageCreate",
        "text": "住所はA&Bです",
        "sender_id": YUUKI["id"],
        "dm_conversation_id": f"{DESK}-{YUUKI['id']}",
        "created_at": "2026-10-01T01:00:00.000Z",
    }
    (listed_one,) = read_dms({"data": [listed]}).posts
    for name in ("x_id", "text", "author_x_id", "thread_x_id", "recipient_x_id", "posted_at"):
        assert getattr(pushed_one, name) == getattr(listed_one, name), name
    assert pushed_one.private
    assert pushed_one.author.username == "kakuu_yuuki"


def test_our_own_message_names_whom_it_went_to():
    event = pushed.dm_event("承りました", by=DESK, to=YUUKI["id"])
    ours = one(pushed.activity("dm.sent", {"direct_message_events": [event], "users": {}}))
    assert (ours.author_x_id, ours.recipient_x_id) == (DESK, YUUKI["id"])
    assert ours.thread_x_id == f"{DESK}-{YUUKI['id']}"


def test_a_message_carries_its_picture_under_the_key_x_lists_it_by():
    event = pushed.dm_event("写真です https://t.co/x")
    picture = {"id_str": "55", "type": "photo", "media_url_https": "https://ton.x.example/55.jpg"}
    event["message_create"]["message_data"]["attachment"] = {"type": "media", "media": picture}
    (media,) = one(
        pushed.activity("dm.received", {"direct_message_events": [event], "users": {}})
    ).media
    assert (media.key, media.kind, media.url) == ("3_55", "photo", picture["media_url_https"])


def test_of_an_encrypted_message_only_that_it_came_is_kept():
    post = one(pushed.chat())
    assert (post.private, post.encrypted, post.text) == (True, True, "")
    assert post.posted_at == THURSDAY
    assert (post.author_x_id, post.recipient_x_id) == (YUUKI["id"], DESK)
    assert post.thread_x_id == f"{DESK}-{YUUKI['id']}"
    assert "encoded_event" not in json.dumps(dict(post.raw))


def test_an_encrypted_message_has_one_number_however_often_it_comes():
    first, again, other = (one(pushed.chat(name)) for name in ("a-1", "a-1", "a-2"))
    assert first.x_id == again.x_id != other.x_id
    assert first.x_id.isdigit()
    assert len(first.x_id) <= 19
    assert int(first.x_id) >> 22 == int(snowflake(THURSDAY)) >> 22, "it sorts by its moment"


def test_a_deletion_names_the_post_and_a_revocation_the_account():
    assert read(pushed.deletion("1973000000000000001")).deleted == ("1973000000000000001",)
    event = read(pushed.revocation())
    assert (event.revoked_x_id, event.for_x_id) == (DESK, DESK)


@pytest.mark.parametrize("kind", ["dm.read", "dm.indicate_typing"])
def test_what_the_desk_has_no_use_for_is_known_all_the_same(kind):
    assert read(pushed.activity(kind, {})) == Event(kind, DESK)


def test_an_unknown_kind_is_named_and_not_read():
    event = read(pushed.activity("post.hologram.create", {"id": {}}))
    assert (event.kind, event.known, event.posts) == ("post.hologram.create", False, ())


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a JSON object"),
        (b"{}", "not a JSON object"),
        (b'{"data": {"payload": {}}}', "event_type"),
        (pushed.body(pushed.activity("post.create", None)), "not a JSON object"),
        (pushed.body(pushed.activity("post.create", {"id": "1"})), "author_id"),
        (pushed.body(pushed.activity("dm.received", {})), "direct_message_events"),
        (pushed.body(pushed.activity("post.delete", {"id": "x"})), "id"),
        (pushed.body(pushed.activity("chat.received", {"sender_id": "1"})), "conversation_id"),
        (pushed.body(pushed.activity("oauth.revoke", {})), "user_id"),
    ],
)
def test_what_cannot_be_read_says_why(value, words):
    with pytest.raises(Unreadable, match=words):
        read_event(value)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3)
    ),
    max_leaves=8,
)
BODIES = [
    pushed.mention(),
    pushed.dm(),
    pushed.chat(),
    pushed.deletion("1973000000000000001"),
    pushed.revocation(),
    pushed.account_activity("tweet_create_events", pushed.status()),
    pushed.account_activity("direct_message_events", pushed.dm_event("x"), users={}),
]


@given(st.sampled_from(BODIES), st.randoms(use_true_random=False), ANYTHING)
def test_whatever_stands_in_a_body_it_is_read_or_named_unreadable(whole, random, anything):
    damaged = json.loads(json.dumps(whole))
    place = damaged
    while isinstance(place, dict | list) and place:
        key = random.choice(list(place) if isinstance(place, dict) else range(len(place)))
        if not isinstance(place[key], dict | list) or random.random() < 0.3:
            place[key] = anything
            break
        place = place[key]
    try:
        event = read_event(json.dumps(damaged).encode())
    except Unreadable:
        return
    assert all(post.x_id.isdigit() and int(post.x_id) >= 0 for post in event.posts)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_named_unreadable(content):
    with pytest.raises(Unreadable):
        read_event(b"\x00" + content)
