"""What posts on X have around and inside the question: as many as on a bad day, by a seed."""

from dataclasses import replace
from random import Random

from support.canned.evaluation import Query

BEFORE = {
    "ja": (
        "お世話になっております。",
        "こんにちは！",
        "夜分遅くにすみません、",
        "はじめまして。",
        "あの、",
    ),
    "en": ("hi there, ", "Hello! ", "hey guys ", "Good morning, ", "please help: "),
}
AFTER = {
    "ja": ("😭", "！！！", "…", "www", "（泣）", "よろしくお願いします🙇", "#ひかりケア", "😡😡"),
    "en": (" 😡", "!!!", " pls", " thanks", " #fail", " 🙏🙏", "...", " lol"),
}
HANDLE, ADDRESS = "@hikari_care ", " https://t.co/{0:x}"
SLIPS = 0.5
"""The share of posts with a slip of the finger."""


def noised(queries: list[Query], language: str, seed: int) -> list[Query]:
    draw = Random(seed)
    return [replace(query, text=_noised(query.text, language, draw)) for query in queries]


def _noised(text: str, language: str, draw: Random) -> str:
    if draw.random() < SLIPS:
        text = _slipped(text, draw)
    if draw.random() < 0.2:
        text = text.upper() if language == "en" else _full_width(text)
    if draw.random() < 0.5:
        text = draw.choice(BEFORE[language]) + text
    if draw.random() < 0.6:
        text += draw.choice(AFTER[language])
    if draw.random() < 0.3:
        text += ADDRESS.format(draw.getrandbits(40))
    return HANDLE + text if draw.random() < 0.8 else text


def _slipped(text: str, draw: Random) -> str:
    """A letter left out, typed twice, or before its neighbour."""
    if len(text) < 4:
        return text
    at = draw.randrange(1, len(text) - 1)
    kind = draw.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)
