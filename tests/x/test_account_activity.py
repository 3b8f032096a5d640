"""The older push API, while X still has it: its words of version 1.1 give the same messages."""

from support.x.events import read_event
from support.x.payloads import read_posts
from tests.x import pushed
from tests.x.pushed import DESK, YUUKI


def read(value):
    return read_event(pushed.body(value))


def one(status):
    (post,) = read(pushed.account_activity("tweet_create_events", status)).posts
    return post


def test_a_post_of_version_1_1_reads_as_the_one_x_lists_in_version_2():
    old = one(pushed.status())
    item = pushed.post_item(in_reply_to_user_id=None)
    (new,) = read_posts({"data": [item], "includes": {"users": [pushed.person(YUUKI)]}}).posts
    for name in ("x_id", "author_x_id", "text", "posted_at", "thread_x_id", "language"):
        assert getattr(old, name) == getattr(new, name), name
    for name in ("mentions", "mention_ids", "named_ids", "hashtags", "history"):
        assert getattr(old, name) == getattr(new, name), name
    assert (old.author.username, old.author.followers) == ("kakuu_yuuki", 1284)


def test_a_long_post_is_whole_with_the_entities_of_the_whole():
    whole = "@hikari_care " + "とても長い話です。" * 40
    named = {"screen_name": "hikari_care", "id_str": DESK, "indices": [0, 12]}
    extended = {
        "full_text": whole,
        "display_text_range": [0, len(whole)],
        "entities": {"user_mentions": [named], "hashtags": [{"text": "回線", "indices": [1, 2]}]},
    }
    post = one(pushed.status("@hikari_care とても…", truncated=True, extended_tweet=extended))
    assert post.text == whole
    assert (post.named_ids, post.hashtags) == ((DESK,), ("回線",))


def test_an_answer_knows_what_it_answers_and_leaves_its_thread_open():
    post = one(pushed.status(answers="1973000000000000001"))
    assert (post.in_reply_to_x_id, post.thread_x_id) == ("1973000000000000001", "")
    assert post.in_reply_to_user_x_id == DESK


def test_the_prefix_of_an_answer_is_no_word_of_the_author():
    post = one(pushed.status("@hikari_care 直りました", answers="1", display_text_range=[13, 18]))
    assert (post.text, post.mention_ids, post.named_ids) == ("直りました", (DESK,), ())


def test_quotes_and_reposts_carry_the_post_they_are_of():
    ours = pushed.status("お知らせです", number=7)
    quoting = one(pushed.status("こう言われた", quoted_status=ours, is_quote_status=True))
    assert quoting.quoted_x_id == ours["id_str"]
    assert [post.x_id for post in quoting.beside] == [ours["id_str"]]
    assert one(pushed.status("RT", retweeted_status=ours)).reposted_x_id == ours["id_str"]


def test_pictures_and_films_are_named_by_their_keys():
    film = {
        "id_str": "77",
        "type": "video",
        "media_url_https": "https://pbs.x.example/77.jpg",
        "video_info": {
            "variants": [
                {"content_type": "application/x-mpegURL", "url": "https://v.x.example/77.m3u8"},
                {"content_type": "video/mp4", "bitrate": 832000, "url": "https://v.x.example/l"},
                {"content_type": "video/mp4", "bitrate": 2176000, "url": "https://v.x.example/h"},
            ]
        },
    }
    picture = {"id_str": "78", "type": "photo", "media_url_https": "https://pbs.x.example/78.jpg"}
    post = one(pushed.status(extended_entities={"media": [film, picture]}))
    assert [(m.key, m.url) for m in post.media] == [
        ("7_77", "https://v.x.example/h"),
        ("3_78", "https://pbs.x.example/78.jpg"),
    ]
    assert post.media[0].preview_url == film["media_url_https"]


def test_one_item_that_cannot_be_read_keeps_out_no_other():
    event = read(pushed.account_activity("tweet_create_events", {"id_str": "1"}, pushed.status()))
    assert (len(event.posts), len(event.unread)) == (1, 1)
    assert "author_id" in event.unread[0].reason


def test_messages_come_with_people_of_version_1_1():
    users = {YUUKI["id"]: pushed.v1_user()}
    event = read(
        pushed.account_activity("direct_message_events", pushed.dm_event("住所です"), users=users)
    )
    (post,) = event.posts
    assert (post.private, post.author.username) == (True, "kakuu_yuuki")
    assert post.thread_x_id == f"{DESK}-{YUUKI['id']}"


def test_deletions_and_revocations_are_told_there_too():
    gone = {"status": {"id": "1973000000000000001", "user_id": DESK}, "timestamp_ms": "1"}
    assert read(pushed.account_activity("tweet_delete_events", gone)).deleted == (
        "1973000000000000001",
    )
    revoke = {"date_time": "x", "target": {"app_id": "1"}, "source": {"user_id": DESK}}
    event = read({"user_event": {"revoke": revoke}})
    assert (event.kind, event.revoked_x_id) == ("user_event.revoke", DESK)


def test_signs_of_life_are_passed_over_and_novelties_named():
    typing = read(pushed.account_activity("direct_message_indicate_typing_events", {}))
    assert (typing.known, typing.posts) == (True, ())
    replayed = read({"replay_job_status": {"job_state": "Complete"}})
    assert replayed.known
    novelty = read(pushed.account_activity("hologram_events", {}))
    assert (novelty.known, novelty.kind) == (False, "hologram_events")
