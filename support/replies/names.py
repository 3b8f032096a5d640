"""Names in a text: the customer's with the right honorific, ours, and nobody else's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from support.replies.folded import Span, lower

_KANA = re.compile(r"[ぁ-ゟァ-ヺ]")
_HONORIFIC = re.compile(r"[ ]?(?:様|さま|さん|氏|殿|先生|ちゃん|くん|君)")
_WRITTEN = r"[^\n、。,.!?！？ 「」『』(){}\[\]【】<>《》〇○◯●△▲□■*_]"
_GREETING = re.compile(
    rf"(?:^|\n) {{0,4}}(?:@[A-Za-z0-9_]{{1,15}} {{1,4}}){{0,4}}"
    rf"({_WRITTEN}{{1,24}}(?: {_WRITTEN}{{1,12}}?)?) ?(?:様|さま|さん)(?=[、。,!?！？ \n]|$)"
)
_NOBODY = re.compile(
    r"(?:お客|お客さ|皆|みな|みんな|各位|ご本人|本人|ご家族|お子|奥|旦那|ご主人|お父|お母|お疲れ|おつかれ|ご苦労|お世話"
    r"|お待ち遠|おかげ|お陰|ご愁傷|ごちそう|たく|仕|同|有|模|多|一|各|神|王|左|業者|企業|各社|他社|会員|利用者|ユーザー?|ご契約者?"
    r"|ご利用中?の?お?客?|担当者?)$"
)
_EDGES = re.compile(r"[^\w・ー]")
_NAME = (
    r"[一-龠々ヶ]{1,4} [一-龠々ヶぁ-んァ-ヶー]{1,5}|[ァ-ヶー]{2,6} [ァ-ヶー]{2,6}|[一-龠々ヶ]{2,8}"
)
_SAYS_SO = re.compile(
    rf"(?:^|[\n。、!,. ]|私は?)({_NAME}|[一-龠々ヶ]{{1,3}}[ぁ-ん]{{2,4}})"
    r"(?=と申し|といいま|と言いま)"
)
_WROTE_IT = re.compile(
    rf"(?:お名前|氏名|名前|契約者名?|名義人?|本名)[は: ]{{1,3}}({_NAME})"
    r"(?=です|になり|と申し|でござ|[\n。、 ]|$)"
)
_MENTION = re.compile(r"(?<![A-Za-z0-9_@.])@([A-Za-z0-9_]{1,15})(?![A-Za-z0-9_]|\.[A-Za-z])")
_SPEAKS = r"(?:です|でございます|と申します|より|が担当|から(?:ご案内|ご連絡))"


def of_short(name: str) -> str:
    """How a person is called: what stands before marks and places in a display name."""
    whole = name.strip()
    first = next((part.strip() for part in _EDGES.split(whole) if part.strip()), "")
    return first if len(first) >= 2 else whole


def bare_names(text: str, name: str) -> Iterator[Span]:
    """Where the customer is named without an honorific. A name of one letter is no sign.

    Only Japanese asks for one: a text with no kana beside the name is in another language.
    """
    for called in dict.fromkeys((name.strip(), of_short(name))):
        if len(called) < 2 or (called.isascii() and len(called) < 4):
            continue
        found = list(_each(text, called))
        if not _KANA.search(_without(text, found)):
            continue
        yield from (it for it in found if not _HONORIFIC.match(text, it[1]))
        if found:
            return


def greetings(text: str) -> Iterator[tuple[str, Span]]:
    """Who is greeted by name at the beginning of a line: the name and where it stands."""
    for it in _GREETING.finditer(text):
        name = it[1].strip()
        if name and not _NOBODY.search(name) and len(name) <= 30:
            yield name, (it.start(1), it.start(1) + len(it[1].rstrip()))


def is_called(greeted: str, names: Iterable[str]) -> bool:
    """Whether a greeting names one of these people, in full or in part."""
    said = _plain(greeted)
    for name in names:
        whole, short = _plain(name), _plain(of_short(name))
        if said and whole and (said in whole or (len(short) >= 2 and short in said)):
            return True
    return False


def told_names(text: str) -> list[str]:
    """Names a customer gives of themselves: 「山田 太郎と申します」, 「氏名：山田太郎」."""
    found = [*_SAYS_SO.finditer(text), *_WROTE_IT.finditer(text)]
    return list(dict.fromkeys(it[1].strip() for it in found))


def says_name(text: str, name: str) -> Iterator[Span]:
    """Where a name is said, with a space in it or without; two letters alone are no sign."""
    letters = [re.escape(letter) for letter in name if letter != " "]
    if len(letters) >= 3:
        yield from (it.span() for it in re.finditer("[ ]?".join(letters), text))


def mentions(text: str) -> Iterator[tuple[str, Span]]:
    for it in _MENTION.finditer(text):
        yield it[1].lower(), it.span()


def colleagues(text: str, mine: str, others: Iterable[str]) -> Iterator[Span]:
    """Where somebody else of ours says they are writing: 「担当の田中です」 by 佐藤."""
    for name in others:
        if name and name != mine:
            wrong = (
                rf"(?:担当の?[:：]?[ ]?|の|^|\n){re.escape(name)}(?={_SPEAKS})|\^{re.escape(name)}"
            )
            yield from (it.span() for it in re.finditer(wrong, text))


def other_houses(text: str, own: str, others: Iterable[str]) -> Iterator[tuple[Span, bool]]:
    """Where another account of ours is named; and whether it is the one that seems to speak."""
    ours = list(_each(text, own)) if own else []
    speaks = re.compile(
        rf"(?:サポート|公式|お客様窓口|カスタマー[^\n。]{{0,8}})?(?:の[一-龠々]{{1,4}})?{_SPEAKS}"
    )
    for name in others:
        if len(name) < 2 or name == own:
            continue
        for start, end in _each(text, name):
            if not any(
                start < stop and begin < end and end - start <= stop - begin for begin, stop in ours
            ):
                yield (start, end), bool(speaks.match(text, end))


def _each(text: str, piece: str) -> Iterator[Span]:
    hay, needle = lower(text), lower(piece)
    at = hay.find(needle) if needle else -1
    while at >= 0:
        yield at, at + len(needle)
        at = hay.find(needle, at + len(needle))


def _without(text: str, spans: Iterable[Span]) -> str:
    for start, end in reversed(list(spans)):
        text = text[:start] + text[end:]
    return text


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", lower(name))
