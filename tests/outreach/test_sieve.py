"""Which posts a listening keeps."""

from dataclasses import replace

import pytest

from support.outreach.sieve import Memory, Passed, why_not
from support.x.posts import Person
from tests.cast import YUUKI, post
from tests.fakes import THURSDAY

STRANGER = replace(post("ひかり回線が遅い", at=THURSDAY), mentions=(), mention_ids=(), named_ids=())
NOTHING = Memory({"7000000001": "hikari_care"}, (), (), (), ("sora_hikari",))

PASSED = {
    "ours": (replace(STRANGER, author_x_id="7000000001"), NOTHING, Passed.OWN),
    "a repost": (replace(STRANGER, reposted_x_id="1"), NOTHING, Passed.REPOST),
    "a message": (STRANGER, replace(NOTHING, messages={STRANGER.x_id}), Passed.KNOWN),
    "a version of one": (
        replace(STRANGER, history=("1", STRANGER.x_id)),
        replace(NOTHING, messages={"1"}),
        Passed.KNOWN,
    ),
    "they want nothing": (STRANGER, replace(NOTHING, unwanted={YUUKI.x_id}), Passed.UNWANTED),
    "taken back": (STRANGER, replace(NOTHING, gone={STRANGER.x_id}), Passed.TAKEN_BACK),
    "a competitor": (
        replace(STRANGER, author=Person("5", "Sora_Hikari", "そら")),
        NOTHING,
        Passed.RIVAL,
    ),
    "protected": (
        replace(STRANGER, author=replace(YUUKI, protected=True)),
        NOTHING,
        Passed.PROTECTED,
    ),
    "mentions us": (post(at=THURSDAY), NOTHING, Passed.TO_US),
    "mentions us by handle only": (
        replace(STRANGER, mentions=("hikari_care",)),
        NOTHING,
        Passed.TO_US,
    ),
    "answers us": (
        replace(STRANGER, in_reply_to_user_x_id="7000000001"),
        NOTHING,
        Passed.TO_US,
    ),
}


@pytest.mark.parametrize(("said", "memory", "why"), PASSED.values(), ids=PASSED.keys())
def test_passed_over(said, memory, why):
    assert why_not(said, memory) is why


def test_a_stranger_in_trouble_is_kept():
    assert why_not(STRANGER, NOTHING) is None
    assert why_not(replace(STRANGER, author=None), NOTHING) is None
