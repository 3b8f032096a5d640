"""The query language of recent search: terms, phrases, operators, OR, brackets, minus."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from support.sandbox import problems, text
from support.sandbox.world import Post, User

QUERY_LIMIT = 512
_PIECE = re.compile(
    r"\s*(?:(?P<bracket>[()])|(?P<minus>-)?(?P<operator>[a-z_]+:)?"
    r'(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s()"]+)))'
)
_JAPANESE = re.compile(r"[\u3041-\u30ff]")


@dataclass(frozen=True)
class Found:
    """A post with what a query may ask of it."""

    post: Post
    author: User
    reply_to: User | None


Match = Callable[[Found], bool]


def parse(query: str) -> Match:
    """What `query` lets through. Raises a 400 problem for what X would not accept."""
    if not 1 <= len(query) <= QUERY_LIMIT:
        raise _refusal(query, f"Rules must be between 1 and {QUERY_LIMIT} characters")
    pieces = _pieces(query)
    match = _any(pieces, query)
    if pieces:
        raise _refusal(query, "no viable alternative at character ')'")
    return match


def _pieces(query: str) -> list[re.Match[str]]:
    pieces, place = [], 0
    while query[place:].strip():
        found = _PIECE.match(query, place)
        if not found or found.end() == place:
            raise _refusal(query, f"no viable alternative at character {place}")
        pieces.append(found)
        place = found.end()
    return pieces


def _any(pieces: list[re.Match[str]], query: str) -> Match:
    """Groups joined by OR; AND binds first."""
    groups = [_all(pieces, query)]
    while pieces and pieces[0]["word"] == "OR":
        pieces.pop(0)
        groups.append(_all(pieces, query))
    return lambda found: any(group(found) for group in groups)


def _all(pieces: list[re.Match[str]], query: str) -> Match:
    terms: list[Match] = []
    while pieces and pieces[0]["word"] != "OR" and pieces[0]["bracket"] != ")":
        terms.append(_term(pieces, query))
    if not terms:
        raise _refusal(query, "a term is missing")
    return lambda found: all(term(found) for term in terms)


def _term(pieces: list[re.Match[str]], query: str) -> Match:
    piece = pieces.pop(0)
    if piece["bracket"]:
        inner = _any(pieces, query)
        if not pieces or pieces.pop(0)["bracket"] != ")":
            raise _refusal(query, "a closing bracket is missing")
        return inner
    match = _simple(piece, query)
    return (lambda found: not match(found)) if piece["minus"] else match


def _simple(piece: re.Match[str], query: str) -> Match:
    value = piece["phrase"] if piece["phrase"] is not None else piece["word"]
    if piece["operator"]:
        return _operator(piece["operator"][:-1], value, query)
    if value.startswith("@") and piece["phrase"] is None:
        return _mentioning(value[1:])
    return _saying(value)


def _operator(name: str, value: str, query: str) -> Match:
    if name not in _OPERATORS:
        raise _refusal(query, f"Reference to invalid operator '{name}'")
    return _OPERATORS[name](value.lstrip("@"))


def _saying(words: str) -> Match:
    """A Latin word matches whole; other scripts have no spaces, so any run of them matches."""
    wanted = _plain(words)
    pattern = re.escape(wanted)
    if wanted.isascii() and wanted[:1].isalnum():
        pattern = rf"(?<![A-Za-z0-9_]){pattern}(?![A-Za-z0-9_])"
    return lambda found: re.search(pattern, _plain(found.post.prefix + found.post.text)) is not None


def _plain(words: str) -> str:
    return unicodedata.normalize("NFKC", words).casefold()


def _mentioning(username: str) -> Match:
    name = username.lower()
    return lambda found: any(user.username.lower() == name for user in found.post.mentions)


def _author(username: str) -> Match:
    return lambda found: username.lower() in (found.author.username.lower(), str(found.author.id))


def _to(username: str) -> Match:
    name = username.lower()
    return lambda found: bool(found.reply_to) and name in _names(found.reply_to)


def _names(user: User | None) -> tuple[str, ...]:
    return (user.username.lower(), str(user.id)) if user else ()


def _is(kind: str) -> Match:
    if kind == "reply":
        return lambda found: found.post.in_reply_to is not None
    if kind == "quote":
        return lambda found: found.post.quoted is not None
    if kind == "retweet":
        return lambda found: found.post.reposted is not None
    return lambda found: False


_MEDIA = {
    "media": ("photo", "animated_gif", "video"),
    "images": ("photo",),
    "video_link": ("video",),
}


def _has(kind: str) -> Match:
    if kind == "mentions":
        return lambda found: bool(found.post.mentions)
    if kind == "hashtags":
        return lambda found: any(text.hashtags(found.post.text))
    if kind in _MEDIA:
        return lambda found: any(item.kind in _MEDIA[kind] for item in found.post.media)
    return lambda found: False


def language(words: str) -> str:
    """A guess like X's, for the two languages a desk here reads."""
    if _JAPANESE.search(words):
        return "ja"
    return "en" if re.search(r"[A-Za-z]{2}", words) else "und"


_OPERATORS: dict[str, Callable[[str], Match]] = {
    "from": _author,
    "to": _to,
    "conversation_id": lambda value: lambda found: str(found.post.conversation_id) == value,
    "in_reply_to_tweet_id": lambda value: lambda found: str(found.post.in_reply_to) == value,
    "quotes_of_tweet_id": lambda value: lambda found: str(found.post.quoted) == value,
    "is": _is,
    "has": _has,
    "lang": lambda value: lambda found: language(found.post.text) == value,
}


def _refusal(query: str, why: str) -> problems.Problem:
    return problems.invalid_parameter(
        "query", query, f"There were errors processing your request: {why}"
    )
