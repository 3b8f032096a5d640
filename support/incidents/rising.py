"""Reads what is usual for an account now, and what rises beyond it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from support.conversations.records import PUBLIC, Conversation, Message
from support.incidents import counting, spikes
from support.incidents.counting import LONGEST_READ, Heard
from support.incidents.spike_records import SpikeCount
from support.incidents.spikes import Demand, Found, Said
from support.incidents.usual import SLOT, WEEKS, Around, Expecting, Usual, around, growth, slot_of
from support.incidents.vocabulary import ALL, ANY, Key, Kind, Vocabulary
from support.search.phrases import folded, phrases
from support.sla.holidays_of import national_holidays, year_end_days
from support.sla.records import Calendar
from support.x.records import Account

SAMPLE = 150
"""Messages from about this time of each day like today, to learn how usual a phrase is."""
MOST_PHRASES = 20
SMOOTHING = 50.0
"""People who are taken to have said nothing of the kind, beside those of the sample."""


@dataclass(frozen=True)
class Look:
    """One account at one moment."""

    account: Account
    heard: Sequence[Heard]
    words: Vocabulary
    demand: Demand
    now: datetime
    known_since: datetime
    accounts: int = 1

    @property
    def said(self) -> list[Said]:
        return [it.said for it in self.heard]

    @property
    def is_busy(self) -> bool:
        """Whether anything could be a spike at all; otherwise nothing is asked."""
        people = {it.said.person for it in self.heard if ANY in it.said.keys}
        return spikes.worth_a_look(len(people), self.demand)


def expecting(session: Session, look: Look) -> tuple[Expecting, Around]:
    calendar = session.get_one(Calendar, look.account.calendar_id)
    middle = slot_of(look.now - SLOT / 2)
    near = around(middle, ZoneInfo(calendar.zone), _holidays(calendar), look.known_since)
    counts = counting.counts_of(session, look.account.id, near.slots)
    scales = growth(_weeks(session, look))
    return Expecting(near, counts, scales), near


def found(
    session: Session,
    look: Look,
    usual: Expecting,
    near: Around,
    dismissed: Mapping[Key, int],
) -> list[Found]:
    """Events that rise now, words nobody thought of among them."""
    unforeseen = _unforeseen(session, look, usual, near)
    said = [it.said._replace(keys=it.said.keys | _phrases_in(it, unforeseen)) for it in look.heard]

    def expected(key: Key) -> Usual | None:
        return unforeseen.get(key) if key.kind == Kind.FOUND else usual.of(key)

    rising = spikes.rises(
        said,
        expected,
        look.demand,
        look.now,
        accounts=look.accounts,
        keys=len(look.words.words) + 1,
        dismissed=dismissed,
    )
    return spikes.merged(rising)


def _holidays(calendar: Calendar) -> Callable[[date], bool]:
    def is_holiday(day: date) -> bool:
        off = national_holidays(calendar.country, [day.year]) if calendar.country else {}
        return day in off or (calendar.year_end and day in year_end_days([day.year]))

    return is_holiday


def _weeks(session: Session, look: Look) -> list[int]:
    """People of each week, slot by slot, the last seven days first; as far as it is known."""
    begin = slot_of(look.now)
    sums = []
    for number in range(WEEKS):
        end, start = begin - timedelta(weeks=number), begin - timedelta(weeks=number + 1)
        if start < look.known_since:
            break
        sums.append(
            func.sum(SpikeCount.people).filter(
                SpikeCount.slot_at >= start, SpikeCount.slot_at < end
            )
        )
    if not sums:
        return []
    row = session.execute(
        select(*sums).where(
            SpikeCount.account_id == look.account.id,
            SpikeCount.kind == ALL.kind,
            SpikeCount.word == ALL.word,
            SpikeCount.slot_at >= begin - timedelta(weeks=len(sums)),
        )
    ).one()
    return [int(it or 0) for it in row]


def _phrases_in(heard: Heard, wanted: Mapping[Key, Usual]) -> frozenset[Key]:
    if not wanted or not heard.said.public or ANY not in heard.said.keys:
        return frozenset()
    words = folded(heard.text)
    return frozenset(key for key in wanted if key.word in words)


def _unforeseen(session: Session, look: Look, usual: Expecting, near: Around) -> dict[Key, Usual]:
    """Phrases that enough people who tell of trouble say in public now, and how usual they are."""
    troubled = [it for it in look.heard if it.said.public and ANY in it.said.keys]
    people: dict[str, set[int]] = {}
    ours = {folded(it) for it in (look.account.name, look.account.handle, look.account.persona)}
    for it in troubled:
        for phrase in phrases(it.text):
            people.setdefault(phrase, set()).add(it.said.person)
    wanted = [
        phrase
        for phrase, who in people.items()
        if spikes.worth_a_look(len(who), look.demand)
        and len(phrase) <= 30
        and not any(phrase in name or name in phrase for name in ours if name)
        and not look.words.knows(phrase)
    ]
    wanted = sorted(wanted, key=lambda it: (-len(people[it]), -len(it), it))[:MOST_PHRASES]
    if not wanted:
        return {}
    shares = _shares(session, look, near, wanted)
    return {Key(Kind.FOUND, it): usual.by_share(shares[it]) for it in wanted}


def _shares(session: Session, look: Look, near: Around, wanted: Sequence[str]) -> dict[str, float]:
    """The share of people who say a phrase in trouble, in samples of days like today. The day it
    was said most is left out: it may have been an incident."""
    days = [_sample(session, look, day[0], wanted) for day in near.like]
    shares = {}
    for phrase in wanted:
        found = [({p for p, words in day if phrase in words}, {p for p, _ in day}) for day in days]
        found.sort(key=lambda it: len(it[0]) / max(len(it[1]), 1))
        kept = found[:-1] if len(found) > 3 else found
        said, people = sum(len(it[0]) for it in kept), sum(len(it[1]) for it in kept)
        shares[phrase] = (said + 1) / (people + SMOOTHING)
    return shares


def _sample(
    session: Session, look: Look, begin: datetime, wanted: Sequence[str]
) -> list[tuple[int, str]]:
    """Who wrote from `begin` on, and, folded, what of trouble they told with one of these
    phrases in it; otherwise "". Most texts hold none, and are not read closely."""
    rows = session.execute(
        select(
            func.coalesce(Message.author_id, Conversation.customer_id),
            func.substr(Message.text, 1, LONGEST_READ),
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Message.posted_at >= begin,
            Message.posted_at < look.now - timedelta(hours=3),
            Conversation.account_id == look.account.id,
            Message.channel == PUBLIC,
            Message.by_us.is_(False),
            Message.emptied_at.is_(None),
        )
        .order_by(Message.posted_at)
        .limit(SAMPLE)
    )
    said = ((person, text, folded(text)) for person, text in rows)
    return [
        (person, words if any(it in words for it in wanted) and look.words.troubled(text) else "")
        for person, text, words in said
    ]
