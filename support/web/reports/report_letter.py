"""The weekly letter: the figures of the report page, in the words of its CSV, as text and HTML."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import force_locale, gettext
from itsdangerous import BadData, URLSafeSerializer

from support.db import db
from support.desk import the_desk
from support.digests.letters import Draft
from support.digests.records import DigestSending
from support.reports import talking
from support.reports.figures import Report, summarise
from support.reports.gathering import gather
from support.reports.periods import Period
from support.reports.shares import Talk
from support.reports.topics import Topics
from support.settings import Settings
from support.web.language import choose_anew, now
from support.web.reach import as_seen_by, my_reach
from support.web.reports import report_sheet, report_talk
from support.web.reports.report_words import of_period

SALT = "digest-stop"


@dataclass(frozen=True)
class Table:
    title: str
    heads: list[str]
    rows: list[list[str]]


def draft_of(number: int) -> Draft:
    """The letter of a sending, worked out now, in a context of its own: what its reader may see."""
    session, settings = db.session(), the_desk().settings
    sending = session.get_one(DigestSending, number)
    period = Period(sending.first, sending.last, ZoneInfo(settings.zone))
    agent = sending.agent
    stop = stop_link(settings, agent.id) if sending.week is not None else ""
    with as_seen_by(agent.id), force_locale(sending.locale):
        report = summarise(gather(session, period, now()), period)
        said = talking.talk(session, period), talking.topics(session, period)
        choose_anew()
        return Draft(
            sender=settings.smtp_from,
            name=agent.name,
            address=agent.email,
            subject=gettext("週次レポート %(period)s", period=of_period(period)),
            number=sending.id,
            stop=stop,
            **bodies(report, said, settings, stop, sending.locale),
        )


def bodies(
    report: Report, said: tuple[Talk, Topics], settings: Settings, stop: str, locale: str
) -> dict[str, str]:
    period = report.period
    link = f"{settings.public_url}/reports?from={period.first}&to={period.last}"
    values: dict[str, Any] = {
        "period": of_period(period),
        "before": of_period(period.previous),
        "tables": tables(report, *said),
        "link": link if settings.public_url else "",
        "stop": stop,
        "whole": my_reach().is_whole,
        "lang": locale,
    }
    return {
        "text": render_template("reports/letter.txt", **values, lines=lines),
        "html": render_template("reports/letter.html", **values),
    }


def tables(report: Report, talk: Talk, topics: Topics) -> list[Table]:
    """Without people's names: a letter lies in mailboxes for longer than anybody looks after."""
    return [
        _table(gettext("主な指標"), report_sheet.totals(report)),
        _table(gettext("返信と解決までの時間"), report_sheet.promised(report)),
        _table(gettext("そのほかの数字"), report_sheet.done(report)),
        _table(gettext("会話の割合"), report_talk.share_rows(talk, report.names)),
        _table(gettext("話題"), report_talk.topic_rows(topics)),
    ]


def _table(title: str, rows: Iterable[list[str]]) -> Table:
    heads, *others = rows
    return Table(title, heads, others)


def lines(table: Table) -> list[str]:
    """Each row as a line, its figures with their heads: no columns that a narrow window breaks."""
    return [
        f"{row[0]}: "
        + " / ".join(
            f"{head} {cell}" for head, cell in zip(table.heads[1:], row[1:], strict=True) if cell
        )
        for row in table.rows
    ]


def stop_link(settings: Settings, agent_id: int) -> str:
    """Empty where the desk has no address that a reader could reach."""
    if not settings.public_url:
        return ""
    return f"{settings.public_url}/report-mail/stop/{_signer(settings).dumps(agent_id)}"


def whose(settings: Settings, token: str) -> int | None:
    """Whose letters a link ends; None for one that is not ours."""
    try:
        found = _signer(settings).loads(token)
    except BadData:
        return None
    return found if isinstance(found, int) else None


def _signer(settings: Settings) -> URLSafeSerializer:
    keys = [key.strip() for key in settings.secret_key.split(",") if key.strip()]
    return URLSafeSerializer(keys[::-1], salt=SALT)  # it signs with the last
