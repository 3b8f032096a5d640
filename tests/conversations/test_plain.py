"""Strangers' words on our pages: nothing moves, hides or imitates; honest words stay."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from support.conversations.plain import _ORDINARY, LONGEST_NAME, MOST_MARKS, plain, plain_name

TURNING = [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A)), "\u200e", "\u061c"]
UNSEEN = ["\u200b", "\u2060", "\ufeff", "\u00ad", "\u3164", "\u115f", "\uffa0", "\ufffc"]
TAGS = [chr(0xE0000 + ord(sign)) for sign in "gbeng"] + ["\U000e007f"]
NASTY = [*TURNING, *UNSEEN, *TAGS, "\u0301", "\u0489", "\u20dd", "\u200d", "\u200c", "\ufe0f"]
NASTY += ["\ud83d", "\udc00", "\x00", "\x1b", "\r", "\u2028", "\x85", "\u2800", "✔", "\U0001f3f4"]
hostile = st.text(st.one_of(st.sampled_from(NASTY), st.characters(), st.sampled_from("aあ葛👩 \n")))

HONEST = [
    "ゆうき＠在宅勤務",
    "葛\U000e0100飾区の佐藤です。",
    "👩‍💻が👨‍👩‍👧と❤️、1️⃣番",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "👍🏽 🇯🇵",
    "か\u3099き\u3099",
    "สวัสดีค่ะ ที่นี่",
    "مرحبا، كيف الحال",
    "नमस्ते क्‍ष",
    "Tiếng Việt é\u0323",
    "<b>&amp;</b>\n\t二行目",
]


@pytest.mark.parametrize("text", HONEST)
def test_what_people_write_stays_as_it_is(text):
    assert plain(text) == text


@pytest.mark.parametrize("sign", [*TURNING, *UNSEEN, *TAGS, "\x00", "\x1b", "\x7f"])
def test_what_turns_or_is_not_seen_is_left_out(sign):
    assert plain(f"振{sign}込") == "振込"


@given(hostile)
@example("a" + "\u0301" * 4 + "\u200d" + "\u0301" * 4)
@example("🏴" + "\U000e0067" * 3 + "\u200b\U000e007f")
def test_no_text_moves_hides_or_piles_up(text):
    found = plain(text)
    found.encode()  # a lone surrogate would break the page
    assert not set(found) & {*TURNING, *UNSEEN, "\r", "\u2028", "\u2029", "\x00"}
    in_a_row = 0
    for sign in found:
        in_a_row = in_a_row + 1 if unicodedata.category(sign)[0] == "M" else in_a_row
        in_a_row = 0 if unicodedata.category(sign)[0] in "LNPSZ" else in_a_row
        assert in_a_row <= MOST_MARKS
    assert not found or unicodedata.category(found[0])[0] != "M", "nothing sits on our own words"


@given(hostile)
def test_cleaning_twice_changes_nothing_more(text):
    assert plain(plain(text)) == plain(text)
    assert plain_name(plain_name(text)) == plain_name(text)


@given(hostile)
def test_a_name_is_one_short_line_that_can_be_seen_or_none(name):
    found = plain_name(name)
    assert len(found) <= LONGEST_NAME
    assert "\n" not in found
    assert found == "" or any(unicodedata.category(sign)[0] in "LNPS" for sign in found)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("✔ ひかりケア公式", "ひかりケア公式", id="a seal"),
        pytest.param("ひかりケア✅☑️", "ひかりケア", id="seals at the end"),
        pytest.param("\u200b\u3164\u2800 ", "", id="nothing to see"),
        pytest.param("\u202eアケりかひ", "アケりかひ", id="turned round"),
        pytest.param("佐\n藤", "佐 藤", id="two lines"),
        pytest.param("Z" + "\u0336\u0301" * 30, "Z" + "\u0336\u0301" * 2, id="piled up"),
        pytest.param("長" * 200, "長" * 59 + "…", id="very long"),
    ],
)
def test_a_name_cannot_imitate(name, shown):
    assert plain_name(name) == shown


def test_the_short_way_lets_nothing_through_that_the_long_way_would_stop():
    ordinary = [sign for sign in map(chr, range(0x110000)) if _ORDINARY(sign)]
    assert {unicodedata.category(sign)[0] for sign in ordinary} <= {*"LNPSZC"}
    strange = {sign for sign in ordinary if unicodedata.category(sign)[0] == "C"} - {"\n", "\t"}
    assert {unicodedata.category(sign) for sign in strange} <= {"Cn"}, "of a later Unicode"
