"""A long reply becomes several posts: cut where a reader would pause, never inside a word.

A cut never falls inside a URL, an @handle, a #tag, a name with its 様, an e-mail address, a number,
a Latin word or a grapheme (an emoji with its modifiers, a letter with its marks), unless that piece
alone is longer than a post.
"""

import unicodedata
from collections.abc import Iterator

import regex

from support.replies.signature import signed
from support.x.text import POST_LIMIT, url_spans, weighted_length

_GRAPHEME = regex.compile(r"\X")
_WHOLE = regex.compile(r"[@＠#＃]?[\p{Latin}\p{N}_][\p{Latin}\p{N}_'’.,:+%@/-]*[\p{Latin}\p{N}_]")
_SENTENCE_END = regex.compile(r"[。．！？!?…]+[」』）)\"”]*|\n+|(?<=[a-zA-Z])\.(?=\s|$)")
_CLAUSE_END = regex.compile(r"[、，；;：:,](?=\D|$)[」』）)]*|\s+")
_NAME = regex.compile(
    r"[\p{Han}\p{Katakana}々ー]{1,8}(?:[ \u3000][\p{Han}\p{Katakana}々ー]{1,8})?(?:様|さま|さん)"
)
SHORTEST_SHARE = 0.4
"""A better kind of cut is taken only if the part then fills at least this share of a post."""


class TooLong(ValueError):
    """The signature alone leaves no room for words."""


def split(text: str, signature: str, limit: int = POST_LIMIT) -> list[str]:
    """The posts `text` needs, each signed and at most `limit` weighted characters, in order.

    Text is taken in NFC, as X counts it. An empty text needs no post. Raises TooLong.
    """
    return list(posts(text, signature, limit))


def posts(text: str, signature: str, limit: int = POST_LIMIT) -> Iterator[str]:
    """The same one by one: whoever wants a few need not wait until a very long text is cut."""
    rest = unicodedata.normalize("NFC", text).strip()
    while rest:
        end = _end_of_part(rest, signature, limit)
        yield signed(rest[:end].rstrip(), signature)
        rest = rest[end:].lstrip()


def _end_of_part(rest: str, signature: str, limit: int) -> int:
    """Where the next part ends in `rest`."""
    if _fits(rest, signature, limit):
        return len(rest)
    ends: list[int] = [match.end() for match in _GRAPHEME.finditer(rest)]
    reach = _furthest(rest, ends, signature, limit)
    if reach == 0:
        raise TooLong("the signature leaves no room for the text")
    least, wholes = int(reach * SHORTEST_SHARE), list(_wholes(rest))
    for cuts in (_SENTENCE_END, _CLAUSE_END):
        good: list[int] = [
            m.end() for m in cuts.finditer(rest, 0, reach + 1) if least <= m.end() <= reach
        ]
        good = [end for end in good if not _inside(wholes, end)]
        if good:
            return good[-1]
    between = [end for end in ends if least <= end <= reach and not _inside(wholes, end)]
    return between[-1] if between else reach


def _fits(text: str, signature: str, limit: int) -> bool:
    return weighted_length(signed(text.strip(), signature)) <= limit


def _furthest(rest: str, ends: list[int], signature: str, limit: int) -> int:
    """The last grapheme end up to which the text still fits, by bisection.

    Weight is not quite monotonic (the end of a URL lowers it), so the found end is checked. Only
    URLs let more graphemes fit than the limit counts: what is far beyond it is not weighed.
    """
    low, high = 0, min(limit, len(ends))
    while high < len(ends) and _fits(rest[: ends[high - 1]], signature, limit):
        low, high = high, min(2 * high, len(ends))
    while low < high:
        middle = (low + high + 1) // 2
        if _fits(rest[: ends[middle - 1]], signature, limit):
            low = middle
        else:
            high = middle - 1
    return ends[low - 1] if low else 0


def _inside(wholes: list[tuple[int, int]], cut: int) -> bool:
    """Whether `cut` would tear a piece that belongs together."""
    return any(start < cut < end for start, end in wholes)


def _wholes(text: str) -> Iterator[tuple[int, int]]:
    yield from url_spans(text)
    for pattern in (_WHOLE, _NAME):
        for match in pattern.finditer(text):
            yield match.span()
