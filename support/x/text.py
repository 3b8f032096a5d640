"""Length of a post as X counts it (twitter-text configuration v3)."""

import unicodedata
import warnings
from datetime import timedelta
from functools import cache
from importlib import import_module
from types import ModuleType

POST_LIMIT = 280
"""Weighted characters in one post; a kana or kanji weighs two."""
DM_LIMIT = 10_000
"""Characters in one direct message."""
SHORT_LINK = "https://t.co/"
"""X puts such a link at the end of a post's text for the media that come with it."""
SAME_WORDS = timedelta(hours=24)
"""How long X is taken to remember what an account posted: it refuses or hides the same words
posted again within that time. X names no figure."""


@cache
def _parser() -> ModuleType:
    """Loaded when first needed: it takes half a second, and most processes never count."""
    with warnings.catch_warnings():
        # It reads its emoji table through pkg_resources, which warns at import.
        warnings.simplefilter("ignore", UserWarning)
        return import_module("twitter_text")


def weighted_length(text: str) -> int:
    """Weighted characters of `text` after NFC; every URL, bare domains too, weighs 23."""
    return int(_parser().parse_tweet(unicodedata.normalize("NFC", text)).weightedLength)


def url_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each piece of `text` that X turns into a link, in order."""
    return [
        (found["indices"][0], found["indices"][1])
        for found in _parser().extract_urls_with_indices(text)
    ]
