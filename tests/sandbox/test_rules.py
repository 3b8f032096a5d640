"""Who may be replied to and who may be written to."""

from dataclasses import replace

import pytest

from support.sandbox import rules
from support.sandbox.world import Post, User, conversation_of
from tests.sandbox.stage import MORNING

DESK = User(1, "hikari_care", "ひかりケア", MORNING)
CUSTOMER = User(2, "sample", "見本", MORNING)
PLAIN = Post(10, CUSTOMER.id, "遅い", "", MORNING, 10)
SUMMONING = replace(PLAIN, mentions=(DESK,))
OWN = replace(PLAIN, id=11, author_id=DESK.id)
QUOTING = replace(PLAIN, quoted=OWN.id)

REPLIES = {
    "mentioned by the author": (SUMMONING, None, SUMMONING, None),
    "quoted by the author": (QUOTING, OWN, QUOTING, None),
    "own post": (OWN, None, PLAIN, None),
    "neither": (PLAIN, None, PLAIN, rules.NOT_SUMMONED),
    "quotes somebody else": (QUOTING, PLAIN, QUOTING, rules.NOT_SUMMONED),
    "deleted": (replace(SUMMONING, deleted=True), None, PLAIN, rules.PARENT_GONE),
    "never there": (None, None, None, rules.PARENT_GONE),
    "replies closed above": (
        SUMMONING, None, replace(PLAIN, reply_settings="mentionedUsers"), rules.REPLIES_LIMITED
    ),
}  # fmt: skip


@pytest.mark.parametrize(("parent", "quoted", "root", "why"), REPLIES.values(), ids=REPLIES.keys())
def test_a_reply_needs_a_summons(
    parent: Post | None, quoted: Post | None, root: Post | None, why: str | None
) -> None:
    author = {DESK.id: DESK, CUSTOMER.id: CUSTOMER}
    found = rules.why_no_reply(
        DESK,
        parent,
        author[parent.author_id] if parent else None,
        quoted,
        root,
        author[root.author_id] if root else None,
    )
    assert found == why


def test_a_protected_authors_post_is_not_visible() -> None:
    hidden = replace(CUSTOMER, protected=True)
    assert rules.why_no_reply(DESK, SUMMONING, hidden, None, None, None) == rules.PARENT_GONE


SETTINGS = {
    "everyone": ("everyone", False, False, True),
    "mentioned there": ("mentionedUsers", True, False, True),
    "not mentioned there": ("mentionedUsers", False, False, False),
    "followed by the author": ("following", False, True, True),
    "not followed": ("following", False, False, False),
    "subscribers only": ("subscribers", False, False, False),
    "verified only": ("verified", False, False, False),
    "closed to all": ("other", True, True, False),
}


@pytest.mark.parametrize(
    ("setting", "mentioned", "follows", "open_"), SETTINGS.values(), ids=SETTINGS.keys()
)
def test_reply_settings_of_the_first_post_rule_the_thread(
    setting: str, mentioned: bool, follows: bool, open_: bool
) -> None:
    root = replace(SUMMONING if mentioned else PLAIN, reply_settings=setting)
    assert rules.lets_reply(DESK, root, replace(CUSTOMER, follows_us=follows)) is open_


@pytest.mark.parametrize(
    ("accepts", "follows", "wrote", "open_"),
    [(0, 0, 0, False), (1, 0, 0, True), (0, 1, 0, True), (0, 0, 1, True)],
    ids=["closed", "open to all", "follows us", "wrote first"],
)
def test_a_dm_needs_an_open_door(accepts: int, follows: int, wrote: int, open_: bool) -> None:
    person = replace(CUSTOMER, accepts_dms=bool(accepts), follows_us=bool(follows))
    assert rules.receives_dm(person, bool(wrote)) is open_


def test_a_conversation_is_named_by_numbers_not_by_letters() -> None:
    assert conversation_of(1000, 99) == conversation_of(99, 1000) == "99-1000"
