"""The language of X's recent search: how a term is written, and what X would refuse.

From X's page of operators and that on building a query (August 2026). What X says against a query
in the end is its own word; `faults` spares asking for what it surely refuses, or would not do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from support.errors import N_

LONGEST = 512
"""Characters of a query on the self-serve plan."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STANDALONE = _words("""
    from to url retweets_of conversation_id in_reply_to_tweet_id quotes_of_tweet_id list context
    entity place place_country min_likes min_replies min_reposts
""")
IS = _words("reply quote retweet verified nullcast")
HAS = _words("links media images mentions hashtags cashtags video_link geo")
LANGUAGES = _words("""
    am ar bg bn bo bs ca ckb cs cy da de dv el en es et eu fa fi fr gu hi hr ht hu hy in is it iw
    ja ka km kn ko lo lt lv ml mr my ne nl no or pa pl ps pt ro ru sd si sk sl sr sv ta te th tl tr
    ug uk und ur vi zh
""")
_NEEDS_COMPANY = {"is": IS, "has": HAS, "lang": LANGUAGES}
_PIECE = re.compile(
    r"\s*(?P<minus>-)?(?:(?P<bracket>[()])|(?:(?P<operator>[A-Za-z_]+):)?"
    r'(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s()"]+)|(?P<stray>")))'
)
_PLAIN = re.compile(r"[^\W_]+(?:[_'’][^\W_]+)*")
_WIDE = re.compile("[（）“”＂：－−]")


@dataclass(frozen=True)
class Fault:
    """One thing X would refuse: a sentence of the catalogue and what fills it."""

    sentence: str
    values: dict[str, Any] = field(default_factory=dict)


def term(word: str) -> str:
    """A word or phrase as a query has it; what X would take for a sign of its own is quoted."""
    plain = " ".join(word.replace('"', " ").split())
    if re.fullmatch(r"[#@$]\w+", plain) or (_PLAIN.fullmatch(plain) and plain not in ("OR", "AND")):
        return plain
    return f'"{plain}"' if plain else ""


def any_of(terms: Iterable[str]) -> str:
    """At least one of them; empty without any."""
    known = [it for it in dict.fromkeys(terms) if it]
    return known[0] if len(known) == 1 else f"({' OR '.join(known)})" if known else ""


def author(handle: str) -> str:
    return f"from:{handle.lstrip('@')}"


def mention(handle: str) -> str:
    return f"@{handle.lstrip('@')}"


def language(code: str) -> str:
    return f"lang:{code}"


REPOST, LINKS = "is:retweet", "has:links"


def thread(x_id: str) -> str:
    """All posts of one thread."""
    return f"conversation_id:{x_id}"


def faults(query: str) -> tuple[Fault, ...]:
    """What X would refuse of it, the first of each kind; empty: nothing that is known here."""
    found = [*_of_the_whole(query)]
    if not found:
        pieces = list(_PIECE.finditer(query))
        found = [*_of_brackets(pieces), *_of_or(pieces), *_of_terms(pieces)]
        if not found and not any(_stands(piece) for piece in pieces):
            found = [
                Fault(
                    N_(
                        "「-」の付かない語句か、from: などの指定を1つ以上入れてください。"
                        "lang: や has:、除外だけでは検索できません。"
                    )
                )
            ]
    return tuple({it.sentence: it for it in reversed(found)}.values())[::-1]


def _of_the_whole(query: str) -> Iterator[Fault]:
    if not query.strip():
        yield Fault(N_("検索式を入力してください。"))
    elif len(query) > LONGEST:
        yield Fault(
            N_("検索式は%(most)s文字までです。いまは%(now)s文字あります。"),
            {"most": LONGEST, "now": len(query)},
        )
    if any(ord(sign) < 32 for sign in query):
        yield Fault(N_("検索式は1行で書いてください。"))
    if wide := _WIDE.search(query):
        yield Fault(
            N_("全角の「%(sign)s」は、Xの検索では記号として働きません。半角にしてください。"),
            {"sign": wide[0]},
        )
    if query.count('"') % 2:
        yield Fault(N_('「"」が閉じていません。'))


def _of_brackets(pieces: list[re.Match[str]]) -> Iterator[Fault]:
    depth, before = 0, ""
    for piece in pieces:
        bracket = piece["bracket"] or ""
        if piece["minus"] and bracket == "(":
            yield Fault(
                N_(
                    "かっこごと「-」で除外することはできません。語句ひとつずつに「-」を付けてください。"
                )
            )
        if before == "(" and bracket == ")":
            yield Fault(N_("かっこの中が空です。"))
        depth += {"(": 1, ")": -1}.get(bracket, 0)
        if depth < 0:
            break
        before = bracket
    if depth:
        yield Fault(N_("かっこの数が合いません。開いたかっこは閉じてください。"))


def _of_or(pieces: list[re.Match[str]]) -> Iterator[Fault]:
    """OR stands between two terms."""
    opens = True
    for piece in pieces:
        is_or = _is_or(piece)
        if opens and (is_or or piece["bracket"] == ")") and (is_or or _after_or(pieces, piece)):
            yield Fault(N_("「OR」の前と後には、語句が要ります。"))
            return
        opens = is_or or piece["bracket"] == "("
    if pieces and _is_or(pieces[-1]):
        yield Fault(N_("「OR」の前と後には、語句が要ります。"))


def _after_or(pieces: list[re.Match[str]], piece: re.Match[str]) -> bool:
    at = pieces.index(piece)
    return at > 0 and _is_or(pieces[at - 1])


def _is_or(piece: re.Match[str]) -> bool:
    return piece["word"] == "OR" and not piece["minus"] and not piece["operator"]


def _of_terms(pieces: list[re.Match[str]]) -> Iterator[Fault]:
    for piece in pieces:
        word = piece["word"] or ""
        name, value = piece["operator"] or "", piece["phrase"] or word
        if word == "AND" and not name:
            yield Fault(
                N_("「AND」は要りません。語句を空白で並べると、すべてを含む投稿になります。")
            )
        if piece["phrase"] == "" or (word == "-" and not name):
            yield Fault(N_('「-」や「"」には、語句が要ります。'))
        if name and name not in STANDALONE and name not in _NEEDS_COMPANY:
            yield Fault(N_("「%(name)s:」という指定はXにありません。"), {"name": name})
        elif name in _NEEDS_COMPANY and value not in _NEEDS_COMPANY[name]:
            yield Fault(
                N_("「%(name)s:」に「%(value)s」は使えません。"),
                {"name": name, "value": value[:40]},
            )
        if (name, value) == ("is", "nullcast") and not piece["minus"]:
            yield Fault(N_("「is:nullcast」は「-」を付けたときだけ使えます。"))


def _stands(piece: re.Match[str]) -> bool:
    """Whether X can look for it alone."""
    if piece["minus"] or piece["bracket"] or _is_or(piece):
        return False
    return piece["operator"] is None or piece["operator"] in STANDALONE
