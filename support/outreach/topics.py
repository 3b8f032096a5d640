"""What outreach keeps away from: subjects that are no occasion for a company's offer.

A list of words, no more: it misses what is said in other words, and stops at some that mean
something else. Whoever approves reads the post. What it finds is never stored: X forbids keeping
what is inferred about somebody's health, politics, faith or crimes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache

from support.errors import N_

NAMES = {
    "death": N_("死・弔い"),
    "self_harm": N_("自傷・自殺"),
    "disaster": N_("災害・事故"),
    "crime": N_("犯罪・被害"),
    "health": N_("病気・妊娠"),
    "politics": N_("政治・戦争"),
    "faith": N_("信仰・差別"),
    "minors": N_("未成年"),
}
"""Every subject by the name people read."""

_WORDS = {
    "death": """
        亡くな 逝去 死去 永眠 他界 訃報 葬儀 葬式 お通夜 お悔やみ ご冥福 四十九日 遺品 遺族 喪中
        忌引 形見 passed_away funeral condolences bereaved bereavement obituary rest_in_peace
        died
    """,
    "self_harm": """
        死にたい しにたい 消えたい 自殺 自死 自傷 リスカ リストカット 首を吊 首吊り 飛び降り
        オーバードーズ 生きるのがつらい 生きるのが辛い 生きていたくない 遺書 kill_myself suicide
        suicidal self-harm self_harm end_my_life want_to_die
    """,
    "disaster": """
        地震 震度 津波 台風 豪雨 洪水 浸水 土砂崩れ 噴火 竜巻 被災 避難 山火事 火災 火事 交通事故
        人身事故 脱線 墜落 断水 安否 earthquake tsunami typhoon hurricane flooding wildfire
        evacuate evacuation evacuated car_crash plane_crash
    """,
    "crime": """
        逮捕 殺人 殺害 強盗 窃盗 暴行 傷害事件 虐待 盗撮 痴漢 性犯罪 性被害 性暴力 レイプ 誘拐
        ストーカー被害 dv被害 家庭内暴力 脅迫 特殊詐欺 詐欺被害 薬物 警察に相談 被害届 arrested
        murder murdered robbery rape assaulted kidnapped domestic_violence
    """,
    "health": """
        癌 がん治療 がん検診 ガン治療 抗がん剤 余命 難病 持病 入院 手術 救急車 救急搬送 集中治療
        うつ病 鬱病 適応障害 パニック障害 発達障害 統合失調 精神科 心療内科 透析 流産 死産 妊娠
        不妊 陣痛 コロナ陽性 介護 認知症 cancer chemotherapy hospitalized hospitalised surgery
        ambulance pregnant miscarriage depression dementia disabled
    """,
    "politics": """
        選挙 投票日 政党 自民党 立憲民主 公明党 共産党 維新の会 参政党 国会 首相 総理大臣 内閣
        政権 デモ行進 戦争 空爆 ミサイル 軍事侵攻 右翼 左翼 election president prime_minister
        parliament congress war missile airstrike protest_march
    """,
    "faith": """
        宗教 信仰 礼拝 教団 統一教会 創価学会 差別 ヘイト 人種 部落 在日 lgbt 同性愛
        トランスジェンダー religion religious mosque racist racism homophobic transgender
    """,
    "minors": """
        小学生 中学生 高校生 小学校 中学校 未成年 18歳未満 受験生 高1 高2 高3 中1 中2 中3 小5 小6
        fc中 fc高 女子高生 男子高生 jk jc dk 親に怒られ 親に内緒 school_kid middle_school
        junior_high high_schooler under_18 my_mom_says im_underage underage
        期末テスト 中間テスト 高校受験 中学受験
    """,
}
_AGE = re.compile(r"(?<![0-9])1[0-7](?:歳|才|さい)(?![0-9])|\b1[0-7] ?(?:years? old|yo)\b")
"""Ten to seventeen: younger ones are mostly somebody's children."""
_GRADE = re.compile(r"(?:小学|中学|高校)(?:校)?[1-6一二三四五六]年")
_ASCII = re.compile(r"[a-z0-9' -]+")


def found(text: str, subjects: Collection[str], more: Iterable[str] = ()) -> tuple[str, str] | None:
    """The first subject a text touches and the word that says so; "" for a word of `more`."""
    plain = fold(text)
    for word in more:
        folded = fold(word)
        if folded and _holds(plain, folded):
            return "", word
    for subject in (it for it in NAMES if it in subjects):
        if subject == "minors" and (age := _AGE.search(plain) or _GRADE.search(plain)):
            return subject, age[0]
        for word in words_of(subject):
            if _holds(plain, word):
                return subject, word
    return None


@lru_cache
def words_of(subject: str) -> tuple[str, ...]:
    """The list of one subject."""
    return tuple(fold(word.replace("_", " ")) for word in _WORDS[subject].split())


def fold(text: str) -> str:
    """One width and small letters; Japanese syllables stay as they are."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().replace("’", "'").split())


def _holds(plain: str, word: str) -> bool:
    """Latin words stand alone; Japanese ones have nothing between them."""
    if _ASCII.fullmatch(word):
        edge = "[a-z0-9]"
        return re.search(rf"(?<!{edge}){re.escape(word)}(?!{edge})", plain) is not None
    return word in plain
