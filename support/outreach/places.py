"""Which places are named in texts. X tells nobody's place: a name in a post may mean anything."""

import re
from collections import Counter
from collections.abc import Iterable

_PREFECTURES = (  # without the four that are no 県
    """
    青森 岩手 宮城 秋田 山形 福島 茨城 栃木 群馬 埼玉 千葉 神奈川 新潟 富山 石川 福井 山梨 長野 岐阜
    静岡 愛知 三重 滋賀 兵庫 奈良 和歌山 鳥取 島根 岡山 広島 山口 徳島 香川 愛媛 高知 福岡 佐賀 長崎
    熊本 大分 宮崎 鹿児島 沖縄
    """
)
_CITIES = {
    "北海道": "札幌 旭川 函館 釧路 帯広",
    "岩手県": "盛岡",
    "宮城県": "仙台",
    "福島県": "郡山市 いわき市",
    "茨城県": "水戸 つくば市",
    "栃木県": "宇都宮",
    "群馬県": "前橋 高崎",
    "埼玉県": "さいたま市 大宮 川越 所沢",
    "千葉県": "船橋 松戸 柏市 市川市",
    "東京都": "八王子 町田 立川 新宿 渋谷 池袋 品川 世田谷 23区",
    "神奈川県": "横浜 川崎市 相模原 横須賀 藤沢",
    "石川県": "金沢",
    "山梨県": "甲府",
    "静岡県": "浜松",
    "愛知県": "名古屋 豊田市 豊橋 岡崎",
    "滋賀県": "大津市",
    "大阪府": "堺市 東大阪 吹田 豊中 枚方",
    "兵庫県": "神戸 姫路 西宮 尼崎",
    "岡山県": "倉敷",
    "広島県": "福山市",
    "香川県": "高松",
    "愛媛県": "松山市",
    "福岡県": "博多 北九州 久留米",
    "沖縄県": "那覇",
}
_ONLY_IN_FULL = frozenset({"大分", "三重"})
"""Read だいぶ and みえ, or さんじゅう: without 県 or 市 nobody can tell."""
_SOMEBODY = r"(?!さん|くん|君|ちゃん|氏|様|さま|選手|アナ|先生)"


def _names() -> dict[str, str]:
    found = {"北海道": "北海道", "東京": "東京都", "大阪": "大阪府", "京都": "京都府"}
    for short in _PREFECTURES.split():
        found[f"{short}県"] = found[f"{short}市"] = f"{short}県"
        if short not in _ONLY_IN_FULL:
            found[short] = f"{short}県"
    found["東京都"], found["大阪府"], found["京都府"] = "東京都", "大阪府", "京都府"
    for prefecture, cities in _CITIES.items():
        found |= dict.fromkeys(cities.split(), prefecture)
    return found


_OF = _names()
_ANY = re.compile(f"(?:{'|'.join(sorted(map(re.escape, _OF), key=len, reverse=True))}){_SOMEBODY}")


def named(text: str) -> set[str]:
    """The prefectures a text names, by themselves or by a large city."""
    return {_OF[found[0]] for found in _ANY.finditer(text)}


def where(texts: Iterable[str]) -> list[tuple[str, int]]:
    """In how many texts each is named, the most often named first."""
    counts = Counter(place for text in texts for place in named(text))
    return sorted(counts.items(), key=lambda it: (-it[1], it[0]))
