"""Counts people by word and quarter of an hour, as messages come, and anew where that is needed.

A slot is counted as a whole from its messages, whenever one of them came, was edited, or its
ticket was tagged or split: so late ones are counted where they belong. `SpikeWatch` says how far
this has come; whoever counts holds its row. What X took back later stays in the numbers.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, select
from sqlalchemy.orm import Session

from support.conversations.records import PUBLIC, Conversation, Message
from support.incidents.spike_records import SpikeCount, SpikeWatch
from support.incidents.spikes import Said
from support.incidents.usual import SLOT, WEEKS, slot_of
from support.incidents.vocabulary import Key, Vocabulary
from support.tickets.records import TicketEvent, TicketTag

SETTLING = timedelta(minutes=2)
"""So long after it reached us a message is surely committed, and all with lower numbers."""
EDITABLE = timedelta(hours=2)
"""X lets a post be edited for an hour."""
LONGEST_READ = 1_000
"""Letters of one message."""
AT_ONCE = 5_000
"""Messages of one job, so that a worker is soon free again."""
DAY = timedelta(days=1)
RETAGGED = ("tagged", "untagged", "split", "split_off", "merged", "took_over")


@dataclass(frozen=True, slots=True)
class Heard:
    """A message with what it is counted under, and its words."""

    account_id: int
    said: Said
    text: str


def horizon(now: datetime) -> datetime:
    """Before it nothing is counted."""
    return slot_of(now) - timedelta(weeks=WEEKS) - DAY


def catch_up(session: Session, words: Vocabulary, now: datetime) -> tuple[SpikeWatch, bool] | None:
    """Counts what is new and some of what is old; and whether more is to be counted.

    None: somebody else is at it.
    """
    watch = _hold(session)
    if watch is None:
        return None
    if watch.filled_from is None or watch.vocabulary != words.version:
        _begin(session, watch, words, now)
    slots, more = _touched(session, watch, now)
    floor = max(watch.filled_from or now, horizon(now))
    recount(session, {slot for slot in slots if slot >= floor}, words)
    unfilled = _fill(session, watch, words, now)
    session.execute(delete(SpikeCount).where(SpikeCount.slot_at < horizon(now) - DAY))
    return watch, more or unfilled


def recount(session: Session, slots: Collection[datetime], words: Vocabulary) -> None:
    for begin, end in _runs(slots):
        _recount(session, begin, end, words)


def _recount(session: Session, begin: datetime, end: datetime, words: Vocabulary) -> int:
    """The only writer of counts: of all slots from `begin` to `end`; how many messages it read."""
    heard = list(hear(session, words, and_(Message.posted_at >= begin, Message.posted_at < end)))
    session.execute(delete(SpikeCount).where(SpikeCount.slot_at >= begin, SpikeCount.slot_at < end))
    rows = [
        {"account_id": account, "kind": key.kind, "word": key.word, "slot_at": slot, "people": n}
        for (account, key, slot), n in counted(heard).items()
    ]
    if rows:
        session.execute(insert(SpikeCount), rows)
    return len(heard)


def counted(heard: Iterable[Heard]) -> Mapping[tuple[int, Key, datetime], int]:
    """The rule: people, not messages."""
    people: dict[tuple[int, Key, datetime], set[int]] = defaultdict(set)
    for it in heard:
        slot = slot_of(it.said.at)
        for key in it.said.keys:
            people[it.account_id, key, slot].add(it.said.person)
    return {where: len(who) for where, who in people.items()}


def hear(session: Session, words: Vocabulary, when: ColumnElement[bool]) -> Iterable[Heard]:
    """Customers' messages in order; two queries."""
    there = and_(when, Message.by_us.is_(False), Message.emptied_at.is_(None))
    tags: dict[int, list[str]] = defaultdict(list)
    tagged = (
        select(TicketTag.ticket_id, TicketTag.name)
        .where(TicketTag.ticket_id.in_(select(Message.ticket_id).where(there)))
        .order_by(TicketTag.name)
    )
    for ticket_id, name in session.execute(tagged):
        tags[ticket_id].append(name)
    for row in session.execute(_said(there)):
        number, at, account_id, person, channel, ticket_id, text = row
        keys = words.keys(text, tags.get(ticket_id, ()))
        yield Heard(account_id, Said(person, at, keys, number, channel == PUBLIC), text)


def _said(there: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            Message.id,
            Message.posted_at,
            Conversation.account_id,
            func.coalesce(Message.author_id, Conversation.customer_id),
            Message.channel,
            Message.ticket_id,
            func.substr(Message.text, 1, LONGEST_READ),
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(there)
        .order_by(Message.posted_at, Message.id)
    )


def _hold(session: Session) -> SpikeWatch | None:
    held = select(SpikeWatch).where(SpikeWatch.id == 1)
    found = session.scalar(
        held.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    )
    if found is None and session.scalar(select(SpikeWatch.id)) is None:
        found = SpikeWatch(id=1, seen_message_id=0, seen_event_id=0, vocabulary="")
        session.add(found)
        session.flush()
    return found


def _begin(session: Session, watch: SpikeWatch, words: Vocabulary, now: datetime) -> None:
    """From now on; what was before is filled in backwards."""
    settled = select(func.max(Message.id)).where(Message.received_at <= now - SETTLING)
    watch.seen_message_id = session.scalar(settled) or 0
    watch.seen_event_id = session.scalar(select(func.max(TicketEvent.id))) or 0
    watch.filled_from = slot_of(now) + SLOT
    watch.vocabulary = words.version


def _touched(session: Session, watch: SpikeWatch, now: datetime) -> tuple[set[datetime], bool]:
    """Slots whose count may have changed since; and whether there are more of them."""
    came = session.execute(
        select(Message.id, Message.posted_at, Message.received_at)
        .where(Message.id > watch.seen_message_id)
        .order_by(Message.id)
        .limit(AT_ONCE)
    ).all()
    slots = {slot_of(at) for _number, at, _received in came}
    for number, _at, received_at in came:
        if received_at > now - SETTLING:
            break
        watch.seen_message_id = number
    edited = select(Message.posted_at).where(
        Message.posted_at > now - EDITABLE, Message.edited_at.is_not(None)
    )
    slots |= {slot_of(at) for at in session.scalars(edited)}
    slots |= _retagged(session, watch, now)
    return slots, len(came) == AT_ONCE


def _retagged(session: Session, watch: SpikeWatch, now: datetime) -> set[datetime]:
    events = session.execute(
        select(TicketEvent.id, TicketEvent.ticket_id, TicketEvent.happened_at)
        .where(TicketEvent.id > watch.seen_event_id, TicketEvent.kind.in_(RETAGGED))
        .order_by(TicketEvent.id)
        .limit(AT_ONCE)
    ).all()
    for number, _ticket, at in events:
        if at > now - SETTLING:
            break
        watch.seen_event_id = number
    tickets = {ticket for _number, ticket, _at in events}
    theirs = select(Message.posted_at).where(
        Message.ticket_id.in_(tickets), Message.posted_at >= horizon(now)
    )
    return {slot_of(at) for at in session.scalars(theirs)} if tickets else set()


def _fill(session: Session, watch: SpikeWatch, words: Vocabulary, now: datetime) -> bool:
    """Some days further back, in longer steps where little was said; whether there are more."""
    read, step, end = 0, DAY, horizon(now)
    while watch.filled_from is not None and watch.filled_from > end and read < AT_ONCE:
        begin = max(watch.filled_from - step, end)
        came = _recount(session, begin, watch.filled_from, words)
        read, step = read + came, step if came > AT_ONCE / 10 else 2 * step
        older = select(Message.id).where(Message.posted_at < begin).limit(1)
        watch.filled_from = begin if session.scalar(older) is not None else end
    return watch.filled_from is not None and watch.filled_from > end


def _runs(slots: Collection[datetime], most: int = 96) -> Iterable[tuple[datetime, datetime]]:
    """Stretches of slots that follow each other."""
    begin = end = None
    for slot in sorted(slots):
        if begin is None or slot != end or slot - begin >= SLOT * most:
            if begin is not None and end is not None:
                yield begin, end
            begin = slot
        end = slot + SLOT
    if begin is not None and end is not None:
        yield begin, end


def known_since(session: Session, watch: SpikeWatch) -> datetime | None:
    """From when on the counts are those of the words in force: as far as they are filled, and
    not before the first message."""
    first = session.scalar(
        select(Message.posted_at).order_by(Message.posted_at, Message.id).limit(1)
    )
    if first is None or watch.filled_from is None:
        return None
    return max(slot_of(first), watch.filled_from)


def counts_of(
    session: Session, account_id: int, slots: Collection[datetime]
) -> dict[tuple[Key, datetime], int]:
    found = session.execute(
        select(SpikeCount.kind, SpikeCount.word, SpikeCount.slot_at, SpikeCount.people).where(
            SpikeCount.account_id == account_id, SpikeCount.slot_at.in_(slots)
        )
    )
    return {(Key(kind, word), at): people for kind, word, at, people in found}
