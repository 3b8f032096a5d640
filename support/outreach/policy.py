"""The manners a company sets itself: how often, when, about what, in which words."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from support.errors import N_, Refused
from support.outreach.topics import NAMES
from support.sla.hours import BusinessHours, Clocks, HoursError

DAYS = range(7)
MOST_WORDS, LONGEST_WORD = 200, 40
_NOT_A_WORD = N_("避ける言葉は、1行に1つ、2〜40文字で入力してください。")
_TOO_MANY = N_("避ける言葉は200個までです。")
_NO_SUBJECT = N_("避ける話題を一覧から選んでください。")
NEVER = N_(
    "1日も開いていません。1つ以上の曜日に時間を入れるか、アカウントの営業時間を選んでください。"
)
_NOT_A_NUMBER = N_("%(least)sから%(most)sまでの数字を入力してください。")


@dataclass(frozen=True)
class Limit:
    """A number of the policy: what it may be, its unit, and why it is what it is by default."""

    usual: int
    least: int
    most: int
    title: str
    unit: str
    why: str


LIMITS: Mapping[str, Limit] = {
    "cool_down_days": Limit(
        30,
        1,
        365,
        N_("同じ方に、次に声をかけるまで"),
        N_("日間"),
        N_(
            "一度声をかければ、当社がいることは伝わっています。1か月空ければ、追い回された印象になりません。"
        ),
    ),
    "agent_day": Limit(
        20,
        1,
        200,
        N_("担当者1人が1日に声をかける方"),
        N_("人"),
        N_("1通ずつ読んで書ける数です。これより多いと、読まずに送る仕事になります。"),
    ),
    "account_day": Limit(
        60,
        1,
        500,
        N_("アカウント1つから1日に声をかける方"),
        N_("人"),
        N_("3人ほどの担当者の1日分です。Xが同じアカウントの返信を減らして見せる心配も減ります。"),
    ),
    "account_hour": Limit(
        10,
        1,
        100,
        N_("アカウント1つから1時間に声をかける方"),
        N_("人"),
        N_("人が手で送る速さです。まとめて送ると、自動投稿に見えます。"),
    ),
    "oldest_hours": Limit(
        24,
        1,
        168,
        N_("投稿されてから"),
        N_("時間以内"),
        N_("1日過ぎると、多くはもう解決しています。Xの検索で見つかるのは7日（168時間）までです。"),
    ),
    "wait_hours": Limit(
        4,
        1,
        72,
        N_("承認してから送るまで"),
        N_("時間以内"),
        N_(
            "その間に解決したり、ほかの方が答えたりします。過ぎたら、もう一度投稿を見て承認します。"
        ),
    ),
    "similar_percent": Limit(
        95,
        60,
        100,
        N_("文が似すぎているとみなす割合"),
        N_("％以上"),
        N_("名前・署名・リンクを除いて比べます。Xは、ほとんど同じ文の繰り返しを認めていません。"),
    ),
    "similar_hours": Limit(
        24,
        0,
        720,
        N_("似た文を探す範囲"),
        N_("時間前まで"),
        N_("Xが同じ文を覚えているとみられる長さです。0にすると比べません。"),
    ),
}


@dataclass(frozen=True)
class Policy:
    """What an administrator can set. The defaults hold until one is saved."""

    cool_down_days: int = LIMITS["cool_down_days"].usual
    agent_day: int = LIMITS["agent_day"].usual
    account_day: int = LIMITS["account_day"].usual
    account_hour: int = LIMITS["account_hour"].usual
    oldest_hours: int = LIMITS["oldest_hours"].usual
    wait_hours: int = LIMITS["wait_hours"].usual
    similar_percent: int = LIMITS["similar_percent"].usual
    similar_hours: int = LIMITS["similar_hours"].usual
    own_hours: Mapping[int, Clocks] = field(default_factory=dict)
    """By weekday, Monday is 0; empty: whenever the account is open."""
    subjects: frozenset[str] = frozenset(NAMES)
    words: tuple[str, ...] = ()
    """The company's own words to keep away from."""
    by_api: bool = False
    """Whether the desk may send where X lets it; else people post everything by hand."""

    @classmethod
    def from_rules(cls, rules: Mapping[str, Any]) -> Policy:
        """A saved policy; what it lacks or cannot be read is as by default."""
        plain = {name: _limited(name, rules.get(name)) for name in LIMITS}
        hours = _hours_of(rules.get("own_hours"))
        subjects = _words_of(rules.get("subjects"))
        return cls(
            **plain,
            own_hours=hours,
            subjects=cls.subjects if subjects is None else frozenset(subjects) & frozenset(NAMES),
            words=_words_of(rules.get("words")) or (),
            by_api=rules.get("by_api") is True,
        )

    def to_rules(self) -> dict[str, Any]:
        """As it is saved."""
        rules: dict[str, Any] = asdict(self)
        rules["own_hours"] = {
            str(day): [list(spell) for spell in self.own_hours[day]] for day in self.own_hours
        }
        rules["subjects"], rules["words"] = sorted(self.subjects), list(self.words)
        return rules

    def checked(self) -> Policy:
        """Itself if it can be meant; raises Refused, whose field is one of the form."""
        for name, limit in LIMITS.items():
            if not limit.least <= getattr(self, name) <= limit.most:
                raise Refused(name, _NOT_A_NUMBER, least=limit.least, most=limit.most)
        if not self.subjects <= frozenset(NAMES):
            raise Refused("subjects", _NO_SUBJECT)
        if len(self.words) > MOST_WORDS:
            raise Refused("words", _TOO_MANY)
        if any(not 2 <= len(word) <= LONGEST_WORD for word in self.words):
            raise Refused("words", _NOT_A_WORD)
        _check(self.own_hours)
        return self


DEFAULT = Policy()


def number_of(name: str, written: str) -> int:
    """What somebody typed for one of LIMITS; raises Refused."""
    limit, plain = LIMITS[name], unicodedata.normalize("NFKC", written).strip()
    if plain.isascii() and plain.isdecimal() and len(plain) < 8:
        found = int(plain)
        if limit.least <= found <= limit.most:
            return found
    raise Refused(name, _NOT_A_NUMBER, least=limit.least, most=limit.most)


def words_of(written: str) -> tuple[str, ...]:
    """One word a line, each once, in the order they were written."""
    lines = (" ".join(line.split()) for line in written.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def changes(before: Policy, after: Policy) -> tuple[str, ...]:
    """The names of what differs, in the order of the form."""
    return tuple(
        f.name for f in fields(Policy) if getattr(before, f.name) != getattr(after, f.name)
    )


def _check(hours: Mapping[int, Clocks]) -> None:
    try:
        if hours and BusinessHours("Asia/Tokyo", hours).never_opens:
            raise Refused("own_hours", NEVER)
    except HoursError as error:
        raise Refused(error.field.replace("weekly.", "day-"), error.sentence) from error


def _limited(name: str, value: Any) -> int:
    limit = LIMITS[name]
    sound = type(value) is int and limit.least <= value <= limit.most
    return value if sound else limit.usual


def _words_of(value: Any) -> tuple[str, ...] | None:
    listed = isinstance(value, list) and all(isinstance(word, str) for word in value)
    return tuple(value) if listed else None


def _hours_of(value: Any) -> dict[int, Clocks]:
    """Hours that cannot be read are none of our own: the account's hold."""
    try:
        hours = {int(day): [(str(a), str(b)) for a, b in spells] for day, spells in value.items()}
        BusinessHours("Asia/Tokyo", hours)
    except (AttributeError, TypeError, ValueError):
        return {}
    return {day: spells for day, spells in hours.items() if spells}
