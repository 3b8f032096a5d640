"""What customers talk about, in words: topics, shares of the conversation, far-carrying voices."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from support.conversations.records import PUBLIC, Message
from support.db import db
from support.reports.shares import Share, Talk
from support.reports.topics import Topics
from support.web.reports.report_lines import share
from support.web.reports.report_words import NOTHING

Row = list[str]
Names = Mapping[str, Mapping[int, str]]

FACETS: dict[str, Any] = {
    "account": _l("アカウント別"),
    "channel": _l("公開・DM別"),
    "tag": _l("タグ別"),
    "reach": _l("フォロワー数別（公開のみ）"),
}
CHANNELS: dict[str, Any] = {"public": _l("公開"), "dm": _l("DM")}
REACHES: dict[int, Any] = {
    0: _l("100人未満・不明"),
    100: _l("100人以上"),
    1_000: _l("1,000人以上"),
    10_000: _l("10,000人以上"),
}


def named(talk: Talk, names: Names) -> list[tuple[str, str, list[tuple[str, Share]]]]:
    """Each facet with its title and its shares, by name; reaches from the smallest."""
    found = []
    for facet, title in FACETS.items():
        lines = [(name_of(facet, it.key, names), it) for it in talk.parts.get(facet, ())]
        ordered = lines if facet == "reach" else sorted(lines, key=lambda one: one[0])
        found.append((facet, str(title), ordered))
    return found


def name_of(facet: str, key: str | int, names: Names) -> str:
    if facet == "account":
        return "@" + names["account"][int(key)]
    if facet == "reach":
        return str(REACHES[int(key)])
    return str(CHANNELS[str(key)]) if facet == "channel" else str(key)


def change(it: Share) -> str:
    """In points; what rests on few people is said to."""
    if it.small:
        return str(gettext("%(n)s人のため参考値", n=it.here.people))
    if it.change is None:
        return NOTHING
    sign = "+" if it.change > 0 else "−" if it.change < 0 else "±"
    points = f"{sign}{abs(it.change) // 10}.{abs(it.change) % 10}"
    return str(gettext("%(n)sポイント", n=points))


def examples(topics: Topics) -> dict[int, Message]:
    """Public words that X still shows."""
    ids = [number for it in topics.found for number in it.examples]
    chosen = select(Message).where(
        Message.id.in_(ids), Message.channel == PUBLIC, Message.emptied_at.is_(None)
    )
    return {it.id: it for it in db.session.scalars(chosen)} if ids else {}


def rows(talk: Talk, topics: Topics, names: Names) -> Iterator[Row]:
    """For the CSV, after the other tables."""
    yield []
    yield from share_rows(talk, names)
    yield []
    yield from topic_rows(topics)
    yield []
    yield from _voices(talk)


def share_rows(talk: Talk, names: Names) -> Iterator[Row]:
    yield [
        gettext("会話の一部"),
        gettext("内訳の項目"),
        gettext("お客様"),
        gettext("お客様の割合"),
        gettext("前の期間"),
        gettext("投稿"),
        gettext("チケット"),
    ]
    for _facet, title, lines in named(talk, names):
        for name, it in lines:
            yield [
                name,
                title,
                str(it.here.people),
                share(it.permille),
                share(it.permille_before),
                str(it.here.messages),
                str(it.here.tickets),
            ]


def topic_rows(topics: Topics) -> Iterator[Row]:
    yield [
        gettext("話題"),
        gettext("お客様"),
        gettext("うちDMだけ"),
        gettext("前の期間"),
        gettext("チケット"),
    ]
    for it in topics.found:
        yield [it.phrase, str(it.people), str(it.private), str(it.before), str(len(it.tickets))]


def _voices(talk: Talk) -> Iterator[Row]:
    yield [gettext("お客様"), gettext("フォロワー"), gettext("投稿"), gettext("チケット")]
    for it in talk.voices:
        yield [f"@{it.username}", str(it.followers), str(it.messages), str(it.tickets)]
