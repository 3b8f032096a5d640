"""Personal data in a text: what is found, what is left alone, and that the work stays linear."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.replies.folded import fold
from support.replies.personal import is_card, is_my_number, luhn, personal


def found(text):
    folded = fold(text)
    return [(it.kind, text[slice(*folded.span(it.start, it.end))]) for it in personal(folded)]


@pytest.mark.parametrize(
    ("text", "kind", "piece"),
    [
        ("03-1234-5678", "landline", "03-1234-5678"),
        ("03 1234 5678 です", "landline", "03 1234 5678"),
        ("（０３）１２３４－５６７８へ", "landline", "（０３）１２３４－５６７８"),
        ("TEL03-1234-5678", "landline", "03-1234-5678"),
        ("0476-12-3456", "landline", "0476-12-3456"),
        ("04992-1-2345", "landline", "04992-1-2345"),
        ("0312345678にかけます", "landline", "0312345678"),
        ("2026-11-27 03-1234-5678", "landline", "03-1234-5678"),
        ("電話番号は０９０－１２３４－５６７８です", "phone", "０９０－１２３４－５６７８"),
        ("090ー1234ー5678", "phone", "090ー1234ー5678"),
        ("090‐1234‐5678", "phone", "090‐1234‐5678"),
        ("09012345678", "phone", "09012345678"),
        ("090-\u200b1234-5678", "phone", "090-\u200b1234-5678"),
        ("+81 90-1234-5678", "phone", "+81 90-1234-5678"),
        ("+81 (0)80 1234 5678", "phone", "+81 (0)80 1234 5678"),
        ("+81-3-1234-5678", "landline", "+81-3-1234-5678"),
        ("050-5830-1234", "phone", "050-5830-1234"),
        ("060-1234-5678", "phone", "060-1234-5678"),
        ("0120-123-456まで", "toll_free", "0120-123-456"),
        ("0120-12-3456", "toll_free", "0120-12-3456"),
        ("0800-123-4567", "toll_free", "0800-123-4567"),
        ("0570-012-345", "toll_free", "0570-012-345"),
        ("taro.yamada+x@mail.example.co.jp です", "mail", "taro.yamada+x@mail.example.co.jp"),
        ("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", "mail", "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ"),
        ("〒100-0001", "postal", "〒100-0001"),
        ("〒１０００００１", "postal", "〒１０００００１"),
        ("郵便番号は150-0041です", "postal", "150-0041"),
        ("東京都千代田区千代田1-1-1です", "address", "東京都千代田区千代田1-1-1"),
        ("大阪府大阪市北区梅田三丁目1番3号", "address", "大阪府大阪市北区梅田三丁目1番3号"),
        ("渋谷区神南１－２－３", "address", "渋谷区神南１－２－３"),
        ("4111 1111 1111 1111 です", "card", "4111 1111 1111 1111"),
        ("4111-1111-1111-1111", "card", "4111-1111-1111-1111"),
        ("2026 5555 5555 5555 4444", "card", "5555 5555 5555 4444"),
        ("3530111333300000", "card", "3530111333300000"),
        ("3782 822463 10005", "card", "3782 822463 10005"),
        ("30569309025904", "card", "30569309025904"),
        ("１２３４ ５６７８ ９０１８", "my_number", "１２３４ ５６７８ ９０１８"),
        ("個人番号は123456789018", "my_number", "123456789018"),
    ],
)
def test_found_in_whatever_form_people_write_it(text, kind, piece):
    assert (kind, piece) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "料金は12,800円、初月は0円です",
        "2026/11/27、2026-11-27、20261127、11月27日",
        "10:00–18:00（土日は10:00〜17:00）",
        "https://x.com/hikari_care/status/1890000000000000000",
        "https://example.jp/o/09012345678?id=4111111111111111",
        "example.jp/03-1234-5678",
        "伝票番号 4012-3456-7890",
        "お問い合わせ番号0312345678",
        "注文番号：09012345678",
        "追跡番号は1234-5678-9018です",
        "型番はABC-1234-5678です",
        "4111 1111 1111 1112",
        "1234 5678 9012",
        "1890000000000000000",
        "100-0001",
        "3-4日で届きます。1-2-3の順に押してください",
        "2番目の項目、3号機、市区町村",
        "192.168.0.1 / 03:12:34",
        "@hikari_care にどうぞ",
        "通信速度は1000Mbps、512-1024",
        "電話番号は公開では書かないでください",
        "٠٩٠١٢٣٤٥٦٧٨",
    ],
)
def test_left_alone(text):
    assert found(text) == []


def test_one_number_written_in_many_ways_is_one():
    ways = ("090-1234-5678", "０９０１２３４５６７８", "+81 90 1234 5678", "0081-90-1234-5678")
    assert {it.key for way in ways for it in personal(way)} == {"09012345678"}


@pytest.mark.parametrize(
    ("number", "valid"),
    [("123456789018", True), ("123456789012", False), ("000000000000", True), ("1", False)],
)
def test_the_check_digit_of_a_my_number(number, valid):
    assert is_my_number(number) is valid


def test_any_other_last_digit_is_no_my_number():
    valid = [digit for digit in "0123456789" if is_my_number("98765432109" + digit)]
    assert len(valid) == 1


def test_a_card_has_a_luhn_digit_a_prefix_of_an_issuer_and_its_length():
    assert is_card("4111111111111111")
    assert not is_card("4111111111111112")
    assert luhn("0000000000000000")
    assert not is_card("0000000000000000"), "no issuer"
    assert luhn("40000000000002")
    assert not is_card("40000000000002"), "no card of that issuer is so short"


PIECES = st.sampled_from(
    ["0", "9", "03-", "090", "-", "ー", " ", "(", "〒", "東京都", "市", "区", "丁目", "@", ".", "a",
     "１", "+81", "https://", "\u200b", "ﾞ", "ガ", "🌸", "\ud800", "İ", "番", "4111 "]
)  # fmt: skip


@given(st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=80))
def test_spans_lie_in_the_text_and_never_overlap(text):
    folded = fold(text)
    spans = [folded.span(it.start, it.end) for it in personal(folded)]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


@given(st.text(max_size=60))
def test_folding_keeps_every_place(text):
    folded = fold(text)
    assert len(folded.places) == len(folded.text) + 1
    assert list(folded.places) == sorted(folded.places)
