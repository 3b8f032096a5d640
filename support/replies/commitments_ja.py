"""Commitments in Japanese: a time, and the verb that ends its clause.

A Japanese clause says in its last word whose deed it is and whether it is still to come:
ご連絡いたします is ours and to come, ご連絡ください is the customer's, 営業しております is no deed.
"""

import re
from collections.abc import Iterator
from typing import TypedDict

from support.replies.commitment_times import Base, When

_N = r"[0-9一二三四五六七八九十]{1,3}"
_RANGE = rf"(?:(?:{_N})?\s?[~〜、・-]\s?)?"
_WEEKDAYS = "月火水木金土日"
_TIME = re.compile(
    rf"""
      (?P<span>(?:あと|今から|これから|約)?{_RANGE}(?P<amount>{_N})\s?(?P<unit>営業日|時間半?|分間?|日間?|週間)
        (?=\s?(?:ほど|程度?|以内|くらい|ぐらい|前後|後|で|のうち|中|お待ち|いただ|頂|お時間|もすれば)))
    | (?P<week>今週(?:いっぱい|一杯|中|末)|来週(?:いっぱい|一杯|中|末)|週内|週明け)
    | (?P<month>今月(?:いっぱい|中|末)|月内|月末)
    | (?:
        (?P<day>本日|今日|きょう|翌営業日|明日|あした|あす|翌日|明後日|あさって)
      | (?P<next>来週の?)?(?:今週の?|次の)?(?P<weekday>[{_WEEKDAYS}])曜日?
      | (?P<m>{_N})(?:月|/)(?P<d>{_N})日?
      | (?P<only>{_N})日(?=まで|の|に)
      )
      (?:\s?[((][{_WEEKDAYS}](?:曜日?)?[))])?
      (?:の|、|\s|は)?(?:{{CLOCK}})?
    | {{CLOCK2}}
    """.replace(
        "{CLOCK}",
        rf"(?P<ap>午前|午後)?\s?(?P<h>{_N})(?:時(?!間)(?:(?P<half>半)|(?P<min>{_N})分)?|:(?P<mm>[0-5][0-9]))"
        r"|(?P<part>午前中|朝一番?|昼前|お昼|正午|午後|夕方|夜|今晩)",
    ).replace(
        "{CLOCK2}",
        rf"(?P<ap2>午前|午後)?\s?(?P<h2>{_N})(?:時(?!間)(?:(?P<half2>半)|(?P<min2>{_N})分)?|:(?P<mm2>[0-5][0-9]))"
        r"|(?P<part2>午前中|夕方|夜|今夜|今晩|お昼|正午)",
    ),
    re.VERBOSE,
)
_AFTER = re.compile(
    r"\s?(?:頃|ごろ|ころ|くらい|ぐらい|前後|過ぎ|すぎ)?\s?(?:より(?!前|早)|から|以降|現在|付)"
)
"""A beginning is no end."""
_NEXT_WORD = re.compile(
    r"(?:次の|次回の?|続く)\s?(?:ご|お)?(?:更新|知らせ|案内|続報|報告|連絡|発表|情報)\s?(?:は|:)\s?(?:、\s?)?$"
)
"""「次の更新は15:00ごろ」: who names the hour of the next news gives their word without a verb."""
_IS_THE_HOUR = re.compile(
    r"\s?(?:頃|ごろ|ころ|くらい|ぐらい|前後|まで)?(?:に|を|の)?\s?"
    r"(?:予定|目安|見込み|めど|です|でござい(?!ません)|と?(?:なり|なる)|に(?:なり|なる)|行い|お?伝え|お?知らせ|[。、!！)」]|$)"
)
_LATER = re.compile(
    r"折り?返し|後ほど|のちほど|後刻|後日|追って|あらためて|改めて"
    r"|(?:確認|調査|状況|結果|詳細|原因|準備|手配|用意)?[がのを]?"
    r"(?:取れ|とれ|でき|出来|整い|わかり|分かり|判明し|判明|終わり|完了し|完了|つき|入り|確認)?次第"
    r"|確認(?:の|した)?(?:上|うえ)で?"
)
_WORK = (
    "連絡|案内|報告|回答|返答|返信|説明|通知|共有|提示|用意|準備|手配|対応|確認|調査|検討|送付|発送|返送|郵送|出荷"
    "|返金|訪問|転送|交換|修正|復旧|再送|送信|再開|設定|登録|変更|手続き?|処理|完了|電話|架電|DM|メール|返事|知らせ"
    "|届け|送り|伝え|持ち|戻し|調べ|伺い|うかがい|渡し|見積もり?|折り返し|連携|改修|解決|お返し|答え|掛け|かけ直し|見解"
)
_TELL = (
    "連絡|返信|返事|回答|報告|知らせ|電話|案内|DM|メール|送り|送付|伝え|答え|折り返し"
    "|掛け|かけ直し|対応"
)
_ENDS = (
    r"(?:まで|に)?(?:を|も|は|まで)?\s?(?:さし|差し)?"
    r"(?:(?:いたし|致し|し|させていただき|させて頂き|上げ|あげ|申し上げ|でき|行い|おこない|入れ)ます(?!か|が?ん)"
    r"|(?:する|いたす|致す|できる|の|を行う)?(?:予定(?:です|でござい|でおり|で[、。]|となって|と(?:なり|して))|つもりです)"
    r"|(?:する|できる)よう(?:に)?(?:いたし|致し|し|手配し|努め)ます)"
)
_DEED = re.compile(
    rf"(?:{_WORK}){_ENDS}"
    r"|(?:調べ|伺い|うかがい|送り|折り返し|お返しし|戻し|届け|直し|参り|まいり|仕上げ|済ませ|終わらせ|知らせ|伝え)ます(?!か)"
)
_TELLING = re.compile(rf"(?:{_TELL}){_ENDS}|折り返し(?:いたし|し)?ます")
_WAIT = re.compile(
    r"お待ち(?:くだ|下さ|いただき(?:ます|たく)|いただけ|いただきますよう|頂け|頂きます|願い)"
    r"|お時間を?(?:くだ|下さ|いただ(?!いて|きまし)|頂(?!いて|きまし)|頂戴)|ご?猶予を?(?:くだ|下さ|いただ)"
)
_FINITE = re.compile(
    r"(?:ます|ました|ません|ください|くださいませ|下さい|です|でした|でしょう|ましょう|ございます)"
    r"(?=[かがのでよねとけしら、,。…\s)(]|$)|予定で(?=、)|[。!?！?]"
)
_NOT_OURS = re.compile(
    r"(?:れば|けば|せば|たら|なら(?!び|ず)|ようでしたら|でしたら|場合|際(?:は|に))"
    r"|お客(?:様|さま)(?:が|から|ご自身|にて|の方で)"
    r"|(?:でき|出来)るかどうか|とは限ら|わけでは|ありがとう|申し訳"
)
_OUR_CONDITION = re.compile(
    r"(?:わか|分か|判明し|確認(?:が|を)?(?:でき|取れ|とれ|し|いたし)|整い|完了し|完了いたし|入り|終わり|届き)(?:り)?(?:まし)?たら"
)
_HEARSAY = re.compile(
    r"か(?![らとも])|と(?:の(?:こと|お話|ご|案内|表示)|伺|うかが|聞|おっしゃ|記載|ご?案内|言|お?伝え|申し|お約束|書|ある)|でしょうか|よう(?:です|でし)"
)
LONGEST_CLAUSE = 200
"""So far from a time its verb is looked for: a text may have no full stop at all."""
_DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")}
_DAYS = {"明後日": 2, "あさって": 2, "明日": 1, "あした": 1, "あす": 1, "翌日": 1, "翌営業日": 1}
_PARTS = {"午前中": 12, "朝一": 10, "朝一番": 10, "昼前": 12, "お昼": 12, "正午": 12, "夕方": 18}


class _Clock(TypedDict):
    hour: int | None
    minute: int
    loose: bool


def found_in(text: str) -> Iterator[tuple[int, int, When]]:
    """Start, end and time of each commitment. `text` is folded, and what was quoted is blotted."""
    for sentence in re.finditer(r"[^。!?！？\n]+[。!?！？]?", text):
        words, begin = sentence[0], sentence.start()
        covered = 0
        for time in _TIME.finditer(words):
            when = _when(time)
            if when is None or time.start() < covered or _AFTER.match(words, time.end()):
                continue
            covered = time.end()
            if _commits(words, time.start(), time.end(), waiting=True):
                yield begin + time.start(), begin + _with_particle(words, time.end()), when
        for later in _LATER.finditer(words):
            if _commits(words, later.start(), later.end(), waiting=False):
                yield begin + later.start(), begin + later.end(), When(Base.LATER)


def _with_particle(words: str, end: int) -> int:
    particle = re.compile(
        r"(?:頃|ごろ|ころ|くらい|ぐらい|前後|ほど|程度?)?(?:以内|中|まで)?(?:には|に|で)?"
    ).match(words, end)
    return particle.end() if particle else end


def _commits(words: str, start: int, end: int, *, waiting: bool) -> bool:
    """Whether the clause a time stands in ends with a deed of ours that is to come."""
    far = end + LONGEST_CLAUSE
    finite = _FINITE.search(words[:far], end)
    stop = finite.end() if finite else far
    clause, rest = words[end:stop], words[stop : stop + LONGEST_CLAUSE]
    before = _OUR_CONDITION.sub("", words[max(0, start - LONGEST_CLAUSE) : start])
    if _NOT_OURS.search(before) or _NOT_OURS.search(_OUR_CONDITION.sub("", clause)):
        return False
    if waiting and _WAIT.search(clause) and "ました" not in clause:
        return True
    if _HEARSAY.match(rest) or rest.startswith(("?", "？")):
        return False
    if waiting and _NEXT_WORD.search(before) and _IS_THE_HOUR.match(words, end):
        return True
    return (_DEED if waiting else _TELLING).search(clause) is not None


def _when(it: re.Match[str]) -> When | None:
    """What a time says; None where it says nothing."""
    if it["span"]:
        return _span(_number(it["amount"]), it["unit"])
    if it["week"]:
        if it["week"] == "週明け":
            return When(Base.WEEK_START)
        return When(Base.WEEK, 1 if it["week"].startswith("来") else 0)
    if it["month"]:
        return When(Base.MONTH)
    hour, minute, loose = _clock(it)
    clock: _Clock = {"hour": hour, "minute": minute, "loose": loose}
    if hour is not None and (hour > 29 or minute > 59):
        return None
    if it["day"]:
        if it["day"] == "翌営業日":
            return When(Base.WORKDAYS, 1, **clock)
        return When(Base.DAY, _DAYS.get(it["day"], 0), **clock)
    if it["weekday"]:
        return When(
            Base.WEEKDAY, _WEEKDAYS.index(it["weekday"]), weeks=1 if it["next"] else 0, **clock
        )
    if it["m"] or it["only"]:
        month, day = (_number(it["m"]), _number(it["d"])) if it["m"] else (0, _number(it["only"]))
        return When(Base.DATE, day, month=month, **clock) if month <= 12 and 0 < day <= 31 else None
    if hour is None:
        return When(Base.DAY) if it["part2"] else None
    return When(Base.CLOCK, **clock)


def _span(amount: int, unit: str) -> When | None:
    if not amount:
        return None
    if unit == "営業日":
        return When(Base.WORKDAYS, amount)
    if unit.startswith("日"):
        return When(Base.DAYS, amount)
    if unit == "週間":
        return When(Base.DAYS, 7 * amount)
    if unit.startswith("時間"):
        return When(Base.SPAN, 60 * amount + (30 if unit.endswith("半") else 0))
    return When(Base.SPAN, amount)


def _clock(it: re.Match[str]) -> tuple[int | None, int, bool]:
    """Hour, minute, and whether the hour may mean the afternoon."""
    part = it["part"] or it["part2"]
    if part:
        return _PARTS.get(part), 0, False
    written = it["h"] or it["h2"]
    if not written:
        return None, 0, False
    hour, half = _number(written), it["half"] or it["half2"]
    minute = 30 if half else _number(it["min"] or it["min2"] or it["mm"] or it["mm2"] or "0")
    half_day = it["ap"] or it["ap2"]
    if half_day == "午後" and hour < 12:
        hour += 12
    return hour, minute, not half_day


def _number(written: str) -> int:
    """12, 十二, 二十."""
    if written.isdigit() and written.isascii():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    if not ten:
        return int("".join(str(_DIGITS.get(sign, sign)) for sign in written) or 0)
    return 10 * (_number(tens) if tens else 1) + (_number(ones) if ones else 0)
