"""Proposes what rises to the leads, and keeps up with it until it is quiet again."""

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from support.conversations.records import Message
from support.incidents import counting, rising, spikes
from support.incidents.records import Incident
from support.incidents.rising import Look
from support.incidents.spike_records import Spike, SpikeCount
from support.incidents.spikes import Course, Found
from support.incidents.usual import SLOT, Expecting, slot_of
from support.incidents.vocabulary import ANY, Key, Kind
from support.search.folding import fold
from support.search.phrases import folded

GROWN = 3
"""Times as many people as when it was dismissed, and it is proposed anew."""
REMEMBERED = timedelta(days=180)
"""So long a dismissed spike makes its word harder to raise."""
MOST_EXAMPLES = 3
BEFORE = timedelta(hours=3)
CHART = timedelta(hours=11)
"""A chart begins so long before the spike was seen, and is so long at most."""


class Seen:
    """What one look came to: spikes that are new, and those that changed."""

    def __init__(self) -> None:
        self.raised: list[int] = []
        self.changed: list[int] = []


def look_at(session: Session, look: Look, running: list[Spike], seen: Seen) -> None:
    """Raises what is new for one account; `running`: what was raised before."""
    usual, near = rising.expecting(session, look)
    if not usual.can_tell:
        return
    for spike in running:
        if _settle(session, spike, look, usual):
            seen.changed.append(spike.id)
    for event in rising.found(session, look, usual, near, dismissed(session, look.now)):
        known = next((it for it in running if _belongs(event, it, look)), None)
        if known is not None:
            _go_on(known, event)
        elif not _is_known(session, event, look):
            spike = _raise(session, event, look, usual)
            running.append(spike)
            seen.raised.append(spike.id)


def anything(session: Session, look: Look) -> bool:
    """Whether anything rises at all, whatever was raised before; reads only."""
    usual, near = rising.expecting(session, look)
    if not usual.can_tell:
        return False
    return bool(rising.found(session, look, usual, near, dismissed(session, look.now)))


def dismissed(session: Session, now: datetime) -> dict[Key, int]:
    """How often leads said of a word that it was nothing."""
    said = (
        select(Spike.kind, Spike.word, func.count(Spike.id))
        .where(Spike.state == "dismissed", Spike.teaches, Spike.seen_at > now - REMEMBERED)
        .group_by(Spike.kind, Spike.word)
    )
    return {Key(kind, word): number for kind, word, number in session.execute(said)}


def naming(spike: Spike) -> Key:
    return Key(spike.kind, spike.word)


def keys_of(spike: Spike) -> list[Key]:
    return [Key(kind, word) for kind, word in spike.words]


def _belongs(event: Found, spike: Spike, look: Look) -> bool:
    keys = set(keys_of(spike))
    people = {it.person for it in look.said if it.keys & keys}
    if spike.state == "dismissed" and len(event.main.people) >= GROWN * spike.peak:
        return False
    course = Course(keys, people, spike.minutes, spike.quiet_at, spike.ended_at)
    return spikes.belongs(event, course, look.now)


def _is_known(session: Session, event: Found, look: Look) -> bool:
    """Whether an incident that is open already is about these words."""
    open_ones = select(Incident.words).where(
        Incident.account_id == look.account.id, Incident.closed_at.is_(None)
    )
    known = [fold(word) for words in session.scalars(open_ones) for word in words if word]
    if not known:
        return False
    theirs = [it for it in look.heard if it.said.person in event.people]
    about = {it.said.person for it in theirs if any(w in fold(it.text) for w in known)}
    return len(about) >= spikes.RELATED * len(event.people)


def _settle(session: Session, spike: Spike, look: Look, usual: Expecting) -> bool:
    """How it goes on; whether open pages should draw it again."""
    people = spikes.by_key(look.said, look.now - spikes.WINDOWS[0])
    keys = keys_of(spike)
    here = len(set().union(*(people.get(key, set()) for key in keys)))
    quiet = spikes.is_quiet(look.said, keys, usual.of, spike.minutes, look.demand, look.now)
    before = (spike.ended_at, spike.state, spike.peak)
    spike.quiet_at = (spike.quiet_at or look.now) if quiet else None
    if not quiet:
        spike.ended_at = None
    elif spike.ended_at is None and spike.quiet_at and look.now - spike.quiet_at >= spikes.QUIET:
        spike.ended_at = look.now
    if spike.state == "snoozed" and spike.snoozed_until and spike.snoozed_until <= look.now:
        spike.state = "open"
    if spike.state != "dismissed":
        spike.peak = max(spike.peak, here)
    if spike.ended_at is None or before[0] is None:
        _draw(session, spike, look, usual)
    return before != (spike.ended_at, spike.state, spike.peak)


def _go_on(spike: Spike, event: Found) -> None:
    known = {tuple(it) for it in spike.words}
    more = [list(it.key) for it in event.rises if tuple(it.key) not in known]
    if more:
        spike.words = [*spike.words, *more]


def _raise(session: Session, event: Found, look: Look, usual: Expecting) -> Spike:
    main = event.main
    times = [it.at for it in look.said if main.key in it.keys]
    spike = Spike(
        account_id=look.account.id,
        kind=main.key.kind,
        word=main.key.word,
        words=[list(key) for key in _named(event, look)],
        minutes=int(main.window / timedelta(minutes=1)),
        people=len(main.people),
        usual=round(main.usual, 2),
        begun_at=spikes.begun(times, usual.of(main.key), look.now),
        seen_at=look.now,
        peak=len(event.people),
        state="open",
        examples=_examples(event, look),
        course={},
    )
    session.add(spike)
    session.flush()
    _draw(session, spike, look, usual)
    return spike


def _named(event: Found, look: Look) -> list[Key]:
    """What rose, and what many of these people say beside it."""
    keys = [it.key for it in event.rises]
    people = spikes.by_key(look.said, look.now - event.main.window)
    for key, who in sorted(people.items(), key=lambda it: -len(it[1] & event.people)):
        speaks = key.kind in (Kind.TROUBLE, Kind.PRODUCT, Kind.REGION) and key not in keys
        if speaks and len(who & event.people) >= max(3, len(event.people) / 4):
            keys.append(key)
    return keys


def _examples(event: Found, look: Look) -> list[int]:
    public = {
        it.person: it.message
        for it in look.said
        if it.public and it.person in event.people and ANY in it.keys
    }
    return sorted(public.values(), reverse=True)[:MOST_EXAMPLES]


def _draw(session: Session, spike: Spike, look: Look, usual: Expecting) -> None:
    """Its chart: people under what names it, from some time before it on."""
    begin = slot_of(spike.seen_at - BEFORE)
    if look.now - begin > CHART:
        return
    found = spike.kind == Kind.FOUND
    counted = _of_phrase(session, spike, look, begin) if found else _counted(session, spike, begin)
    slots = [begin + SLOT * n for n in range((slot_of(look.now) - begin) // SLOT + 1)]
    spike.course = {
        "from": begin.isoformat(),
        "people": [counted.get(slot, 0) for slot in slots],
        "usual": round(usual.of(naming(spike)).mean, 2) if not found else 0.0,
    }


def _counted(session: Session, spike: Spike, begin: datetime) -> dict[datetime, int]:
    rows = session.execute(
        select(SpikeCount.slot_at, SpikeCount.people).where(
            SpikeCount.account_id == spike.account_id,
            SpikeCount.kind == spike.kind,
            SpikeCount.word == spike.word,
            SpikeCount.slot_at >= begin,
        )
    )
    return {row.slot_at: row.people for row in rows}


def _of_phrase(session: Session, spike: Spike, look: Look, begin: datetime) -> dict[datetime, int]:
    """A phrase nobody thought of is counted for as long as it is watched."""
    when = and_(Message.posted_at >= begin, Message.posted_at <= look.now)
    people: dict[datetime, set[int]] = defaultdict(set)
    for it in counting.hear(session, look.words, when):
        ours = it.account_id == spike.account_id and it.said.public
        if ours and ANY in it.said.keys and spike.word in folded(it.text):
            people[slot_of(it.said.at)].add(it.said.person)
    return {slot: len(who) for slot, who in people.items()}
