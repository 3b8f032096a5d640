"""tweepy, which knows nothing of us, walks the sandbox as it walks X."""

from urllib.parse import urlsplit, urlunsplit

import pytest
import requests
import tweepy

from tests.machinery.sandbox import HANDLE, running_sandbox

X = "https://api.twitter.com"
"""What tweepy has written into itself."""


class Home(requests.adapters.HTTPAdapter):
    """Takes what is meant for X to the sandbox."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__()

    def send(self, request, **how):
        there = urlsplit(request.url)
        request.url = self.url + urlunsplit(("", "", there.path, there.query, ""))
        return super().send(request, **how)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with running_sandbox(tmp_path_factory.mktemp("strangers")) as running:
        yield running


@pytest.fixture
def stranger(sandbox):
    client = tweepy.Client(f"sandbox-{HANDLE}")
    client.session.mount(X, Home(sandbox.url))
    return client


def test_tweepy_reads_mentions_and_searches(sandbox, stranger):
    asked = sandbox.post(f"@{HANDLE} 明細はどこで見られますか", by="tabi_suki")
    me = stranger.get_user(username=HANDLE).data
    page = stranger.get_users_mentions(me.id, expansions="author_id", tweet_fields=["entities"])
    assert asked in {str(post.id) for post in page.data}
    assert "tabi_suki" in {user.username for user in page.includes["users"]}
    found = stranger.search_recent_tweets("明細はどこで")
    assert [str(post.id) for post in found.data] == [asked]


def test_tweepy_posts_a_reply_and_deletes_it(sandbox, stranger):
    asked = sandbox.post(f"@{HANDLE} 解約したい", by="tabi_suki")
    answer = stranger.create_tweet(
        text="ご案内いたします。", in_reply_to_tweet_id=asked, user_auth=False
    )
    assert answer.data["id"] in {sent["id"] for sent in sandbox.sent()["posts"]}
    assert stranger.delete_tweet(answer.data["id"], user_auth=False).data == {"deleted": True}
    assert stranger.get_tweet(answer.data["id"]).errors[0]["title"] == "Not Found Error"


def test_tweepy_sends_and_reads_direct_messages(sandbox, stranger):
    sandbox.message("こっそり質問です", by="tabi_suki")
    person = stranger.get_user(username="tabi_suki").data
    sent = stranger.create_direct_message(
        participant_id=person.id, text="お返事です", user_auth=False
    )
    events = stranger.get_direct_message_events(user_auth=False).data
    assert [event.text for event in events] == ["お返事です", "こっそり質問です"]
    assert sent.data["dm_event_id"] == str(events[0].id)


def test_tweepy_understands_a_refusal(sandbox, stranger):
    unasked = sandbox.post("つながらない", by="tabi_suki")
    with pytest.raises(tweepy.Forbidden) as refused:
        stranger.create_tweet(text="お困りですか", in_reply_to_tweet_id=unasked, user_auth=False)
    assert "not allowed" in str(refused.value)
