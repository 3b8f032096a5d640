"""What recent search finds."""

import pytest

from support.sandbox import searching
from support.sandbox.problems import Problem
from support.sandbox.world import Post, User
from tests.sandbox.stage import MORNING

DESK = User(1, "hikari_care", "ひかりケア", MORNING)
ANN = User(2, "sample_ann", "Ann", MORNING)
POST = Post(
    30, ANN.id, "My router is slow tonight、速度が遅い #光回線", "@hikari_care ", MORNING,
    conversation_id=20, in_reply_to=20, in_reply_to_user=DESK.id, mentions=(DESK,),
)  # fmt: skip

FINDS = {
    "a word": "router",
    "any case": "ROUTER",
    "a run of Japanese": "速度",
    "two words in any order": "slow router",
    "a phrase": '"router is slow"',
    "one of two": "modem OR router",
    "and binds before or": "modem cable OR router",
    "brackets": "(modem OR router) slow",
    "without": "router -modem",
    "author": "from:sample_ann",
    "author with a sign": "from:@Sample_Ann",
    "whom it answers": "to:hikari_care",
    "whom it mentions": "@Hikari_Care",
    "conversation": "conversation_id:20",
    "parent": "in_reply_to_tweet_id:20",
    "kind": "router is:reply",
    "language": "遅い lang:ja",
    "has": "slow has:mentions has:hashtags",
}
MISSES = {
    "part of a Latin word": "route",
    "phrase out of order": '"slow router"',
    "minus": "router -slow",
    "other author": "from:hikari_care",
    "other conversation": "conversation_id:30",
    "reposts do not exist": "router is:retweet",
}
REFUSED = {
    "empty": "",
    "too long": "a" * 513,
    "unknown operator": "nosuch:thing",
    "bracket open": "(router",
    "bracket close": "router)",
    "dangling or": "router OR",
}


@pytest.mark.parametrize("query", FINDS.values(), ids=FINDS.keys())
def test_finds(query: str) -> None:
    assert searching.parse(query)(searching.Found(POST, ANN, DESK))


@pytest.mark.parametrize("query", MISSES.values(), ids=MISSES.keys())
def test_passes_over(query: str) -> None:
    assert not searching.parse(query)(searching.Found(POST, ANN, DESK))


@pytest.mark.parametrize("query", REFUSED.values(), ids=REFUSED.keys())
def test_refuses(query: str) -> None:
    with pytest.raises(Problem) as refusal:
        searching.parse(query)
    assert refusal.value.status == 400
