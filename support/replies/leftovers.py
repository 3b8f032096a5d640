"""What a template leaves behind, and asking in public for what belongs in a direct message."""

from __future__ import annotations

import re
from collections.abc import Iterator

from support.replies.folded import Span

_BLANKS = re.compile(
    r"[〇○◯●△▲□■]{2,8}|(?<![A-Za-z0-9-])[xX]{3,8}(?![A-Za-z0-9-])|\*{2,8}|_{3,8}"
    r"|(?<![A-Za-z])(?:TODO|TBD|FIXME)(?![A-Za-z])|要確認[)\]】]"
)
_NAMED = re.compile(
    r"[\[【<《({] ?(?:お客様名|お名前|氏名|名前|顧客名|担当者?名?|日付|日時|時刻|金額|番号|会社名"
    r"|店舗名|URL|リンク|name|date|url) ?[\]】>》)}](?![はをがの欄])",
    re.IGNORECASE,
)
_BRACES = re.compile(r"\{[^{}\n]{1,40}\}")
_HERE = re.compile(
    r"(?:ここ|こちら)に[^\n、。]{0,12}(?:を入力|を入れ|を挿入|を記入|を書く|を差し込)"
)


def leftovers(text: str) -> Iterator[Span]:
    """Blanks that nobody filled. Takes the folded text."""
    for pattern in (_BRACES, _NAMED, _BLANKS):
        for it in pattern.finditer(text):
            yield it.span()
    for it in _HERE.finditer(text):
        if not text.startswith(("ください", "くださ", "てくださ", "して", "てい"), it.end()):
            yield it.span()


_DATA = (
    r"(?:お?電話番号|携帯番号|ご?住所|メールアドレス|お?名前|ご?氏名|生年月日"
    r"|(?:会員|契約|ご契約|注文|ご注文|お客様|予約|受付)番号"
    r"|カード番号|口座番号|暗証番号|パスワード|個人番号|マイナンバー)"
)
_ASK = re.compile(
    _DATA
    + r"[^\n。]{0,24}?(?:教えて|お知らせ|お聞かせ|お送り|ご記入|ご返信|ご連絡|お書き|ご提示|うかが"
    r"|お伺い)"
)
_SENTENCE = re.compile(r"[^\n。!?！？]{1,600}")
_ELSEWHERE = re.compile(
    r"DM|ダイレクトメッセージ|メッセージで|お電話で|電話で|フォーム|会員ページ|マイページ|ないよう|なさらず|しないで|控え|不要|せず"
    r"|お知らせメール",
    re.IGNORECASE,
)


def asks_in_public(text: str) -> Iterator[Span]:
    """Where a public answer would have the customer write personal data under our post."""
    private = [bool(_ELSEWHERE.search(it[0])) for it in _SENTENCE.finditer(text)]
    for place, it in enumerate(_SENTENCE.finditer(text)):
        asked = _ASK.search(text, *it.span())
        if asked and not any(private[max(0, place - 1) : place + 1]):
            yield asked.span()
