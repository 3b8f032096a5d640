"""The form of a prepared answer: what somebody wrote, as a draft; sentences for its fields."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask_babel import gettext

from support.canned.drafts import MOST_VARIANTS, Draft
from support.db import storable
from support.errors import Refused
from support.web.errors import sentence_of

LONGEST_FIELD = 20_000


def draft_from(form: Any) -> Draft:
    """Everything as it was written; empty variants are left out, so that they count from 0."""

    def text(name: str, default: str = "") -> str:
        written = storable(str(form.get(name, default))).replace("\r\n", "\n")
        return written[:LONGEST_FIELD]

    variants = [storable(it).replace("\r\n", "\n") for it in form.getlist("variant")]
    return Draft(
        id=text("id").strip(),
        title=text("title"),
        folder=text("folder"),
        questions=tuple(line for line in _lines(form.get("questions", "")) if line),
        tags=tags_from(text("tags")),
        channel=text("channel", "both"),
        valid_from=text("valid_from"),
        valid_until=text("valid_until"),
        owner=text("owner"),
        review_by=text("review_by"),
        language=text("language", "ja"),
        answer=text("answer"),
        variants=tuple(it[:LONGEST_FIELD] for it in variants if it.strip()),
    )


def _lines(written: str) -> list[str]:
    return [line.strip() for line in storable(written).splitlines()]


def tags_from(written: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in re.split(r"[、,，\n]", written) if word.strip())


def errors_of(faults: Iterable[Refused]) -> dict[str, str]:
    """The first sentence of each field."""
    errors: dict[str, str] = {}
    for fault in faults:
        errors.setdefault(fault.field, sentence_of(fault))
    return errors


def room_for_variants(draft: Draft, more: int) -> list[str]:
    """The wordings there are, and empty places to write others in."""
    empty = max(0, min(more, MOST_VARIANTS - len(draft.variants)))
    return [*draft.variants, *[""] * empty]


def with_phrasing(draft: Draft, phrasing: str) -> Draft:
    """The draft with one more way customers put it, once."""
    written = " ".join(storable(phrasing).split())
    if not written or written in draft.questions:
        return draft
    return replace(draft, questions=(*draft.questions, written[:500]))


def named_fields() -> dict[str, str]:
    """What the fields are called, for the list of what is wrong."""
    return {
        "id": "ID",
        "title": gettext("件名"),
        "folder": gettext("分類"),
        "questions": gettext("お客様の言い方"),
        "tags": gettext("タグ"),
        "channel": gettext("使う場所"),
        "valid_from": gettext("使い始める日"),
        "valid_until": gettext("使い終わる日"),
        "owner": gettext("担当"),
        "review_by": gettext("見直す日"),
        "language": gettext("言語"),
        "answer": gettext("回答"),
        "variants": gettext("別の文"),
    }
