"""What the guard may find, what each finding asks of the agent, and in which words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from support.errors import N_
from support.replies.wordlists import Level, Purpose

STOP, REASON, HINT = Level.STOP, Level.REASON, Level.HINT
RANK = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True)
class Finding:
    """One thing in the draft. `sentence` is a key of the catalogue; `values` fill it."""

    kind: str
    start: int
    end: int
    level: Level
    sentence: str
    values: dict[str, str] = field(default_factory=dict)

    @property
    def length(self) -> int:
        return self.end - self.start


# kind → level in public, level in a direct message, what the agent reads
ASKS: dict[str, tuple[Level, Level, str]] = {
    "phone": (
        STOP,
        HINT,
        N_("電話番号らしき文字列があります。電話番号はDMでやり取りしてください。"),
    ),
    "landline": (
        REASON,
        HINT,
        N_("電話番号らしき文字列があります。お客様のものなら消して、DMでやり取りしてください。"),
    ),
    "toll_free": (HINT, HINT, N_("許可リストにない電話番号です。番号が正しいか確かめてください。")),
    "mail": (
        REASON,
        HINT,
        N_("メールアドレスがあります。お客様のものなら消して、DMでやり取りしてください。"),
    ),
    "postal": (
        REASON,
        HINT,
        N_("郵便番号があります。お客様のものなら消して、DMでやり取りしてください。"),
    ),
    "address": (
        REASON,
        HINT,
        N_("住所らしき文字列があります。お客様のものなら消して、DMでやり取りしてください。"),
    ),
    "card": (STOP, REASON, N_("クレジットカード番号らしき数字があります。番号を消してください。")),
    "my_number": (
        STOP,
        REASON,
        N_("マイナンバー（個人番号）らしき12桁の数字があります。番号を消してください。"),
    ),
    "own_number": (
        STOP,
        HINT,
        N_(
            "会員番号・注文番号の形をした文字列があります。番号を消すか、DMでやり取りしてください。"
        ),
    ),
    "customer_number": (
        STOP,
        HINT,
        N_("記録してあるお客様番号です。公開の返信には書かず、DMで返信してください。"),
    ),
    "told": (
        STOP,
        HINT,
        N_("お客様がDMで教えてくださった内容です。公開の返信には書かず、DMで返信してください。"),
    ),
    "real_name": (
        STOP,
        HINT,
        N_("お客様がDMで名乗られたお名前です。公開の返信では、Xの表示名で呼びかけてください。"),
    ),
    "honorific": (HINT, HINT, N_("お客様のお名前に「様」か「さん」が付いていません。")),
    "other_name": (
        REASON,
        REASON,
        N_("宛名が、この会話のお客様（%(customer)s）と違います。宛名を確かめてください。"),
    ),
    "mention": (
        REASON,
        HINT,
        N_("この会話にいない人への@があります。その人にも通知されるため、宛先を確かめてください。"),
    ),
    "colleague": (
        REASON,
        REASON,
        N_("ほかの担当者の名前で名乗っています。%(agent)sに直すか、消してください。"),
    ),
    "account": (HINT, HINT, N_("別の窓口の名前です。この返信は「%(account)s」から送られます。")),
    "wrong_account": (
        REASON,
        REASON,
        N_("別の窓口として名乗っています。この返信は「%(account)s」から送られます。"),
    ),
    "leftover": (
        REASON,
        REASON,
        N_("ひな形の書き残しのようです。内容を埋めるか、消してください。"),
    ),
    "asks": (
        REASON,
        HINT,
        N_("公開の返信で個人情報をたずねています。「DMに誘導」を使ってください。"),
    ),
}
IN_A_DM = N_("個人情報らしき内容です。このお客様に送ってよいものか、確かめてください。")
"""What a direct message's agent reads of personal data."""
PERSONAL = frozenset({"phone", "landline", "mail", "postal", "address", "own_number"})
WORDS = {
    Purpose.NEGATIVE: N_("使わない言葉です（ネガティブリスト）。別の言い方にしてください。"),
    Purpose.INTERNAL: N_("社内の言葉です。お客様に伝わる言い方にしてください。"),
}
SAY_INSTEAD = {
    Purpose.NEGATIVE: N_(
        "使わない言葉です（ネガティブリスト）。「%(instead)s」と言い換えられます。"
    ),
    Purpose.INTERNAL: N_("社内の言葉です。「%(instead)s」と言い換えられます。"),
}


def strongest(found: list[Finding]) -> Iterator[Finding]:
    """Of several findings in one place the one that asks most; a place is told once."""
    found.sort(key=lambda it: (it.start, it.end))
    held: Finding | None = None
    for it in found:
        if held is None or it.start >= held.end:
            if held is not None:
                yield held
            held = it
        elif (RANK[it.level], -it.length) < (RANK[held.level], -held.length):
            held = it
    if held is not None:
        yield held


def grouped(found: list[Finding]) -> list[tuple[Finding, list[Finding]]]:
    """Findings that say the same, told in one line, the ones that ask most first."""

    def line(it: Finding) -> tuple[int, str, str]:
        return RANK[it.level], it.kind, it.sentence + str(sorted(it.values.items()))

    return [
        (rows[0], rows)
        for _, same in groupby(sorted(found, key=line), key=line)
        if (rows := list(same))
    ]
