"""What becomes a ticket: each rule, with the reason it leaves."""

from dataclasses import replace

import pytest

from support.inbox.intake import Policy, decide, matching_word, policy_from, rules_of
from support.inbox.threading import Ours, addressed, thread_of
from support.x.posts import Media
from tests.cast import HANAKO, YUUKI, post
from tests.fakes import THURSDAY

CARE, LABO = "7000000001", "7000000002"
OURS = Ours({CARE: "hikari_care", LABO: "hikari_labo"})
SAID = post(at=THURSDAY)
OTHERS = tuple(f"80000000{n:02}" for n in range(12))


def reply(to="9000000002", *, named=(), carried=(CARE,), **more):
    """A reply of ゆうき to somebody; our handle is only carried along."""
    mentioned = tuple(dict.fromkeys([*carried, *named]))
    handles = tuple(f"h{x_id}" for x_id in mentioned)
    return replace(
        SAID,
        in_reply_to_x_id="1",
        in_reply_to_user_x_id=to,
        mentions=handles,
        mention_ids=mentioned,
        named_ids=tuple(named),
        **more,
    )


def brand_post(author=HANAKO.x_id):
    return replace(SAID, x_id="1", author_x_id=author, mentions=(), mention_ids=(), named_ids=())


PASSED = {
    "a repost": (replace(SAID, reposted_x_id="1"), "repost"),
    "our own post": (replace(SAID, author_x_id=CARE), "own"),
    "another account of ours to this one": (replace(SAID, author_x_id=LABO), "other_account"),
    "a talk among others that carries us along": (reply(), "carried"),
    "going on under a post that only carried us": (
        reply(to=YUUKI.x_id, beside=(replace(reply(), x_id="1"),)),
        "carried",
    ),
    "a reply that names others only": (reply(carried=(HANAKO.x_id,)), "nobody"),
    "a quote of somebody else's post": (
        replace(brand_post(YUUKI.x_id), quoted_x_id="1", beside=(brand_post(),)),
        "nobody",
    ),
    "a campaign's hashtag": (replace(SAID, hashtags=("夏の福袋",)), "campaign"),
    "a word of the list": (replace(SAID, text="副業で稼げる方法"), "spam_word"),
    "too many people": (replace(SAID, named_ids=(CARE, *OTHERS)), "spam_mentions"),
    "too many hashtags": (replace(SAID, hashtags=tuple("abcdefghijklmnopq")), "spam_hashtags"),
    "links only": (replace(SAID, text="@hikari_care https://t.co/a #懸賞"), "spam_links"),
}
POLICY = Policy(
    campaign_hashtags=("夏の福袋",),
    spam_words=("副業*稼げる",),
    most_mentions=10,
    most_hashtags=15,
    pass_links_only=True,
)


@pytest.mark.parametrize(("said", "reason"), PASSED.values(), ids=PASSED.keys())
def test_what_is_passed_over_leaves_its_reason(said, reason):
    decided = decide(said, OURS, POLICY)
    assert (decided.taken, decided.reason) == (False, reason)


TAKEN = {
    "a mention": SAID,
    "a reply to our post without our name": reply(to=CARE, carried=()),
    "a quote of our post": replace(
        brand_post(YUUKI.x_id), quoted_x_id="1", beside=(brand_post(CARE),)
    ),
    "a quote of our post with the campaign's hashtag": replace(
        brand_post(YUUKI.x_id),
        quoted_x_id="1",
        beside=(brand_post(CARE),),
        hashtags=("夏の福袋",),
    ),
    "a name written into a reply to somebody else": reply(named=(CARE,)),
    "going on under a post of one's own": reply(to=YUUKI.x_id),
    "a picture with a link": replace(
        SAID, text="https://t.co/a", media=(Media("3_1", "photo", ""),)
    ),
    "a direct message with a campaign's hashtag": replace(
        SAID, private=True, hashtags=("夏の福袋",), recipient_x_id=CARE
    ),
    "what X showed us without saying whom it names": replace(
        SAID, mentions=(), mention_ids=(), named_ids=()
    ),
}


@pytest.mark.parametrize("said", TAKEN.values(), ids=TAKEN.keys())
def test_what_is_for_us_is_taken(said):
    assert decide(said, OURS, POLICY).taken


def test_a_muted_person_is_passed_over_in_public_and_in_private():
    for said in (SAID, replace(SAID, private=True), reply(to=CARE)):
        assert decide(said, OURS, POLICY, muted=True).reason == "muted"


def test_by_default_nothing_that_names_us_is_spam():
    for name in ("too many people", "too many hashtags", "links only"):
        assert decide(PASSED[name][0], OURS, Policy()).taken, name


def test_each_rule_can_be_switched_off():
    off = Policy(pass_carried=False)
    for name in ("a talk among others that carries us along", "links only", "too many people"):
        assert decide(PASSED[name][0], OURS, off).taken, name


def test_answers_to_us_can_be_held_to_the_rules_too():
    quoted = TAKEN["a quote of our post with the campaign's hashtag"]
    strict = replace(POLICY, answers_always=False)
    assert decide(quoted, OURS, strict).reason == "campaign"


@pytest.mark.parametrize(
    ("text", "pattern", "found"),
    [
        ("簡単に稼げる副業", "稼げる", True),
        ("ＬＩＮＥ追加してね", "line追加", True),
        ("副業で月に十万稼げる", "副業*稼げる", True),
        ("稼げる副業", "副業*稼げる", False),
        ("何でもない", "*", False),
        ("100% (本当)", "(本当)", True),
    ],
)
def test_words_and_patterns_are_found_whatever_the_width(text, pattern, found):
    assert bool(matching_word(text, [pattern])) is found


def test_a_policy_is_saved_and_read_and_survives_what_cannot_be_read():
    assert policy_from(rules_of(POLICY)) == POLICY
    assert policy_from({"spam_words": "x", "most_mentions": "many", "future": 1}) == Policy()


def test_the_author_of_what_it_answers_comes_first_then_who_is_named():
    both = replace(SAID, named_ids=(LABO, CARE), mention_ids=(CARE, LABO))
    for shown_to in (CARE, LABO):
        assert addressed(both, OURS, shown_to) == LABO
        answer = replace(both, in_reply_to_x_id="1", in_reply_to_user_x_id=CARE)
        assert addressed(answer, OURS, shown_to) == CARE
        carried = replace(both, named_ids=())
        assert addressed(carried, OURS, shown_to) == CARE


def test_a_quote_whose_author_x_did_not_send_is_known_by_the_desk():
    quote = replace(brand_post(YUUKI.x_id), quoted_x_id="77")
    known = Ours(OURS.handles, {"77": LABO})
    assert addressed(quote, known, CARE) == LABO


def test_an_edited_root_post_is_one_thread_under_each_of_its_ids():
    edited = replace(SAID, x_id="12", thread_x_id="12", history=("10", "12"))
    assert thread_of(edited) == "10"
