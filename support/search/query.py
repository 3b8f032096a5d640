"""What somebody typed into the search box, understood: words, phrases and operators."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from support.errors import N_
from support.search.folding import fold

LONGEST = 300
MOST_TERMS = 12

OPERATORS: dict[str, str] = {
    **dict.fromkeys(("from", "差出人", "送信者"), "from"),
    **dict.fromkeys(("to", "account", "アカウント", "宛先"), "account"),
    **dict.fromkeys(("tag", "タグ"), "tag"),
    **dict.fromkeys(("before", "より前"), "before"),
    **dict.fromkeys(("until", "以前", "まで"), "until"),
    **dict.fromkeys(("after", "since", "以後", "以降", "から"), "after"),
    **dict.fromkeys(("is", "状態"), "is"),
    **dict.fromkeys(("in", "種類", "場所"), "in"),
    **dict.fromkeys(("assigned", "担当"), "assigned"),
    **dict.fromkeys(("has", "添付"), "has"),
}
STATES = {
    **dict.fromkeys(("open", "未解決"), "open"),
    **dict.fromkeys(("waiting", "返信待ち"), "waiting"),
    **dict.fromkeys(("held", "保留"), "held"),
    **dict.fromkeys(("resolved", "解決", "解決済み"), "resolved"),
}
PLACES = {
    "dm": "dm",
    **dict.fromkeys(("public", "公開"), "public"),
    **dict.fromkeys(("note", "メモ", "社内メモ"), "note"),
    **dict.fromkeys(("customer", "顧客", "お客様"), "customer"),
}
US = {"us", "私たち", "自社", "当社"}
ME = {"me", "自分"}
NOBODY = {"none", "なし", "未割当"}
MEDIA = {"media", "メディア", "画像", "動画", "あり"}
DAYS_AGO = {"今日": 0, "today": 0, "昨日": 1, "yesterday": 1}

_COLON = r"[:：]"
_TOKEN = re.compile(
    rf"""(?P<minus>[-－]?)
         (?:(?P<name>[^\s"“”:：\-－@＠#＃/]{{1,20}}){_COLON}(?!//))?
         (?:["“”](?P<quoted>[^"“”]*)["“”]?|(?P<bare>[^\s"“”]+))?""",
    re.VERBOSE,
)
_LETTERS = re.compile(r"[a-z_]{2,}|[^\x00-\x7f]{2,8}")
_DATE = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?")


@dataclass(frozen=True)
class Trouble:
    """Something that was not understood: a sentence with the words it is about."""

    words: str
    about: dict[str, str]


@dataclass
class Query:
    """What is looked for. `terms` are folded; everything must hold."""

    terms: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    """Handles with @, or pieces of a name."""
    from_us: bool = False
    accounts: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    without_tags: list[str] = field(default_factory=list)
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is too late."""
    state: str = ""
    place: str = ""
    assigned: str | None = None
    """A name, `me`, or `none`."""
    media: bool = False
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def asks(self) -> bool:
        """Whether anything is asked for at all."""
        return bool(self.terms or self.without or self.is_narrowed)

    @property
    def is_narrowed(self) -> bool:
        """Whether it says more than words: by whom, where, when."""
        return bool(
            self.senders
            or self.from_us
            or self.accounts
            or self.tags
            or self.without_tags
            or self.since
            or self.until
            or self.state
            or self.place
            or self.assigned
            or self.media
        )


def parse(typed: str, *, today: date, zone: ZoneInfo) -> Query:
    """Never raises: what is not understood is in `troubles`, the rest holds."""
    query = Query()
    for token in _TOKEN.finditer(typed[:LONGEST]):
        value = token["quoted"] if token["quoted"] is not None else token["bare"] or ""
        name = (token["name"] or "").lower()
        negated = bool(token["minus"]) and _begins_a_word(typed, token.start())
        if not name:
            bare = value if negated or not token["minus"] else token["minus"] + value
            _add(query.without if negated else query.terms, bare)
        elif fold(name) in _KNOWN:
            _apply(query, _KNOWN[fold(name)], name, value.strip(), negated, today, zone)
        elif _LETTERS.fullmatch(name) and token["quoted"] is None and not _is_prose(name):
            query.troubles.append(_unknown(name))
        else:
            _add(query.without if negated else query.terms, token[0].lstrip("-－"))
    if len(query.terms) > MOST_TERMS:
        query.troubles.append(
            Trouble(
                N_("言葉は%(most)s個までです。残りは使っていません。"), {"most": str(MOST_TERMS)}
            )
        )
    del query.terms[MOST_TERMS:], query.without[MOST_TERMS:]
    return query


def ticket_number(typed: str) -> int | None:
    """ "#4121", "4121" and "４１２１" name a ticket; in quotes it is a word like any other."""
    number = fold(typed).removeprefix("#")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else None


def day_of(value: str, today: date) -> date | None:
    """2026-11-03, 2026/11/3, 11/3, 11月3日, today and yesterday; without a year, the last one."""
    value = fold(value)
    if value in DAYS_AGO:
        return today - timedelta(days=DAYS_AGO[value])
    found = _DATE.fullmatch(value)
    if found is None:
        return None
    year, month, day = found.groups()
    try:
        there = date(int(year or today.year), int(month), int(day))
        return there.replace(year=there.year - 1) if not year and there > today else there
    except ValueError:
        return None


def _begins_a_word(typed: str, at: int) -> bool:
    return at == 0 or typed[at - 1].isspace()


def _is_prose(name: str) -> bool:
    """「対応: 再起動」 is Japanese, no operator; only what looks like one is complained about."""
    return not name.isascii()


def _unknown(name: str) -> Trouble:
    return Trouble(
        N_('「%(name)s:」という検索条件はありません。言葉として探すには "" で囲んでください。'),
        {"name": name},
    )


def _add(terms: list[str], value: str) -> None:
    folded = fold(value)
    if folded not in ("", "-") and folded not in terms:
        terms.append(folded)


def _apply(
    query: Query, name: str, typed: str, value: str, negated: bool, today: date, zone: ZoneInfo
) -> None:
    if not value:
        query.troubles.append(
            Trouble(N_("「%(name)s:」のあとに続く言葉を入力してください。"), {"name": typed})
        )
    elif negated and name != "tag":
        query.troubles.append(
            Trouble(
                N_("「-」は言葉と tag: の前でだけ使えます（-%(name)s:%(value)s）。"),
                {"name": typed, "value": value},
            )
        )
    elif name in ("before", "until", "after"):
        _date(query, name, typed, value, today, zone)
    else:
        _VALUES[name](query, typed, value, negated)


def _date(query: Query, name: str, typed: str, value: str, today: date, zone: ZoneInfo) -> None:
    day = day_of(value, today)
    if day is None or not date(1971, 1, 1) <= day <= date(2099, 12, 30):
        query.troubles.append(
            Trouble(
                N_(
                    "「%(name)s:%(value)s」の日付が読めません。"
                    "2026-11-03 や 11/3 の形で入力してください。"
                ),
                {"name": typed, "value": value},
            )
        )
        return
    day += timedelta(days=name == "until")
    at = datetime.combine(day, time(), zone)
    if name == "after":
        query.since = max(query.since or at, at)
    else:
        query.until = min(query.until or at, at)


def _from(query: Query, typed: str, value: str, negated: bool) -> None:
    if fold(value) in _US:
        query.from_us = True
    else:
        query.senders.append(fold(value))


def _account(query: Query, typed: str, value: str, negated: bool) -> None:
    query.accounts.append(fold(value).removeprefix("@"))


def _tag(query: Query, typed: str, value: str, negated: bool) -> None:
    name = " ".join(value.split()).lstrip("#＃")
    (query.without_tags if negated else query.tags).append(name)


def _assigned(query: Query, typed: str, value: str, negated: bool) -> None:
    folded = fold(value).removeprefix("@")
    query.assigned = "me" if folded in _ME else "none" if folded in _NOBODY else folded


def _is(query: Query, typed: str, value: str, negated: bool) -> None:
    query.state = _one_of(query, _STATES, typed, value, "open, waiting, held, resolved")


def _in(query: Query, typed: str, value: str, negated: bool) -> None:
    query.place = _one_of(query, _PLACES, typed, value, "dm, public, note, customer")


def _has(query: Query, typed: str, value: str, negated: bool) -> None:
    query.media = bool(_one_of(query, _MEDIA, typed, value, "media"))


def _one_of(query: Query, known: dict[str, str], typed: str, value: str, choice: str) -> str:
    found = known.get(fold(value), "")
    if not found:
        query.troubles.append(
            Trouble(
                N_("「%(name)s:%(value)s」は使えません。%(choice)s のどれかを入力してください。"),
                {"name": typed, "value": value, "choice": choice},
            )
        )
    return found


def _keys(names: dict[str, str]) -> dict[str, str]:
    return {fold(name): value for name, value in names.items()}


_KNOWN = _keys(OPERATORS)
_STATES = _keys(STATES)
_PLACES = _keys(PLACES)
_MEDIA = _keys(dict.fromkeys(MEDIA, "media"))
_US, _ME, _NOBODY = ({fold(word) for word in words} for words in (US, ME, NOBODY))
_VALUES: dict[str, Callable[[Query, str, str, bool], None]] = {
    "from": _from,
    "account": _account,
    "tag": _tag,
    "assigned": _assigned,
    "is": _is,
    "in": _in,
    "has": _has,
}
