"""The filters above the queue: what is set, what there is to choose from, how it is said."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    any_,
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.tickets import searching
from support.tickets.filters import LANGUAGES, NOBODY, Filter
from support.tickets.records import SavedView, Team, Ticket, TicketTag
from support.web.tickets.timeline import PRIORITIES
from support.x.records import Account

MOST_TAGS = 6

LABELS: dict[str, Any] = {
    "account": _l("アカウント"),
    "channel": _l("経路"),
    "tag": _l("タグ"),
    "priority": _l("優先度"),
    "language": _l("言語"),
    "segment": _l("お客様の区分"),
    "assignee": _l("担当"),
    "team": _l("チーム"),
    "incident": _l("障害"),
}
CHANNELS: dict[str, Any] = {"public": _l("公開の投稿"), "dm": _l("DM")}
LANGUAGE_NAMES: dict[str, Any] = {
    "ja": _l("日本語"),
    "en": _l("英語"),
    "ko": _l("韓国語"),
    "zh": _l("中国語"),
    "es": _l("スペイン語"),
    "pt": _l("ポルトガル語"),
    "fr": _l("フランス語"),
    "de": _l("ドイツ語"),
    "th": _l("タイ語"),
    "vi": _l("ベトナム語"),
    "id": _l("インドネシア語"),
    "und": _l("判別できない"),
}


@dataclass(frozen=True)
class Options:
    """What there is to choose from, and how many tickets each saved view holds where counted."""

    tags: list[tuple[str, int]] = field(default_factory=list)
    """The commonest of unresolved tickets."""
    agents: list[tuple[str, str]] = field(default_factory=list)
    teams: list[tuple[str, str]] = field(default_factory=list)
    counts: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Chip:
    """One condition that is set; `rest` is the address without it."""

    name: str
    label: Any
    word: Any
    rest: dict[str, Any]


def options(
    session: Session, counted: Iterable[SavedView], agent_id: int, now: datetime
) -> Options:
    """All of it in one query."""
    found = Options()
    dialect = session.get_bind().dialect.name
    for kind, number, words, count in session.execute(_asked(counted, agent_id, now, dialect)):
        if kind == "tag":
            found.tags.append((words, count))
        elif kind == "agent":
            found.agents.append((str(number), words))
        elif kind == "team":
            found.teams.append((str(number), words))
        else:
            found.counts[number] = count
    found.tags.sort(key=lambda tag: (-tag[1], tag[0]))
    found.agents.sort(key=lambda it: it[1])
    found.teams.sort(key=lambda it: it[1])
    return found


def _asked(
    counted: Iterable[SavedView], agent_id: int, now: datetime, dialect: str
) -> CompoundSelect[str, int, str, int]:
    rows = searching.counted_views(counted, agent_id, now)
    return union_all(*_always(dialect), *rows) if rows else _without_views(dialect)


@cache
def _without_views(dialect: str) -> CompoundSelect[str, int, str, int]:
    return union_all(*_always(dialect))


@cache
def _always(dialect: str) -> tuple[Select[str, int, str, int], ...]:
    """What every queue asks, put together once: that takes longer than asking it."""
    number = func.count()
    tags = (
        select(TicketTag.name, number.label("number"))
        .where(_of_unresolved(dialect))
        .group_by(TicketTag.name)
        .order_by(number.desc(), TicketTag.name)
        .limit(MOST_TAGS)
        .subquery()
    )
    name = Agent.family_name + literal(" ", String) + Agent.given_name
    nothing: ColumnClause[int] = literal_column("0", Integer)
    return (
        select(literal_column("'tag'"), nothing, tags.c.name, tags.c.number),
        select(literal_column("'agent'"), Agent.id, name, nothing).where(
            Agent.suspended_at.is_(None)
        ),
        select(literal_column("'team'"), Team.id, Team.name, nothing).where(
            Team.closed_at.is_(None)
        ),
    )


def _of_unresolved(dialect: str) -> ColumnElement[bool]:
    """By the index of their numbers: PostgreSQL would rather read the tags of the whole archive
    beside a subquery, and looks up an array."""
    unresolved = select(Ticket.id).where(searching.NOT_RESOLVED)
    if dialect == "postgresql":
        return TicketTag.ticket_id == any_(func.array(unresolved.scalar_subquery()))
    return TicketTag.ticket_id.in_(unresolved)


def chips(chosen: Filter, options: Options, accounts: Iterable[Account]) -> list[Chip]:
    """What is set, in the order of the form."""
    set_ = chosen.address()
    names = {
        "account": {str(it.id): f"@{it.handle}" for it in accounts},
        "channel": CHANNELS,
        "priority": PRIORITIES,
        "language": LANGUAGE_NAMES,
        "assignee": {NOBODY: gettext("なし"), **dict(options.agents)},
        "team": {NOBODY: gettext("なし"), **dict(options.teams)},
        "incident": {set_.get("incident", ""): f"INC-{set_.get('incident', '')}"},
    }
    return [
        Chip(name, label, names.get(name, {}).get(set_[name], set_[name]), _rest(chosen, name))
        for name, label in LABELS.items()
        if name in set_
    ]


def _rest(chosen: Filter, name: str) -> dict[str, Any]:
    return chosen.without(name).address()


def choices(
    chosen: Filter, options: Options, accounts: Iterable[Account]
) -> list[tuple[str, Any, list[tuple[str, Any]], str]]:
    """The form's selects: name, label, options with their words, which one is chosen.

    What is set stays on offer, so that sending the form again loses nothing.
    """
    set_ = chosen.address()
    lists: dict[str, list[tuple[str, Any]]] = {
        "account": [(str(it.id), f"@{it.handle}") for it in accounts],
        "channel": list(CHANNELS.items()),
        "priority": list(PRIORITIES.items()),
        "language": [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        "assignee": [(NOBODY, gettext("なし")), *options.agents],
        "team": [(NOBODY, gettext("なし")), *options.teams],
    }
    return [
        (name, LABELS[name], _with(offered, set_.get(name, "")), set_.get(name, ""))
        for name, offered in lists.items()
        if len(offered) > 1 or name in set_
    ]


def _with(offered: list[tuple[str, Any]], word: str) -> list[tuple[str, Any]]:
    known = {value for value, _ in offered}
    return offered if not word or word in known else [*offered, (word, word)]
