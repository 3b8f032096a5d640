"""What a text may be about: its phrases, found without a dictionary.

A phrase is a run of kanji, katakana or letters, parts of a run included, and what is not possible
("つながらない"): Japanese shows where most words end by its scripts. Addresses, handles, numbers
and names are left out.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable

LONGEST_PART = 6
LONGEST = 16

_ASIDE = re.compile(r"https?://\S+|[@＠]\w+|\d[\d,.:/年月日時分円]*")
_CALLED = re.compile(r"[一-鿿々ァ-ヶー]{1,8}(?=さん|様|さま|氏)")
_RUN = re.compile(r"[一-鿿々〆ヶ]+|[ァ-ヺー]+|[a-z][a-z'-]*")
_COMPOUND = re.compile(r"(?:[一-鿿々〆ヶ]+|[ァ-ヺー]+|[a-z]+){2,}")
_INFLECTED = re.compile(
    r"[一-鿿々]{1,2}[っしりちきいえれけげせて][一-鿿々][しりちきいえれけげせて]?"
)
_NOT = re.compile(
    r"(?:[一-鿿々ァ-ヺー]{1,8}(?:[でし]き|[かがらえけげせてねべめれきしちりみわなばま]{0,3})"
    r"|(?<![ぁ-ん])[ぁ-ん]{1,4})(?:ない|ません)"
)
_EVERYDAY = """
    自分 今日 昨日 明日 今回 先日 最近 本当 場合 問題 質問 確認 対応 連絡 方法 状態 何度 以前 以上
    一度 返信 回答 電話
    the and for you your that this with have are was not but can from our has had its it's i'm is in
    on of to my me we at be do so if or an as by it please what when how why hi hello thanks thank
    still just been there they will would
"""
BLAND = frozenset(_EVERYDAY.split())


def phrases(text: str, left_out: Collection[str] = BLAND) -> set[str]:
    """What a text may be about, in one spelling."""
    words = _CALLED.sub(" ", _ASIDE.sub(" ", folded(text).replace("#", " ")))
    for name in left_out:
        if len(name) > 3 and name in words:
            words = words.replace(name, " ")
    found = {it[0] for pattern in (_COMPOUND, _INFLECTED, _NOT) for it in pattern.finditer(words)}
    before = ("", 0)
    for run in _RUN.finditer(words):
        found.update(_parts(run[0]))
        if run[0].isascii() and before[0].isascii() and before[0] and run.start() == before[1] + 1:
            found.add(f"{before[0]} {run[0]}")
        before = (run[0], run.end())
    return {it for it in found if 2 <= len(it) <= LONGEST and it not in left_out}


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _parts(run: str) -> Iterable[str]:
    """A run of kanji in all its parts; what is spelt is one word."""
    if run[0].isascii():
        return [run] if len(run) > 2 else []
    if "ァ" <= run[0] <= "ー":
        return [run]
    sizes = range(2, min(len(run), LONGEST_PART) + 1)
    return [run[at : at + size] for size in sizes for at in range(len(run) - size + 1)] or [run]
