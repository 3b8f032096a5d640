"""How much in trouble a found post sounds, 0 to 100."""

from datetime import timedelta

from support.outreach.lexicon import Lexicon
from support.outreach.queries import TROUBLE


def score(text: str, words: Lexicon, age: timedelta, followers: int | None) -> int:
    """Words of trouble weigh most, then one of our names; what waits long weighs less."""
    said = sum(word in text for word in TROUBLE)
    named = any(name in text for name in words.names)
    return max(0, min(100, 25 * min(said, 3) + 20 * named - 2 * (age // timedelta(hours=6))))
