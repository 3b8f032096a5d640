"""Drafts of every shape X counts in its own way, the same each time: a generator with a seed."""

import json
import random
from pathlib import Path

from twitter_text.regexp.emoji import emoji_list

SHARED = Path(__file__).parents[3] / "shared" / "data"
SEED = 20261128
_EMOJI = ["".join(chr(int(c, 16)) for c in it.codepoint.split()) for it in emoji_list]
_HOSTS = (
    "example.com hikari-care.example t.co x.com 日本語.jp ドメイン.みんな bücher.de example.co.jp"
    " www.example.co.uk a.b.c.d.com xn--wgv71a119e.jp EXAMPLE.COM foo_bar.example.com foo.invalid"
    " 1.2.3.4 example.москва straße.de ıstanbul.info KELVİN.IO node.js あ.com مثال.com עברית.co.il"
    " example.コム a-.com -a.net ex\u00adample.com f\u00adoo.org"
    " 部⿰.com 窓\ufffd.jp 口\ue000.net ｅｘａｍｐｌｅ.com ｶﾀｶﾅ.jp"
)
_PATHS = (
    "/ /a/b?c=d&e=f#g /日本語 /wiki/X_(y) /(a(b)c) ?q=1 ?q=あ :8080/x /@user/1 /~a/%E3%81%82"
    " /a, /a. /a-b_c+d=e;f !x /é/ü /я/ж /_ /a%20b"
)
_LETTERS = (
    "あいうえおかがぱきゃっー亜異鵜国語髙𠮷﨑ｱｲｳｶﾞﾊﾟ｡､｢｣１２ＡＢａｂabcdefXYZ0129éüñß",
    "、。，．！？!?「」『』（）()【】[]{}<>〈〉…‥・：；:;～〜—–-_/\\|'\"‘’“”&%$¥€£#＃@＠*+=^`~",
    " \n\t\u3000\u00a0\u2003\u200b\u200d\u200e\u202e\ufe0f\ufe0e\u20e3\ufeff\u2028\u0085\r",
    "\u3099\u309a\u0301\u0308\u0327\u1100\u1161\u11a8각한글กำหิनมสตे",
    "🏻🏽🏿🇯🇵🇺🇸👨👩👧💻❤✈©®™↔①㈱㍻№🫠🫶",
    "⿰\ufffd\ue000\u0340",
    "مرحباשלוםАбвΣςσİıſK",
)


def _word(pick: random.Random) -> str:
    letters = pick.choices(_LETTERS, (12, 3, 2, 1, 2, 1, 1))[0]
    return "".join(pick.choices(letters, k=pick.choice((1, 1, 2, 3, 8, 30))))


def _address(pick: random.Random) -> str:
    scheme = pick.choice(("", "", "http://", "https://", "HTTPS://", "ftp://", "//"))
    path = pick.choice(("", "", *_PATHS.split()))
    slug = "".join(pick.choices("abcXYZ019", k=pick.choice((3, 10, 40, 41))))
    if pick.random() < 0.1:
        return f"{pick.choice(('http', 'https'))}://t.co/{slug}{path}"
    return scheme + pick.choice(_HOSTS.split()) + path


def _piece(pick: random.Random) -> str:
    kind = pick.randrange(10)
    if kind < 3:
        return _address(pick)
    if kind < 5:
        return "".join(pick.choices(_EMOJI, k=pick.randint(1, 3)))
    if kind == 5:
        return pick.choice("@＠#＃$") + pick.choice(("hikari_care", "窓口", "a.com"))
    if kind == 6:
        return "お客様のご契約内容を確認いたしますので、少々お待ちください。"[: pick.randint(1, 31)]
    return _word(pick)


def made(number: int) -> list[str]:
    pick = random.Random(SEED)
    return [
        "".join(
            _piece(pick) + pick.choice(("", "", " ", "。", "、", "\n"))
            for _ in range(pick.randint(1, 7))
        )
        for _ in range(number)
    ]


def real() -> list[str]:
    """Posts of customers, where the collection is at hand."""
    files = sorted(SHARED.glob("customer-posts-*.jsonl"))
    return [json.loads(line)["text"] for file in files for line in file.open(encoding="utf-8")]
