"""Whether a post can be answered, and what decides it: X's rules as a table."""

from datetime import UTC, datetime

import pytest

from support.x.eligibility import SENTENCES, Ours, Way, Why, may_reply
from support.x.payloads import Included, post_of
from support.x.posts import Person, Post

AT = datetime(2026, 10, 1, 1, tzinfo=UTC)
OURS = Ours("7000000001", "hikari_care")
MINE = Post("500", OURS.x_id, "", AT, "500")
THEIRS = Post("500", "9000000009", "", AT, "500")
LOCKED = Person("9000000001", "kakuu_yuuki", "ゆうき", protected=True)
HIDDEN = {"mention_ids": (OURS.x_id,), "mentions": ("hikari_care",)}
NAMED = {**HIDDEN, "named_ids": (OURS.x_id,)}


def post(**values):
    known = {"x_id": "900", "author_x_id": "9000000001", "text": "遅いです", "thread_x_id": "900"}
    return Post(**{**known, "posted_at": AT, **values})


RULES = {
    "mentions us": (post(**NAMED), "", Way.API, Why.MENTIONED),
    "names us in words X made no entity of": (
        post(text="＠HIKARI_CARE 遅い"),
        "",
        Way.API,
        Why.MENTIONED,
    ),
    "names an account that only begins like ours": (
        post(text="@hikari_care2 遅い"),
        "",
        Way.BY_HAND,
        Why.NOT_SUMMONED,
    ),
    "an address is no mention": (
        post(text="mail@hikari_care.example"),
        "",
        Way.BY_HAND,
        Why.NOT_SUMMONED,
    ),
    "carries us in the prefix": (post(**HIDDEN), "", Way.API, Why.CARRIED),
    "answers us but has unticked us": (
        post(in_reply_to_user_x_id=OURS.x_id, in_reply_to_x_id="500"),
        "",
        Way.BY_HAND,
        Why.NOT_SUMMONED,
    ),
    "quotes us": (post(quoted_x_id="500", beside=(MINE,)), "", Way.API, Why.QUOTED),
    "quotes somebody else": (
        post(quoted_x_id="500", beside=(THEIRS,)),
        "",
        Way.BY_HAND,
        Why.NOT_SUMMONED,
    ),
    "quotes a post we do not know": (post(quoted_x_id="500"), "", Way.API, Why.UNKNOWN),
    "answers a post of ours, which stands beside it": (
        post(in_reply_to_x_id="500", beside=(MINE,)),
        "",
        Way.BY_HAND,
        Why.NOT_SUMMONED,
    ),
    "is our own": (post(author_x_id=OURS.x_id), "", Way.API, Why.OWN),
    "complains without naming us": (post(), "", Way.BY_HAND, Why.NOT_SUMMONED),
    "lets mentioned people reply, us too": (
        post(**NAMED, reply_settings="mentionedUsers"),
        "",
        Way.API,
        Why.MENTIONED,
    ),
    "lets mentioned people reply, not us": (
        post(reply_settings="mentionedUsers"),
        "",
        Way.NO,
        Why.ONLY_MENTIONED,
    ),
    "quotes us and lets mentioned people reply": (
        post(quoted_x_id="500", beside=(MINE,), reply_settings="mentionedUsers"),
        "",
        Way.NO,
        Why.ONLY_MENTIONED,
    ),
    "lets those it follows reply": (
        post(reply_settings="following"),
        "",
        Way.BY_HAND,
        Why.LIMITED,
    ),
    "lets verified people reply": (post(reply_settings="verified"), "", Way.BY_HAND, Why.LIMITED),
    "is by somebody protected": (post(**NAMED, author=LOCKED), "", Way.NO, Why.PROTECTED),
    "became protected": (post(**NAMED), "protected", Way.NO, Why.PROTECTED),
    "was deleted": (post(**NAMED), "deleted", Way.NO, Why.GONE),
    "is by somebody suspended": (post(**NAMED), "suspended", Way.NO, Why.GONE),
    "is a direct message": (post(private=True), "", Way.API, Why.PRIVATE),
    "is an encrypted message": (post(private=True, encrypted=True), "", Way.NO, Why.ENCRYPTED),
    "is a direct message that is gone": (post(private=True), "deleted", Way.NO, Why.GONE),
}


@pytest.mark.parametrize(("said", "gone", "way", "why"), RULES.values(), ids=RULES.keys())
def test_a_post_that(said, gone, way, why):
    verdict = may_reply(said, OURS, "self_serve", gone=gone)
    assert (verdict.way, verdict.why) == (way, why)


ON_ENTERPRISE = {
    "complains without naming us": (post(), Way.API, Why.ENTERPRISE),
    "mentions us": (post(**NAMED), Way.API, Why.MENTIONED),
    "lets mentioned people reply, not us": (
        post(reply_settings="mentionedUsers"),
        Way.NO,
        Why.ONLY_MENTIONED,
    ),
    "is by somebody protected": (post(author=LOCKED), Way.NO, Why.PROTECTED),
}


@pytest.mark.parametrize(("said", "way", "why"), ON_ENTERPRISE.values(), ids=ON_ENTERPRISE.keys())
def test_on_enterprise_the_rule_of_mentions_falls_and_the_others_stand(said, way, why):
    verdict = may_reply(said, OURS, "enterprise")
    assert (verdict.way, verdict.why) == (way, why)


@pytest.mark.parametrize("why", Why)
def test_every_reason_is_a_sentence_for_agents(why):
    assert SENTENCES[why].endswith("。")


RAW = {
    "id": "900",
    "author_id": "9000000001",
    "text": "@hikari_care @kakuu_hanako 遅いです",
    "created_at": "2026-10-01T01:00:00.000Z",
    "display_text_range": [13, 31],
    "entities": {
        "mentions": [
            {"start": 0, "end": 12, "username": "hikari_care", "id": OURS.x_id},
            {"start": 13, "end": 26, "username": "kakuu_hanako", "id": "9000000002"},
        ]
    },
}


def test_xs_own_json_tells_what_was_written_from_what_was_carried_along():
    carried = post_of(RAW, Included())
    assert may_reply(carried, OURS, "self_serve").why is Why.CARRIED
    written = post_of({**RAW, "display_text_range": [0, 31]}, Included())
    assert may_reply(written, OURS, "self_serve").why is Why.MENTIONED
