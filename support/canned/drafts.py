"""An answer as somebody wrote it, in a form or a row of a file, and what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import cast

from support.canned import blanks, places
from support.canned.replies import CHANNELS, CannedReply, Channel
from support.errors import N_, Refused
from support.matching.text import normalise

LONGEST_TITLE = 120
LONGEST_TEXT = 10_000
"""Of an answer; a DM takes no more."""
MOST_VARIANTS = 10
MOST_QUESTIONS = 1_000
MOST_TAGS = 30
DAYS = ("valid_from", "valid_until", "review_by")
RESERVED = frozenset(
    ("new", "try", "import", "export", "removed", "usage", "gaps", "weigh", "learned", "README")
)
"""Ids the pages of the shelf need as addresses of their own."""

_ID = re.compile(r"\w[\w.-]{0,79}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_FOREIGN_BLANK = re.compile(r"\{\{[^{}]{0,80}\}\}|\{%[^{}]{0,80}%\}")
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff]")
_NOT_IN_ID = re.compile(r"[^\w.-]+")

NO_TITLE = N_("件名を入力してください。")
LONG_TITLE = N_("件名は120文字以内にしてください。")
NO_ANSWER = N_("回答の文を入力してください。")
LONG_ANSWER = N_("回答の文は10,000文字以内にしてください。")
NOT_AN_ID = N_("IDは文字、数字、ハイフン、ピリオドで、80文字以内にしてください。")
ID_OF_A_PAGE = N_("「%(id)s」は画面のアドレスに使うため、IDにできません。")
NOT_A_CHANNEL = N_("使う場所は「public」「dm」「both」のどれかにしてください。")
NOT_A_LANGUAGE = N_("言語は ja や en のように入力してください。")
NOT_A_DAY = N_("日付は 2026-12-31 のように入力してください。")
ENDS_FIRST = N_("終わりの日は、始まりの日より後にしてください。")
NO_LETTERS = N_("文字のない言い方があります：「%(phrasing)s」")
MANY_QUESTIONS = N_("言い方は1,000件以内にしてください。")
MANY_VARIANTS = N_("別の文は10件以内にしてください。")
MANY_TAGS = N_("タグは30件以内にしてください。")
UNKNOWN_BLANK = N_("差し込み {%(name)s} は使えません。使えるのは %(known)s です。")
FOREIGN_BLANK = N_("ほかの道具の差し込み %(name)s が残っています。文に直してください。")


@dataclass(frozen=True, slots=True)
class Draft:
    """Every value as text; what is empty is left out of the file."""

    id: str = ""
    title: str = ""
    folder: str = ""
    questions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    channel: str = "both"
    valid_from: str = ""
    valid_until: str = ""
    owner: str = ""
    review_by: str = ""
    language: str = "ja"
    answer: str = ""
    variants: tuple[str, ...] = ()


FIELDS = tuple(field.name for field in fields(Draft))
LISTS = ("questions", "tags", "variants")


def draft_of(reply: CannedReply) -> Draft:
    """A sound answer as one would write it."""

    def day(value: date | None) -> str:
        return value.isoformat() if value else ""

    return Draft(
        id=reply.id,
        title=reply.title,
        folder=reply.category,
        questions=reply.questions,
        tags=reply.tags,
        channel=reply.channel,
        valid_from=day(reply.valid_from),
        valid_until=day(reply.valid_until),
        owner=reply.owner,
        review_by=day(reply.review_by),
        language=reply.language,
        answer=reply.answer or "",
        variants=reply.variants,
    )


def judge(draft: Draft, *, known_id: bool = False) -> tuple[CannedReply | None, list[Refused]]:
    """The answer, or everything that is wrong, each with its field.

    Without an id it gets one from its title. `known_id`: it stands on the shelf under that id
    already, whatever it looks like.
    """
    draft = _tidied(draft)
    faults = list(_faults(draft, known_id))
    if faults:
        return None, faults
    return _reply(draft), []


def id_from(title: str) -> str:
    """`Wi-Fiが切れる（夜）` → `Wi-Fiが切れる-夜`; may be taken."""
    plain = _NOT_IN_ID.sub("-", unicodedata.normalize("NFKC", title)).strip("-._")[:60].strip("-.")
    return f"{plain}-1" if plain in RESERVED or not plain else plain


def _tidied(draft: Draft) -> Draft:
    title = _line(draft.title)
    return Draft(
        id=_line(draft.id) or (id_from(title) if title else ""),
        title=title,
        folder=draft.folder,
        questions=_lines(draft.questions),
        tags=tuple(dict.fromkeys(_lines(draft.tags))),
        channel=_line(draft.channel).lower() or "both",
        valid_from=_day(draft.valid_from),
        valid_until=_day(draft.valid_until),
        owner=_line(draft.owner),
        review_by=_day(draft.review_by),
        language=_line(draft.language) or "ja",
        answer=_text(draft.answer),
        variants=tuple(text for text in map(_text, draft.variants) if text),
    )


def _line(text: str) -> str:
    return " ".join(_clean(text).split())


def _lines(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line for line in map(_line, texts) if line)


def _text(text: str) -> str:
    return _clean(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _clean(text: str) -> str:
    """Without what neither a database nor a person can read."""
    return _UNREADABLE.sub("", text)


def _day(written: str) -> str:
    """2026/1/5, ２０２６－０１－０５ and 2026-01-05 00:00:00 are 2026-01-05."""
    plain = unicodedata.normalize("NFKC", written).strip()
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]00:00(?::00)?)?", plain)
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else plain


def _faults(draft: Draft, known_id: bool) -> Iterator[Refused]:
    if not draft.title:
        yield Refused("title", NO_TITLE)
    elif len(draft.title) > LONGEST_TITLE:
        yield Refused("title", LONG_TITLE)
    if draft.title and not known_id:
        if not _ID.fullmatch(draft.id):
            yield Refused("id", NOT_AN_ID)
        elif draft.id in RESERVED:
            yield Refused("id", ID_OF_A_PAGE, id=draft.id)
    try:
        places.folder_from(draft.folder)
    except Refused as refusal:
        yield refusal
    if draft.channel not in CHANNELS:
        yield Refused("channel", NOT_A_CHANNEL)
    if not _LANGUAGE.fullmatch(draft.language):
        yield Refused("language", NOT_A_LANGUAGE)
    yield from _day_faults(draft)
    yield from _list_faults(draft)
    yield from _text_faults("answer", draft.answer)
    for number, text in enumerate(draft.variants):
        yield from _text_faults(f"variant-{number}", text)


def _day_faults(draft: Draft) -> Iterator[Refused]:
    wrong = [name for name in DAYS if getattr(draft, name) and _date(getattr(draft, name)) is None]
    yield from (Refused(name, NOT_A_DAY) for name in wrong)
    first, last = _date(draft.valid_from), _date(draft.valid_until)
    if first and last and first > last:
        yield Refused("valid_until", ENDS_FIRST)


def _list_faults(draft: Draft) -> Iterator[Refused]:
    silent = next((text for text in draft.questions if not normalise(text)), None)
    if silent is not None:
        yield Refused("questions", NO_LETTERS, phrasing=silent[:40])
    if len(draft.questions) > MOST_QUESTIONS:
        yield Refused("questions", MANY_QUESTIONS)
    if len(draft.tags) > MOST_TAGS:
        yield Refused("tags", MANY_TAGS)
    if len(draft.variants) > MOST_VARIANTS:
        yield Refused("variants", MANY_VARIANTS)


def _text_faults(field: str, text: str) -> Iterator[Refused]:
    if not text:
        yield Refused(field, NO_ANSWER)
    if len(text) > LONGEST_TEXT:
        yield Refused(field, LONG_ANSWER)
    foreign = _FOREIGN_BLANK.search(text)
    if foreign:
        yield Refused(field, FOREIGN_BLANK, name=foreign[0])
        return
    for name in blanks.unknown(text):
        known = "、".join(f"{{{blank}}}" for blank in blanks.KNOWN)
        yield Refused(field, UNKNOWN_BLANK, name=name, known=known)


def _date(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _reply(draft: Draft) -> CannedReply:
    return CannedReply(
        id=draft.id,
        title=draft.title,
        questions=tuple(dict.fromkeys(draft.questions)),
        answer=draft.answer,
        tags=draft.tags,
        channel=cast(Channel, draft.channel),
        language=draft.language,
        category=places.folder_from(draft.folder),
        valid_from=_date(draft.valid_from),
        valid_until=_date(draft.valid_until),
        owner=draft.owner,
        review_by=_date(draft.review_by),
        variants=draft.variants,
    )
