"""Looks each minute whether so many people write that a lead should know, and what leads decide."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from support.agents.records import Agent
from support.conversations.records import Message
from support.errors import N_, Refused
from support.incidents import counting, raising, spikes, tuning
from support.incidents.counting import Heard
from support.incidents.raising import Seen
from support.incidents.records import Incident
from support.incidents.rising import Look
from support.incidents.spike_records import Spike, SpikeWatch
from support.incidents.spikes import Demand
from support.incidents.vocabulary import Vocabulary
from support.x.records import Account

SNOOZE = timedelta(minutes=15)
OLDEST = timedelta(days=1)
"""What nobody decided about for so long is past."""
SETTLED = N_("この急増には、すでに%(who)sが対応しています。")


@dataclass
class Watched:
    """What one look came to, and whether more is to be counted soon."""

    seen: Seen = field(default_factory=Seen)
    more: bool = False


def watch(session: Session, now: datetime) -> Watched:
    """One look at all accounts; twice in a minute changes nothing."""
    held = _counted(session, now)
    if held is None:
        return Watched()
    state, watched = held
    for look, running in _looks(session, state, now):
        raising.look_at(session, look, running, watched.seen)
    return watched


def count(session: Session, now: datetime) -> Watched | None:
    """Counts what came, and raises nothing. None: it is switched off, or somebody else is at it."""
    held = _counted(session, now)
    return held[1] if held is not None else None


def anything_up(session: Session, now: datetime) -> bool:
    """Whether `watch` would find anything to write beside counts: reads only, so that SQLite's one
    writer is not kept from writing by a look that finds nothing, as almost all do."""
    state = session.get(SpikeWatch, 1)
    looks = _looks(session, state, now) if state is not None else ()
    return any(running or raising.anything(session, look) for look, running in looks)


def _counted(session: Session, now: datetime) -> tuple[SpikeWatch, Watched] | None:
    rule = tuning.rule_in_force(session)
    if rule is not None and not rule.on:
        return None
    counted = counting.catch_up(session, tuning.vocabulary_in_force(session), now)
    if counted is None:
        return None
    state, more = counted
    state.looked_at = now
    return state, Watched(more=more)


def _looks(
    session: Session, state: SpikeWatch, now: datetime
) -> Iterator[tuple[Look, list[Spike]]]:
    """Accounts at which a look is worth while, with the spikes that go on there."""
    words = tuning.vocabulary_in_force(session)
    demand = spikes.DEMANDS[tuning.sensitivity_of(tuning.rule_in_force(session))]
    begin = now - spikes.WINDOWS[-1]
    lately = counting.hear(
        session, words, and_(Message.posted_at >= begin, Message.posted_at <= now)
    )
    by_account: dict[int, list[Heard]] = defaultdict(list)
    for it in lately:
        by_account[it.account_id].append(it)
    for account, running in _accounts(session, by_account.keys(), now):
        look = _look(session, state, account, by_account[account.id], words, now, demand)
        if look is not None and (running or look.is_busy):
            yield look, running


def _look(
    session: Session,
    state: SpikeWatch,
    account: Account,
    heard: list[Heard],
    words: Vocabulary,
    now: datetime,
    demand: Demand,
) -> Look | None:
    since = counting.known_since(session, state)
    if since is None:
        return None
    accounts = session.scalar(select(func.count(Account.id))) or 1
    return Look(account, heard, words, demand, now, since, accounts)


def _accounts(
    session: Session, heard: Collection[int], now: datetime
) -> list[tuple[Account, list[Spike]]]:
    """Those somebody wrote to, or with a spike that goes on or has just ended."""
    going = select(Spike).where(
        or_(Spike.ended_at.is_(None), Spike.ended_at > now - spikes.COOL_DOWN)
    )
    running: dict[int, list[Spike]] = defaultdict(list)
    for spike in session.scalars(going.order_by(Spike.id)):
        running[spike.account_id].append(spike)
    wanted = select(Account).where(Account.id.in_({*heard, *running})).order_by(Account.id)
    return [(account, running[account.id]) for account in session.scalars(wanted)]


def open_spikes(session: Session, now: datetime) -> list[Spike]:
    """What leads are to decide about, the newest first; an hour after it has ended it is past."""
    waiting = (
        select(Spike)
        .where(
            or_(
                Spike.state == "open",
                and_(Spike.state == "snoozed", Spike.snoozed_until <= now),
            ),
            or_(Spike.ended_at.is_(None), Spike.ended_at > now - spikes.COOL_DOWN),
            Spike.seen_at > now - OLDEST,
        )
        .options(joinedload(Spike.account))
        .order_by(Spike.id.desc())
    )
    return list(session.scalars(waiting))


def past(session: Session, limit: int, before: int | None = None) -> list[Spike]:
    """All there were, the newest first; `before`: those with a lower number."""
    theirs = select(Spike).options(
        joinedload(Spike.account), joinedload(Spike.decided_by), joinedload(Spike.incident)
    )
    if before is not None:
        theirs = theirs.where(Spike.id < before)
    return list(session.scalars(theirs.order_by(Spike.id.desc()).limit(limit)))


def snooze(session: Session, spike: Spike, *, by: Agent, now: datetime) -> None:
    """Leaves it alone for a quarter of an hour; it comes back if it goes on."""
    _decide(session, spike, "snoozed", by, now)
    spike.snoozed_until = now + SNOOZE


def dismiss(session: Session, spike: Spike, *, by: Agent, now: datetime) -> bool:
    """It was nothing; whether its word is harder to raise from now on."""
    _decide(session, spike, "dismissed", by, now)
    session.flush()
    often = raising.dismissed(session, now)
    return often.get(raising.naming(spike), 0) >= spikes.DISMISSED_OFTEN


def taken(session: Session, spike: Spike, incident: Incident, *, by: Agent, now: datetime) -> None:
    """An incident was opened for it."""
    _decide(session, spike, "taken", by, now)
    spike.incident_id = incident.id


def _decide(session: Session, spike: Spike, state: str, by: Agent, now: datetime) -> None:
    """One lead decides, once: who comes second is told who was first."""
    held = select(Spike).where(Spike.id == spike.id).with_for_update()
    session.execute(held.execution_options(populate_existing=True))
    if spike.state in ("dismissed", "taken"):
        who = spike.decided_by.name if spike.decided_by else ""
        raise Refused("spike", SETTLED, who=who)
    spike.state, spike.decided_by_id, spike.decided_at = state, by.id, now
    spike.snoozed_until = None
