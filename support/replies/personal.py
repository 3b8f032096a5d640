"""Personal data in a text: numbers one can call, pay or be known by, and where one lives.

Patterns have no unbounded repetition inside another and begin where a number or word begins, so
the work grows with the length of the text and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from support.replies.folded import Folded, Span, fold


class Found(NamedTuple):
    """A piece of the folded text. `key`: the same data written otherwise has the same key."""

    kind: str
    start: int
    end: int
    key: str


PHONE, TOLL_FREE, LANDLINE = "phone", "toll_free", "landline"
MAIL, POSTAL, ADDRESS, CARD, MY_NUMBER = "mail", "postal", "address", "card", "my_number"

_GAP = r"[-ー ()]{0,2}"
_BEGIN = r"(?:(?<![0-9A-Za-z_+])|(?<=tel)|(?<=fax))(?<![0-9][-ー./,:])"
_END = r"(?![0-9])(?![-ー][0-9])(?!,[0-9]{3})(?! ?円)"
_ABROAD = rf"\(?(?:\+|00)81\)?{_GAP}(?:\(0\))?{_GAP}0?"
_HOME = r"\(?0"
_LEAD = rf"(?:{_ABROAD}|{_HOME})"
_PHONES = (
    (PHONE, rf"{_LEAD}[5-9]0{_GAP}\d{{4}}{_GAP}\d{{4}}"),
    (TOLL_FREE, rf"{_LEAD}(?:120|570|990){_GAP}\d{{2,3}}{_GAP}\d{{3,4}}"),
    (TOLL_FREE, rf"{_LEAD}800{_GAP}\d{{3}}{_GAP}\d{{4}}"),
    (
        LANDLINE,
        rf"{_LEAD}(?:[1-9]{_GAP}\d{{4}}|[1-9]\d{_GAP}\d{{3}}|[1-9]\d{{2}}{_GAP}\d{{2}}"
        rf"|[1-9]\d{{3}}{_GAP}\d){_GAP}\d{{4}}",
    ),
)
_PHONE = tuple(
    (kind, re.compile(_BEGIN + it + _END, re.IGNORECASE | re.ASCII)) for kind, it in _PHONES
)
_OTHER_NUMBER = re.compile(
    r"(?:伝票|追跡|送り状|荷物|問い?合わ?せ|受付|注文|会員|契約|予約|商品|型番|製造)"
    r"(?:番号|No\.?|ナンバー)?[はがの:：\s(\[「]{0,3}$",
    re.IGNORECASE,
)
_LABEL = 16
"""So far before a number its label is looked for."""
_MAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}"
)
_PREFECTURE = (
    "北海道|東京都|大阪府|京都府|(?:神奈川|和歌山|鹿児島|青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉"
    "|千葉|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|愛知|三重|滋賀|兵庫|奈良|鳥取|島根|岡山|広島|山口"
    "|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|沖縄)県"
)
_HOUSE = r"[0-9一二三四五六七八九十]{1,4}(?:丁目|番地|番|号|の[0-9]|[-ー][0-9]{1,4})"
_REST = r"(?:[0-9一二三四五六七八九十\-ー]|丁目|番地|番|号|の(?=[0-9])){0,24}"
_ADDRESS = (
    re.compile(rf"(?:{_PREFECTURE})[^\n、。,0-9]{{1,30}}?{_HOUSE}{_REST}"),
    re.compile(
        rf"[一-龠々ケヶが]{{1,6}}[市区町村郡][^\n、。,0-9市区町村 ]{{1,16}}?{_HOUSE}{_REST}"
    ),
)
_POSTAL = re.compile(
    r"(?<![0-9])(?<![0-9][-ー])(〒 ?)?([0-9]{3})[-ー]([0-9]{4})(?![0-9])(?![-ー][0-9])"
)
_POSTAL_BARE = re.compile(r"〒 ?([0-9]{7})(?![0-9])")
_HAS_PLACE = re.compile(rf" {{0,2}}\n?(?:住所[:：]? ?)?(?:{_PREFECTURE}|[一-龠]{{1,4}}[市区郡])")
_DIGITS = re.compile(r"[0-9]+")
_BETWEEN = re.compile(r"[-ー ]{1,2}")
_JOINED_BEFORE = re.compile(r"[0-9][-ー ]{1,2}$")
_CARDS = {(16,), (4, 4, 4, 4), (15,), (4, 6, 5), (14,), (4, 6, 4)}
_MY_NUMBERS = {(12,), (4, 4, 4)}
"""How the digits of a card and of a My Number are grouped where they are printed."""
_LINK = re.compile(
    r"https?://[!-~]{1,2000}|(?<![@A-Za-z0-9.-])(?:[A-Za-z0-9-]{1,63}\.){1,4}[a-z]{2,12}/[!-~]{0,2000}"
)


def personal(text: str | Folded) -> list[Found]:
    """All of it, in order; a piece belongs to one kind only, and links are left alone."""
    folded = text if isinstance(text, Folded) else fold(text)
    taken = _Taken(len(folded.text), links(folded.text))
    finders = (cards_and_my_numbers, mails, phones, addresses, postal_codes)
    found = [it for find in finders for it in find(folded.text) if taken.take(it.start, it.end)]
    return sorted(found, key=lambda it: it.start)


class _Taken:
    """Which letters belong to something already."""

    def __init__(self, length: int, spans: list[Span]) -> None:
        self.letters = bytearray(length)
        for start, end in spans:
            self.take(start, end)

    def take(self, start: int, end: int) -> bool:
        if any(self.letters[start:end]):
            return False
        self.letters[start:end] = b"\x01" * (end - start)
        return True


def links(text: str) -> list[Span]:
    """Where a link stands: ids of posts and parcels in it are no personal data."""
    return [it.span() for it in _LINK.finditer(text)]


def digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isascii() and letter.isdigit())


def phones(text: str) -> Iterator[Found]:
    """Telephone numbers: 総務省「電気通信番号計画」(令和元年総務省告示第6号) gives the forms.

    0 and nine digits: area code and exchange make five digits, then four of the line; 050, 060,
    070, 080, 090 and ten more; 0120 and six, 0570 and six, 0990 and six; 0800 and seven. Abroad
    +81 stands for the 0 (ITU-T E.164). An order number without hyphens is told by its label.
    """
    for kind, pattern in _PHONE:
        for it in pattern.finditer(text):
            start, end = it.span()
            number = national(text[start:end])
            if kind == TOLL_FREE and len(number) not in (10, 11):
                continue
            if "-" not in it[0] and _labelled(text, start):
                continue
            if text[start] == "(" and ")" not in it[0]:
                start += 1
            yield Found(kind, start, end, number)


def national(number: str) -> str:
    """The digits of a number as they are called at home: +81 90… is 090…"""
    bare = digits(number)
    for abroad in ("0081", "81"):
        if bare.startswith(abroad) and ("+" in number or abroad == "0081"):
            return "0" + bare.removeprefix(abroad).removeprefix("0")
    return bare


def mails(text: str) -> Iterator[Found]:
    """Mail addresses as RFC 5321 §4.1.2 has them, without the quoted forms nobody writes."""
    for it in _MAIL.finditer(text):
        yield Found(MAIL, *it.span(), it[0].lower())


def postal_codes(text: str) -> Iterator[Found]:
    """Seven digits, three and four (日本郵便「郵便番号」); without 〒 only before a place."""
    for it in _POSTAL_BARE.finditer(text):
        yield Found(POSTAL, *it.span(), digits(it[0]))
    for it in _POSTAL.finditer(text):
        start, end = it.span()
        named = text[max(0, start - 6) : start].rstrip(" :：はが").endswith("郵便番号")
        if it[1] or named or _HAS_PLACE.match(text, end):
            yield Found(POSTAL, start, end, digits(it[0]))


def addresses(text: str) -> Iterator[Found]:
    """A prefecture (都道府県, 地方自治法), or a town, followed by block and house
    (住居表示に関する法律 第2条: 町・街区符号・住居番号)."""
    for pattern in _ADDRESS:
        for it in pattern.finditer(text):
            yield Found(ADDRESS, *it.span(), it[0].replace(" ", "").replace("ー", "-"))


def cards_and_my_numbers(text: str) -> Iterator[Found]:
    for groups in _grouped(text):
        for count in (1, 3, 4):
            sizes = tuple(end - start for start, end in groups[:count])
            start, end = groups[0][0], groups[min(count, len(groups)) - 1][1]
            number = digits(text[start:end])
            if sizes in _CARDS and is_card(number):
                yield Found(CARD, start, end, number)
            elif (
                sizes in _MY_NUMBERS and is_my_number(number) and not _goes_on(text, groups, count)
            ):
                yield Found(MY_NUMBER, start, end, number)


def _grouped(text: str) -> Iterator[list[Span]]:
    """From each run of digits on: it and up to three more that a hyphen or a space joins to it."""
    runs = [it.span() for it in _DIGITS.finditer(text) if _stands_alone(text, *it.span())]
    for first in range(len(runs)):
        groups = [runs[first]]
        for start, end in runs[first + 1 : first + 4]:
            if not _BETWEEN.fullmatch(text, groups[-1][1], start):
                break
            groups.append((start, end))
        yield groups


def _stands_alone(text: str, start: int, end: int) -> bool:
    around = text[start - 1 : start] + text[end : end + 1]
    return not any(letter.isascii() and letter.isalpha() for letter in around)


def _goes_on(text: str, groups: list[Span], count: int) -> bool:
    """Whether twelve digits are part of something longer, or said to be another number."""
    before = _JOINED_BEFORE.search(text, max(0, groups[0][0] - 3), groups[0][0])
    behind = count < len(groups) and groups[count][1] - groups[count][0] == 4
    return before is not None or behind or _labelled(text, groups[0][0])


def _labelled(text: str, start: int) -> bool:
    """Whether the words before a number say that it is one of a parcel, an order and the like."""
    return _OTHER_NUMBER.search(text, max(0, start - _LABEL), start) is not None


_ISSUERS = (
    (
        16,
        re.compile(
            r"4|5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720|35(?:2[89]|[3-8])|6011|64[4-9]|65|62"
        ),
    ),
    (15, re.compile(r"3[47]")),
    (14, re.compile(r"30[0-5]|3[689]")),
)


def is_card(number: str) -> bool:
    """14 to 16 digits with a valid Luhn digit (ISO/IEC 7812-1 Annex B) and a prefix that payment
    cards have (ISO/IEC 7812-1: 3 to 6; the ranges Visa, Mastercard, JCB, American Express,
    Diners Club, Discover and UnionPay publish)."""
    return any(
        len(number) == length and issuer.match(number) for length, issuer in _ISSUERS
    ) and luhn(number)


def luhn(number: str) -> bool:
    """ISO/IEC 7812-1 Annex B: from the right every second digit doubled, its digits added."""
    total = 0
    for place, letter in enumerate(reversed(number)):
        value = int(letter) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_my_number(number: str) -> bool:
    """個人番号: 12 digits, the last one 11 − (Σ Pn·Qn mod 11), or 0 where that remainder is 0
    or 1; Pn the n-th digit from the right without the last, Qn = n + 1 to the sixth, n − 5 after
    (平成26年総務省令第85号 第5条)."""
    if len(number) != 12:
        return False
    total = 0
    for place, letter in enumerate(reversed(number[:11]), start=1):
        total += int(letter) * (place + 1 if place <= 6 else place - 5)
    left = total % 11
    return int(number[11]) == (0 if left <= 1 else 11 - left)
