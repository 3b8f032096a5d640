"""The words help is offered in: whose turn it is, and what they may not hold. Rules only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapidfuzz import fuzz

from support.canned import blanks
from support.errors import N_, Refused
from support.x.text import POST_LIMIT, url_spans, weighted_length

BLANKS = ("customer_name", "customer_handle", "agent_name", "account_name", "dm_link")
"""Those of canned/blanks.py that make sense to somebody who did not write to us."""
SHORT_FOR = {"name": "customer_name", "agent": "agent_name", "account": "account_name"}
LONGEST, LONGEST_NAME, MOST_WORDINGS = 400, 60, 10
SAME_FOR = timedelta(hours=24)
"""Near-identical words of one account within this time look like a machine's, to X too."""
NEAR = 92.0
_SELLING = (
    "キャンペーン",
    "お得",
    "割引",
    "今なら",
    "期間限定",
    "お申し込み",
    "お申込",
    "乗り換え",
    "乗換",
    "キャッシュバック",
    "新規ご契約",
    "無料でお試し",
    "プラン変更",
    "おすすめプラン",
)


@dataclass(frozen=True, slots=True)
class Used:
    """A wording, and when it was last offered to somebody."""

    id: int
    text: str
    used_at: datetime | None = None
    times: int = 0


def in_turn(wordings: Sequence[Used], now: datetime) -> list[Used]:
    """The wordings, whose turn it is first.

    The one used longest ago leads; what was said within a day, or nearly so, stands behind all
    others, whatever its own turn.
    """
    lately = [it.text for it in wordings if it.used_at is not None and now - it.used_at < SAME_FOR]
    return sorted(
        wordings,
        key=lambda it: (
            any(nearly_same(it.text, text) for text in lately),
            it.used_at is not None,
            it.used_at or now,
            it.id,
        ),
    )


def nearly_same(one: str, other: str) -> bool:
    """Whether somebody who reads both would take them for the same words."""
    return fuzz.ratio(_bare(one), _bare(other)) >= NEAR


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", "", plain)


def check_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused("name", N_("名前は1〜60文字で入力してください。"))
    return name


def check_wording(text: str) -> str:
    """The wording as it is kept. Raises Refused with what is to be put right."""
    text = spelt_out(text.strip())
    if not text:
        raise Refused("text", N_("文面を入力してください。"))
    unknown = [name for name in blanks.find(text) if name not in BLANKS]
    if unknown:
        raise Refused("text", N_("使えない差し込み項目です：%(names)s"), names=_braced(unknown))
    if "agent_name" not in blanks.find(text):
        raise Refused("text", N_("名乗りを入れてください。{agent_name} は担当者の姓になります。"))
    _check_manner("text", text)
    if weighted_length(text) > LONGEST:
        raise Refused("text", N_("文面が長すぎます。差し込みと署名を入れて280までです。"))
    return text


def check_body(text: str, *, family_name: str, dm_link: str = "") -> str:
    """The words as they will stand on X, for whoever approves them."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").strip())
    if not text:
        raise Refused("text", N_("文面を入力してください。"))
    if left := blanks.unfilled(text):
        raise Refused(
            "text", N_("埋まっていない差し込み項目があります：%(names)s"), names=_braced(left)
        )
    if family_name not in text:
        raise Refused(
            "text",
            N_("はじめて話しかける方です。文中で名乗ってください（%(who)s）。"),
            who=family_name,
        )
    _check_manner("text", text.replace(dm_link, "") if dm_link else text)
    if weighted_length(text) > POST_LIMIT:
        raise Refused("text", N_("280文字（全角140文字）を超えています。"))
    return text


def spelt_out(text: str) -> str:
    """{name} and the like, in the names the shelf has for them."""
    for short, long in SHORT_FOR.items():
        text = re.sub(rf"[{{｛]\s*{short}\s*[}}｝]", f"{{{long}}}", text)
    return text


def sells(text: str) -> list[str]:
    """Words of somebody who sells; nobody in trouble wants to read them uninvited."""
    plain = unicodedata.normalize("NFKC", text)
    return [word for word in _SELLING if word in plain]


def _check_manner(field: str, text: str) -> None:
    if found := sells(text):
        raise Refused(
            field, N_("売り込みに読める言葉があります：%(words)s"), words="、".join(found)
        )
    if url_spans(text):
        raise Refused(field, N_("リンクは入れられません。DMの案内は {dm_link} を使ってください。"))


def _braced(names: Sequence[str]) -> str:
    return " ".join(f"{{{name}}}" for name in names)
