"""Manners: whether somebody who did not ask may be offered help, and if not, every reason why.

Asked when a colleague approves, again when they hand off, and by lists for each line: whatever
happened in between stops it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from support.incidents.fits import Rule
from support.outreach import sameness, topics
from support.outreach.policy import Policy
from support.outreach.reasons import Refusal, Why
from support.sla.hours import BusinessHours, OpenTime
from support.x.eligibility import Verdict, Way
from support.x.eligibility import Why as Eligible

__all__ = ["Candidate", "Eligible", "History", "Policy", "Refusal", "Said", "Why", "why_not"]

_HOUR = timedelta(hours=1)
_GONE = {Eligible.GONE: Why.GONE, Eligible.PROTECTED: Why.PROTECTED}
_LIMITED = (Eligible.LIMITED, Eligible.ONLY_MENTIONED)


@dataclass(frozen=True)
class Candidate:
    """Somebody a listening found, by the post it found, and what is to be said to them."""

    post_x_id: str
    author_x_id: str
    text: str
    posted_at: datetime
    handle: str
    """Of the account that would speak."""
    verdict: Verdict
    """Whether and how X lets that account answer the post."""
    gone: str = ""
    """Why the post is out of sight on X, if it is."""
    called: str = ""
    """The name they gave themselves on X."""
    edited: bool = False
    """A newer version of it is known."""
    approved_at: datetime | None = None
    """Since when it waits to be handed off."""
    body: str = ""
    """What would be sent; empty while nothing is chosen."""
    names: tuple[str, ...] = ()
    """Names, signature: left out when texts are compared."""
    by_api: bool = False
    """Asked is whether the desk may send it itself."""


@dataclass(frozen=True)
class Said:
    """Words we sent, or are about to, without names; see sameness.bare."""

    bare: str
    at: datetime


@dataclass(frozen=True)
class Incident:
    """An open one, on the account that would speak."""

    title: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class History:
    """What the desk knows of the person, the account, whoever would speak, and itself."""

    is_on: bool
    zone: str
    """Where a day of the account begins."""
    hours: OpenTime | None
    """Of the account."""
    unwanted: bool = False
    muted: bool = False
    hidden: str = ""
    """Why their posts are out of sight on X: protected, suspended, gone."""
    open_ticket: int | None = None
    thread_ticket: int | None = None
    answered_by_us: bool = False
    answered: bool = False
    under_way: tuple[str, str] | None = None
    """Who is offering them help right now, and from which account."""
    contacted_at: datetime | None = None
    """When anybody last did, from any account and list."""
    contacted_from: str = ""
    agent_today: int = 0
    """Whom the agent contacted today or is about to, this one left out."""
    account_today: int = 0
    account_hour: tuple[datetime, ...] = ()
    """When the account contacted somebody within the hour."""
    said: tuple[Said, ...] = ()
    incidents: tuple[Incident, ...] = ()
    words: tuple[str, ...] = ()
    """The desk's own words to keep away from, beside those of the policy."""
    crisis: bool = False
    stopped: bool = False


def why_not(
    candidate: Candidate, history: History, policy: Policy, now: datetime
) -> tuple[Refusal, ...]:
    """Every reason against it, the most final first; none: it may be done now."""
    found = [*_of_the_person(candidate, history)]
    found += _of_the_post(candidate, history, policy, now)
    found += _of_others(candidate, history, policy, now)
    found += _of_the_desk(candidate, history, policy, now)
    found += _of_numbers(candidate, history, policy, now)
    found += _of_the_words(candidate, history, policy, now)
    order = {why: place for place, why in enumerate(Why)}
    return tuple(sorted(found, key=lambda refusal: order[refusal.why]))


def _of_the_person(candidate: Candidate, history: History) -> Iterator[Refusal]:
    if history.unwanted:
        yield Refusal(Why.OPTED_OUT)
    if history.muted:
        yield Refusal(Why.MUTED)


def _of_the_post(
    candidate: Candidate, history: History, policy: Policy, now: datetime
) -> Iterator[Refusal]:
    unseen = {candidate.gone, history.hidden} - {""}
    why = _GONE.get(candidate.verdict.why)
    if "protected" in unseen or why is Why.PROTECTED:
        yield Refusal(Why.PROTECTED)
    elif unseen or why is Why.GONE:
        yield Refusal(Why.GONE)
    if candidate.edited:
        yield Refusal(Why.EDITED)
    if candidate.verdict.why in _LIMITED:
        yield Refusal(Why.LIMITED)
    if now - candidate.posted_at > timedelta(hours=policy.oldest_hours):
        yield Refusal(Why.TOO_OLD, {"hours": policy.oldest_hours})
    yield from _of_its_subject(candidate, policy, history.words)


def _of_its_subject(candidate: Candidate, policy: Policy, more: Iterable[str]) -> Iterator[Refusal]:
    """Of the name no more is asked than whether it is a minor's."""
    young = topics.found(candidate.called, policy.subjects & {"minors"})
    hit = topics.found(candidate.text, policy.subjects, (*policy.words, *more)) or young
    if hit is None:
        return
    subject, word = hit
    if subject == "minors":
        yield Refusal(Why.MINOR, {"word": word})
    elif subject:
        yield Refusal(Why.SENSITIVE, {"word": word, "subject": topics.NAMES[subject]})
    else:
        yield Refusal(Why.OWN_WORD, {"word": word})


def _of_others(
    candidate: Candidate, history: History, policy: Policy, now: datetime
) -> Iterator[Refusal]:
    if history.open_ticket is not None:
        yield Refusal(Why.TICKET_OPEN, {"ticket": history.open_ticket})
    if history.thread_ticket is not None and history.thread_ticket != history.open_ticket:
        yield Refusal(Why.TICKET_THERE, {"ticket": history.thread_ticket})
    if history.answered_by_us:
        yield Refusal(Why.ANSWERED_BY_US)
    if history.answered:
        yield Refusal(Why.ANSWERED)
    if history.under_way is not None:
        who, handle = history.under_way
        yield Refusal(Why.UNDER_WAY, {"who": who, "handle": handle})
    if history.contacted_at is not None:
        again = history.contacted_at + timedelta(days=policy.cool_down_days)
        if now < again:
            values = {"days": policy.cool_down_days, "handle": history.contacted_from}
            yield Refusal(Why.COOL_DOWN, values, again)


def _of_the_desk(
    candidate: Candidate, history: History, policy: Policy, now: datetime
) -> Iterator[Refusal]:
    here = {"handle": candidate.handle}
    if not history.is_on:
        yield Refusal(Why.OFF)
    if history.stopped:
        yield Refusal(Why.STOPPED, here)
    if history.crisis:
        yield Refusal(Why.CRISIS, here)
    hit = next(_incidents(candidate.text, history.incidents), None)
    if hit is not None:
        yield Refusal(Why.INCIDENT, hit)
    hours = hours_in_force(history, policy)
    if hours is None or not hours.is_open(now):
        yield Refusal(Why.CLOSED, until=hours.next_opening(now) if hours else None)


def _incidents(text: str, incidents: Iterable[Incident]) -> Iterator[Mapping[str, object]]:
    """Read as the incident reads tickets: a word of several parts asks for all of them."""
    for incident in incidents:
        hit = next((word for word in incident.words if Rule((word,)).says(text)), None)
        if hit is not None:
            yield {"title": incident.title, "word": hit}


def _of_numbers(
    candidate: Candidate, history: History, policy: Policy, now: datetime
) -> Iterator[Refusal]:
    tomorrow = next_day(now, history.zone)
    waited = candidate.approved_at
    if waited is not None and now - waited > timedelta(hours=policy.wait_hours):
        yield Refusal(Why.WAITED, {"hours": policy.wait_hours})
    if history.agent_today >= policy.agent_day:
        yield Refusal(Why.AGENT_DAY, {"most": policy.agent_day}, tomorrow)
    if history.account_today >= policy.account_day:
        values = {"most": policy.account_day, "handle": candidate.handle}
        yield Refusal(Why.ACCOUNT_DAY, values, tomorrow)
    lately = sorted(at for at in history.account_hour if at > now - _HOUR)
    if len(lately) >= policy.account_hour:
        free = lately[len(lately) - policy.account_hour] + _HOUR
        values = {"most": policy.account_hour, "handle": candidate.handle}
        yield Refusal(Why.ACCOUNT_HOUR, values, free)


def _of_the_words(
    candidate: Candidate, history: History, policy: Policy, now: datetime
) -> Iterator[Refusal]:
    since = now - timedelta(hours=policy.similar_hours)
    mine = sameness.bare(candidate.body, candidate.names)
    recent = [said for said in history.said if said.at > since] if mine else []
    scores = [(sameness.likeness(mine, said.bare), said.at) for said in recent]
    hits = [(score, at) for score, at in scores if score >= policy.similar_percent]
    if hits:
        values = {"hours": policy.similar_hours, "percent": max(score for score, _ in hits)}
        latest = max(at for _, at in hits)
        yield Refusal(Why.SAME_WORDS, values, latest + timedelta(hours=policy.similar_hours))
    if candidate.by_api and not may_send_by_api(candidate.verdict, policy):
        yield Refusal(Why.NOT_BY_API)


def may_send_by_api(verdict: Verdict, policy: Policy) -> bool:
    """Only where X surely lets the desk, and an administrator does too."""
    return policy.by_api and verdict.way is Way.API and verdict.certain


def hours_in_force(history: History, policy: Policy) -> OpenTime | None:
    """When somebody may be contacted: the policy's own hours, or whenever the account is open."""
    if not policy.own_hours:
        return history.hours
    days = sorted(policy.own_hours.items())
    weekly = tuple((day, tuple((a, b) for a, b in spells)) for day, spells in days)
    return _own_hours(history.zone, weekly)


@lru_cache(maxsize=32)
def _own_hours(zone: str, weekly: tuple[tuple[int, tuple[tuple[str, str], ...]], ...]) -> OpenTime:
    return BusinessHours(zone, {day: list(spells) for day, spells in weekly})


def day_of(now: datetime, zone: str) -> datetime:
    """When the account's day began."""
    return datetime.combine(now.astimezone(ZoneInfo(zone)).date(), time(), ZoneInfo(zone))


def next_day(now: datetime, zone: str) -> datetime:
    today = now.astimezone(ZoneInfo(zone)).date()
    return datetime.combine(today + timedelta(days=1), time(), ZoneInfo(zone))
