"""Reading a post or a phrasing for what it asks: one normal form for both.

The normal form keeps only letters, digits and single spaces. It is for matching, never for
storing or sending: NFKC turns ① into 1.
"""

from __future__ import annotations

import re
import unicodedata

_ADDRESS = re.compile(r"https?://[!-~]+|(?<![a-z0-9_])@[a-z0-9_]{1,15}|#\w+")
_LAUGHTER = re.compile(r"(?<![a-z])w+(?![a-z0-9])|\(?笑+\)?")
_LONG_VOWEL = re.compile(r"ー{2,}")
_REPEATED = re.compile(r"([^\W\d])\1{2,}")
_NOT_A_LETTER = re.compile(r"[\W_]+")
_APOSTROPHE = re.compile(r"['’‘]")

# Said to anybody about anything; it tells no question from another.
_COURTESY = re.compile(
    "|".join(
        (
            r"(?:いつも)?(?:大変|たいへん)?お世話に(?:なっ(?:て|ており)(?:い)?ます|なります)",
            r"(?:夜分|突然|度々|たびたび|お忙しいところ|夜遅く)(?:遅く)?(?:に)?(?:大変)?"
            r"(?:失礼(?:いた)?します|すみません|すいません|申し訳(?:ありません|ございません)|恐縮ですが)",
            r"(?:はじめまして|初めまして|こんにち[はわ]|こんばん[はわ]|おはよう(?:ございます)?)",
            r"(?:お手数(?:を|です|をおかけします)?(?:が|ですが)?)",
            r"(?:どうぞ|何卒|なにとぞ)?(?:よろしく|宜しく)(?:お願い(?:(?:いた|致)?します|申し上げます)?)?",
            r"(?:どうも)?ありがとうござい(?:ます|ました)",
            r"(?:すみません|すいません|恐れ入りますが|失礼します|お願いします|お願い(?:いた|致)します)",
            r"(?:質問|お伺い|お尋ね|確認)(?:なの|したいの|したいん|なん)?(?:です|ですが|ですけど)",
        )
    )
)
_COURTESY_WORDS = re.compile(
    r"\b(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|please|pls|plz|thanks|thank you|"
    r"thx|cheers|guys|team|there)\b"
)
# How a question ends says that it is one, not what it is about; so does 草, which is laughter.
_ENDING = re.compile(
    r"(?:(?:を|か|について|のか|か?どうか)?(?:(?:教え|おしえ)て(?:ください|下さい|欲しい|ほしい|もらえ|いただけ|頂け|くれ)?"
    r"|知りたい|しりたい|聞きたい|伺いたい)(?:ます|です|ん|の)?(?:か|が|けど)?(?:な|ね|よ)?"
    r"|(?:なん|なの|ん|の)?(?:でしょう|ですよね|です)(?:か(?:ね|な|ねえ)?|が|けど|けれど(?:も)?|ね|よ)?"
    r"|ますか(?:ね|な)?|ましょうか|ませんか|んだけど|のかな|かな|かしら"
    r"|(?<![㐀-鿿])[草泣汗]+)+(?= |$)"
)


def fold(text: str) -> str:
    """The text in one width, case and spelling of signs: letters, digits, single spaces."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    text = _ADDRESS.sub(" ", text)
    text = _LAUGHTER.sub(" ", _APOSTROPHE.sub("", text))
    text = _REPEATED.sub(r"\1\1", _LONG_VOWEL.sub("ー", text))
    return _NOT_A_LETTER.sub(" ", text).strip()


def normalise(text: str) -> str:
    """What the text asks, without courtesies and question endings; `normalise` of it is itself.

    A text that is nothing but courtesy keeps its words: a thank-you may have an answer too.
    """
    folded = fold(text)
    core = _without_courtesy(folded)
    return core or folded


def _without_courtesy(folded: str) -> str:
    """Cut until nothing more comes off; each pass only shortens the text."""
    before, core = "", folded
    while core != before:
        before = core
        core = _tidy(_ENDING.sub("", _tidy(_COURTESY.sub(" ", core))))
    return _without_courtesy_words(core)


def _without_courtesy_words(text: str) -> str:
    """English greetings go only where at least three other words stay."""
    bare = _tidy(_COURTESY_WORDS.sub(" ", text))
    return bare if bare.count(" ") >= 2 else text


def _tidy(text: str) -> str:
    return " ".join(text.split())
