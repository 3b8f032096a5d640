"""The demo story holds together: who says what to whom, and in which form."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from support.x.text import DM_LIMIT, POST_LIMIT, url_spans, weighted_length
from tests.demo.story import (
    BY_KEY,
    CONVERSATIONS,
    CUSTOMERS,
    STORY,
    TEAM,
    Row,
    all_text,
    events,
    owed,
    posted,
    state,
)

HANDLE = "@hikari_care"
SIGNATURE_ROOM = 30
"""Weighted characters kept free for a signature such as （佐藤）or 担当:佐藤."""

FIELDS: dict[str, tuple[set[str], set[str]]] = {
    "says": ({"text"}, set()),
    "replies": ({"text"}, {"outcome", "reason"}),
    "note": ({"text"}, set()),
    "assign": ({"to"}, set()),
    "tag": ({"add"}, set()),
    "snooze": ({"reason", "until"}, set()),
    "resolve": (set(), {"no_reply_needed"}),
}
"""What an event of each kind must and may hold besides at, who and kind."""


@pytest.mark.parametrize("rows", ["team", "customers", "conversations"])
def test_every_key_is_used_once(rows: str) -> None:
    keys = Counter(row["key"] for row in STORY[rows])
    assert [key for key, times in keys.items() if times > 1] == []


def test_nobody_is_both_customer_and_colleague() -> None:
    assert not CUSTOMERS.keys() & TEAM.keys()


def test_conversations_name_people_and_tags_that_exist() -> None:
    for row in CONVERSATIONS:
        assert row["customer"] in CUSTOMERS, row["key"]
        assert row.get("assignee", "sato") in TEAM, row["key"]
        assert set(row["tags"]) <= set(STORY["tags"]), row["key"]
        assert row["channel"] in ("public", "dm"), row["key"]
        assert row["subject"], row["key"]
    for row in STORY["customers"]:
        assert row.get("note", {"by": "sato"})["by"] in TEAM, row["key"]


def test_every_tag_and_every_customer_appears() -> None:
    assert {tag for row in CONVERSATIONS for tag in row["tags"]} == set(STORY["tags"])
    assert {row["customer"] for row in CONVERSATIONS} == CUSTOMERS.keys()


def test_events_hold_what_their_kind_asks_for() -> None:
    for row, event in events():
        must, may = FIELDS[event["kind"]]
        held = event.keys() - {"at", "who", "kind"}
        assert must <= held <= must | may, (row["key"], event)


def test_customers_speak_and_colleagues_do_the_rest() -> None:
    for row, event in events():
        outside = event["who"] == "customer" or event["who"] in CUSTOMERS
        assert outside == (event["kind"] == "says"), (row["key"], event)
        assert outside or event["who"] in TEAM, (row["key"], event)
        assert event["who"] != row["customer"], "the conversation's customer is 'customer'"


def test_third_parties_speak_in_public_only_and_never_first() -> None:
    third = [(row, event) for row, event in events(kind="says") if event["who"] in CUSTOMERS]
    assert third
    for row, event in third:
        assert row["channel"] == "public"
        assert event is not row["events"][0]
        assert HANDLE not in event["text"], "a mention would be a ticket of its own"


def test_changes_of_hands_and_tags_agree_with_the_end() -> None:
    for row, event in events(kind="tag"):
        assert set(event["add"]) <= set(row["tags"]), row["key"]
    for row in CONVERSATIONS:
        hands = [event["to"] for event in row["events"] if event["kind"] == "assign"]
        assert hands[-1:] in ([], [row.get("assignee")]), row["key"]


def test_hand_offs_lead_from_public_to_the_same_customers_dm() -> None:
    linked = [row for row in CONVERSATIONS if "linked_to" in row]
    assert len(linked) >= 5
    for row in linked:
        origin = BY_KEY[row["linked_to"]]
        assert (row["channel"], origin["channel"]) == ("dm", "public")
        assert row["customer"] == origin["customer"]


def test_a_customer_has_one_dm_conversation() -> None:
    owners = Counter(row["customer"] for row in CONVERSATIONS if row["channel"] == "dm")
    assert max(owners.values()) == 1


def test_the_queue_shows_every_state_in_true_to_life_numbers() -> None:
    states = Counter(map(state, CONVERSATIONS))
    open_ones = {"new": 8, "waiting": 9, "came back": 6, "held": 4, "stuck": 2}
    assert states == open_ones | {"resolved": len(CONVERSATIONS) - sum(open_ones.values())}
    assert states["resolved"] >= 25


def test_the_special_cases_are_there() -> None:
    assert sum(row["channel"] == "dm" and "linked_to" not in row for row in CONVERSATIONS) == 8
    assert {event.get("outcome") for _, event in events(kind="replies")} >= {"unknown", "rejected"}
    assert sum(row.get("language") == "en" for row in STORY["customers"]) == 2
    reopened = [row for row, _ in events(kind="resolve") if row["events"][-1]["kind"] != "resolve"]
    assert reopened
    assert any(len(list(resolutions(row))) == 2 for row in CONVERSATIONS)


def resolutions(row: Row) -> Iterator[Row]:
    return (event for event in row["events"] if event["kind"] == "resolve")


def test_a_refused_reply_says_why_and_no_other_does() -> None:
    for row, event in events(kind="replies"):
        assert (event.get("outcome") == "rejected") == ("reason" in event), row["key"]


def test_a_reply_answers_somebody_and_a_resolution_leaves_nobody_unanswered_by_mistake() -> None:
    for row in CONVERSATIONS:
        waiting = False
        for event in row["events"]:
            if event["kind"] == "replies":
                assert waiting, (row["key"], event["at"], "answers nothing")
            if event["kind"] == "resolve":
                assert event.get("no_reply_needed", False) == waiting, (row["key"], event["at"])
            waiting = owed(event) or (waiting and not posted(event) and event["kind"] != "resolve")


def test_a_conversation_starts_with_its_customer_mentioning_us() -> None:
    for row in CONVERSATIONS:
        first = row["events"][0]
        assert owed(first), row["key"]
        mention = re.search(rf"(?<![\w@]){HANDLE}(?!\w)", first["text"], re.ASCII)
        assert bool(mention) == (row["channel"] == "public"), row["key"]


def test_public_replies_fit_one_post_with_a_signature_except_one() -> None:
    weights = {
        event["text"]: weighted_length(event["text"])
        for _, event in events(kind="replies", channel="public")
    }
    assert [text for text, weight in weights.items() if weight > POST_LIMIT] == [
        BY_KEY["shop-two-networks"]["events"][1]["text"]
    ]
    assert sum(weight > POST_LIMIT - SIGNATURE_ROOM for weight in weights.values()) == 1
    assert max(weights.values()) < 2 * (POST_LIMIT - SIGNATURE_ROOM), "two parts are enough"


def test_customers_posts_fit_except_one_long_post() -> None:
    long = [
        row["key"]
        for row, event in events(kind="says", channel="public")
        if weighted_length(event["text"]) > POST_LIMIT
    ]
    assert long == ["ten-giga-long-question"]
    assert all(len(event["text"]) <= DM_LIMIT for _, event in events(channel="dm", kind="says"))


def test_no_two_replies_are_word_for_word_the_same() -> None:
    texts = Counter(event["text"] for _, event in events(kind="replies"))
    assert max(texts.values()) == 1


def test_replies_carry_no_signature_and_no_link() -> None:
    for row, event in events(kind="replies"):
        assert not re.search(r"[\^＾]|担当[:：]|[（(]\w{1,4}[)）]$", event["text"]), row["key"]
        assert url_spans(event["text"]) == [], row["key"]


def test_notes_call_colleagues_by_their_family_name() -> None:
    names = {row["family_name"] for row in TEAM.values()}
    called = [
        name for _, event in events(kind="note") for name in re.findall(r"@(\w{2})", event["text"])
    ]
    assert called
    assert set(called) <= names


def test_contract_numbers_are_invented_and_private() -> None:
    for row, event in events(kind="says"):
        numbers = re.findall(r"HK-\S{4}-\d{4}", event["text"])
        assert all(number.startswith("HK-0000-") for number in numbers), row["key"]
        assert not numbers or row["channel"] == "dm", row["key"]


def test_usernames_are_valid_on_x_and_plainly_invented() -> None:
    names = [row["username"] for row in STORY["customers"]]
    assert len(set(names)) == len(names)
    for name in names:
        assert re.fullmatch(r"[A-Za-z0-9_]{4,15}", name), name
        assert re.match(r"(sample|mihon|kakuu|dummy|reidai)_", name), name


def test_profiles_are_complete() -> None:
    for row in STORY["customers"]:
        assert all([row["name"], row["bio"], row["followers"] > 0]), row["key"]
        assert 2006 <= row["joined"] <= 2025, row["key"]


BRANDS = (
    r"ソフトバンク|ドコモ|楽天|ニフティ|ビッグローブ|ソネット|ケイオプ|コミュファ|ワイモバイル|フレッツ|"
    r"ユーチューブ|ネトフリ|アマゾン|グーグル|アップル|ニンテンドー|任天堂|プレステ|ツイッター|"
    r"(?i:\b(?:softbank|docomo|au|ntt|kddi|uq|nuro|sony|jcom|biglobe|nifty|ocn|rakuten|youtube|netflix|"
    r"amazon|google|apple|iphone|android|zoom|teams|switch|ps[45]|line|paypay|twitter|windows|mac)\b)"
)


def test_no_real_company_is_named() -> None:
    prose = [event["text"] for _, event in events() if "text" in event]
    prose += [row["name"] + row["bio"] for row in STORY["customers"]]
    assert [text for text in prose if re.search(BRANDS, text, re.ASCII)] == []


def test_no_phone_number_and_no_mail_address() -> None:
    assert re.findall(r"\b0\d{1,4}-\d{1,4}-\d{3,4}\b|\b0\d{9,10}\b|\w@\w+\.\w", all_text()) == []
