"""The report as plain values for JSON: durations in seconds, days as ISO dates, shares in permille.

It is made of the same `Report` as the page and the CSV; nothing is worked out here.
"""

from datetime import timedelta
from typing import Any

from support.reports.figures import Report, Spell, Totals
from support.reports.measures import Attainment, Doings, Line, Times
from support.reports.periods import Period
from support.reports.shares import Talk
from support.reports.topics import Topics

VERSION = 1
"""Of this form; a field that changes its meaning raises it."""


def document(report: Report, talk: Talk, topics: Topics) -> dict[str, Any]:
    return {
        "version": VERSION,
        "period": _period(report.period),
        "previous_period": _period(report.period.previous),
        "totals": _totals(report.totals),
        "previous": _totals(report.before),
        "first_reply_target_seconds": _seconds(report.target),
        "unresolved_now": report.unresolved,
        "overdue_now": report.overdue,
        "spells": [_spell(spell) for spell in report.spells],
        "agents": [
            {
                "id": row.person.id if row.person else None,
                "name": row.person.name if row.person else None,
                "replies": row.replies,
                "first_reply": _times(row.times),
                "promises": _attainment(row.attainment),
                "resolved": row.resolved,
            }
            for row in report.agents
        ],
        "by": {
            facet: [{"key": line.key, "promises": _line(line)} for line in lines]
            for facet, lines in report.lines.items()
        },
        "messages_by_weekday_and_hour": [list(hours) for hours in report.heat.grid],
        "messages_outside_hours": report.heat.outside,
        "conversation": _talk(talk),
        "topics": _topics(topics),
    }


def _talk(talk: Talk) -> dict[str, Any]:
    return {
        "people": talk.all.people,
        "messages": talk.all.messages,
        "tickets": talk.all.tickets,
        "people_before": talk.before.people,
        "shares": {
            facet: [
                {
                    "key": it.key,
                    "people": it.here.people,
                    "people_permille": it.permille,
                    "people_before_permille": it.permille_before,
                    "messages": it.here.messages,
                    "tickets": it.here.tickets,
                }
                for it in parts
            ]
            for facet, parts in talk.parts.items()
        },
        "voices": [
            {
                "customer": it.customer,
                "followers": it.followers,
                "messages": it.messages,
                "tickets": it.tickets,
            }
            for it in talk.voices
        ],
    }


def _topics(topics: Topics) -> dict[str, Any]:
    """Phrases that several people said; whose words they were in, their tickets show."""
    return {
        "people": topics.people,
        "people_before": topics.before,
        "found": [
            {
                "phrase": it.phrase,
                "people": it.people,
                "in_dm_only": it.private,
                "people_before": it.before,
                "strength": it.strength,
                "tickets": list(it.tickets),
            }
            for it in topics.found
        ],
    }


def _period(period: Period) -> dict[str, Any]:
    return {"first": str(period.first), "last": str(period.last), "zone": str(period.zone)}


def _totals(totals: Totals) -> dict[str, Any]:
    return {
        "promises": _line(totals.promised),
        "all_promises": _attainment(totals.attainment),
        "late_intake": totals.late_intake,
        "sent_public": totals.public,
        "sent_dm": totals.dm,
        "resolved": totals.resolved,
        **_doings(totals.doings),
    }


def _doings(doings: Doings) -> dict[str, Any]:
    return {
        "automatic_replies": doings.automatic,
        "suggested": doings.suggested,
        "suggestion_hits_at_3": doings.hits,
        "public_tickets": doings.asked,
        "handed_to_dm": doings.handed,
        "cost_usd_micros": doings.cost_micros,
        "cost_usd_micros_by_account": {str(n): micros for n, micros in doings.micros.items()},
    }


def _line(line: Line) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for (kind, clock), measure in line.measures.items():
        one = {**_times(measure.times), **_attainment(measure.attainment)}
        found.setdefault(kind, {})[clock] = one
    return found


def _spell(spell: Spell) -> dict[str, Any]:
    return {
        "first": str(spell.first),
        "last": str(spell.last),
        "closed": spell.closed,
        "first_reply": _times(spell.times),
        "opened": spell.opened,
        "resolved": spell.resolved,
        "backlog": spell.backlog,
    }


def _times(times: Times) -> dict[str, Any]:
    return {
        "count": times.count,
        "p50_seconds": _seconds(times.median),
        "p90_seconds": _seconds(times.p90),
        "p95_seconds": _seconds(times.p95),
    }


def _attainment(attainment: Attainment) -> dict[str, Any]:
    return {
        "kept": attainment.kept,
        "broken": attainment.broken,
        "kept_permille": attainment.permille,
    }


def _seconds(amount: timedelta | None) -> float | None:
    return None if amount is None else amount.total_seconds()
