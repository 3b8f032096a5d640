"""What was owed in a ticket, from what happened in it: the rule behind every stored promise.

Give the happenings in their order, get the promises, the pauses and the state they
lead to. The desk writes the same step by step as things happen (noting, handling); a test holds
the two together, and whatever arrives out of order is worked out anew by this (inbox/retelling).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from support.sla.levels import (
    INCIDENT,
    MERGED,
    NO_REPLY_NEEDED,
    REPLY_KINDS,
    UNSAID,
    Change,
    Judged,
    PromiseKind,
    Terms,
    in_force,
)
from support.tickets.happenings import (
    Answered,
    AnsweredFor,
    Did,
    GaveUpdate,
    Gone,
    Happening,
    SaidMoreToCome,
    TakenOver,
    TookBackWord,
    TookOver,
    Wrote,
)
from support.tickets.owed import Owed, Spell, Targets
from support.tickets.states import Move, State, after


@dataclass(slots=True)
class Course:
    """Where a ticket stands after some happenings."""

    opened: Terms
    targets: Targets
    begins_with: PromiseKind = PromiseKind.FIRST_REPLY
    """What its first message is owed: a ticket split off another may begin with a next reply."""
    state: State = State.OPEN
    owed: list[Owed] = field(default_factory=list)
    pauses: list[Spell] = field(default_factory=list)
    resolved_at: datetime | None = None
    _changes: list[Change] = field(default_factory=list)
    _said: list[Wrote] = field(default_factory=list)
    _begun: bool = False

    def follow(self, happenings: Iterable[Happening]) -> "Course":
        """Takes the happenings, which are in order, one after the other."""
        for it in happenings:
            match it:
                case Change():
                    self._change(it)
                case Wrote():
                    self._wrote(it)
                case Answered():
                    self._answered(it)
                case Gone():
                    self._gone(it)
                case Did():
                    self._did(it)
                case TookOver():
                    self._took_over(it)
                case TakenOver():
                    self._taken_over(it)
                case SaidMoreToCome():
                    self._more_to_come(it)
                case AnsweredFor():
                    self._answered_for(it)
                case GaveUpdate():
                    for owed in self._updates(it.since):
                        owed.kept_at, owed.kept_by_id = it.at, it.agent_id
                case TookBackWord():
                    for owed in self._updates(it.since):
                        self._withdraw(owed, UNSAID, it.at)
        return self

    def _change(self, change: Change) -> None:
        self._changes.append(change)
        for owed in self._open():
            if owed.told is not None:
                continue
            owed.judged = owed.judged.carried(change, owed.started_at)
            owed.target_seconds = self._target(owed.kind, owed.judged) or owed.target_seconds

    def _wrote(self, it: Wrote) -> None:
        self._said.append(it)
        if not self._begun:
            self._begun = True
            self._promise_reply(self.begins_with, it)
            self._promise_resolution(it)
            return
        if self.state is State.RESOLVED:
            self.resolved_at = None
            self._promise_resolution(it)
        elif self.state is not State.OPEN:
            self._resume(it.posted_at)
        elif not any(self._open()):  # all they had said was taken back
            self._promise_resolution(it)
        self._move(Move.CUSTOMER_WROTE)
        self._promise_next(it)

    def _answered(self, it: Answered) -> None:
        kept = [o for o in self._open() if _answers(it, o)]
        for owed in kept:
            owed.kept_at, owed.kept_by_id = it.at, it.agent_id
        since = self._oldest(after=it.until)
        if since is None:
            self._turn_to_the_customer(it.at)
        elif any(owed.for_words for owed in kept):
            self._promise_next(since, it.at)

    def _turn_to_the_customer(self, at: datetime) -> None:
        if self.state in (State.OPEN, State.WAITING):
            self.state = State.WAITING
            if all(spell.end is not None for spell in self.pauses):
                self.pauses.append(Spell(at))

    def _gone(self, it: Gone) -> None:
        posted = {said.message_id: said.posted_at for said in self._said}
        self._said = [said for said in self._said if said.message_id not in it.message_ids]
        owed = self._for_words()
        if owed is not None and owed.message_id in it.message_ids:
            self._withdraw(owed, it.reason, it.at)
            waiting = self._oldest(since=posted.get(owed.message_id, owed.started_at))
            if waiting is not None:
                self.owed.append(_instead(owed, waiting))
            elif self.state is State.OPEN and self._was_answered():
                self._turn_to_the_customer(it.at)
        if not self._said:
            for owed in self._open(PromiseKind.RESOLUTION):
                self._withdraw(owed, it.reason, it.at)

    def _did(self, it: Did) -> None:
        match it.move:
            case Move.RESOLVE:
                self._resume(it.at)
                self.resolved_at = it.at
                for owed in list(self._open()):
                    if owed.kind is PromiseKind.RESOLUTION:
                        owed.kept_at, owed.kept_by_id = it.at, it.agent_id
                    else:
                        self._withdraw(owed, NO_REPLY_NEEDED, it.at)
            case Move.REOPEN:
                self.resolved_at = None
                self._promise(PromiseKind.RESOLUTION, it.at, it.at)
            case Move.WAKE:
                self._resume(it.at)
        self._move(it.move)

    def _took_over(self, it: TookOver) -> None:
        self._said += it.waiting
        if it.waiting:
            if self.state is not State.OPEN:
                self._resume(it.at)
            self._move(Move.CUSTOMER_WROTE)
            oldest = min(it.waiting, key=lambda said: (said.posted_at, said.message_id))
            self._promise_next(oldest, it.at)

    def _taken_over(self, it: TakenOver) -> None:
        self._resume(it.at)
        for owed in list(self._open()):
            self._withdraw(owed, MERGED, it.at)
        self.state, self.resolved_at = State.RESOLVED, it.at

    def _more_to_come(self, it: SaidMoreToCome) -> None:
        if it.told is None:
            self._promise(PromiseKind.UPDATE, it.at, it.at)
        elif self.state is not State.RESOLVED:
            judged = Judged(in_force(self.opened, self._changes, it.at))
            owed = Owed(PromiseKind.UPDATE, None, it.at, it.at, judged, it.told.seconds)
            owed.told = it.told
            self.owed.append(owed)

    def _answered_for(self, it: AnsweredFor) -> None:
        owed = self._for_words()  # the news of an incident that was closed among them
        if owed is not None:
            self._withdraw(owed, INCIDENT, it.at)
            judged = Judged(in_force(self.opened, self._changes, it.at))
            news = Owed(PromiseKind.UPDATE, owed.message_id, it.at, it.at, judged, it.told.seconds)
            news.told = it.told
            self.owed.append(news)

    def _updates(self, since: datetime) -> list[Owed]:
        return [o for o in self._open(PromiseKind.UPDATE) if o.started_at == since]

    def _promise_reply(self, kind: PromiseKind, it: Wrote, at: datetime | None = None) -> None:
        self._promise(kind, at or it.posted_at, it.posted_at, it.received_at, it.message_id)

    def _promise_resolution(self, it: Wrote) -> None:
        self._promise(PromiseKind.RESOLUTION, it.posted_at, it.posted_at, it.received_at)

    def _promise_next(self, it: Wrote, at: datetime | None = None) -> None:
        owed = self._for_words()
        if owed is None:
            self._promise_reply(PromiseKind.NEXT_REPLY, it, at)
        elif owed.kind in REPLY_KINDS and it.posted_at < owed.started_at:
            owed.message_id = it.message_id
            owed.started_at, owed.received_at = it.posted_at, it.received_at
            owed.judged = self._judged(it.posted_at, it.posted_at)
            owed.target_seconds = self._target(owed.kind, owed.judged) or owed.target_seconds

    def _promise(
        self,
        kind: PromiseKind,
        at: datetime,
        started_at: datetime,
        received_at: datetime | None = None,
        message_id: int | None = None,
    ) -> None:
        judged = self._judged(at, started_at)
        target = self._target(kind, judged)
        if target is not None:
            received_at = received_at or started_at
            self.owed.append(Owed(kind, message_id, started_at, received_at, judged, target))

    def _judged(self, at: datetime, started_at: datetime) -> Judged:
        """By the terms in force at `at`, and what became of those since."""
        judged = Judged(in_force(self.opened, self._changes, at))
        for change in self._changes:
            if change.at > at:
                judged = judged.carried(change, started_at)
        return judged

    def _target(self, kind: PromiseKind, judged: Judged) -> int | None:
        return self.targets[judged.terms.level_id].get(kind)

    def _withdraw(self, owed: Owed, reason: str, at: datetime) -> None:
        owed.withdrawn_at, owed.withdrawn_reason = at, reason

    def _resume(self, at: datetime) -> None:
        for spell in self.pauses:
            if spell.end is None:
                spell.end = max(at, spell.start)

    def _move(self, move: Move) -> None:
        self.state = after(self.state, move) or self.state

    def _open(self, *kinds: PromiseKind) -> Iterator[Owed]:
        """What is open, of these kinds if any are named, the oldest first."""
        still = (o for o in self.owed if o.is_open and (not kinds or o.kind in kinds))
        return iter(sorted(still, key=lambda o: o.started_at))

    def _for_words(self) -> Owed | None:
        """The open promise for what the customer said; there is one at most."""
        return next((owed for owed in self._open() if owed.for_words), None)

    def _oldest(
        self, *, after: datetime | None = None, since: datetime | None = None
    ) -> Wrote | None:
        """The customer's oldest message that has its words still."""
        left = [
            it
            for it in self._said
            if (after is None or it.posted_at > after) and (since is None or it.posted_at >= since)
        ]
        return min(left, key=lambda it: (it.posted_at, it.message_id), default=None)

    def _was_answered(self) -> bool:
        return any(o.kept_at is not None and o.kind in REPLY_KINDS for o in self.owed)


def _answers(it: Answered, owed: Owed) -> bool:
    if owed.kind is PromiseKind.UPDATE:
        return owed.started_at < it.at
    return owed.kind in REPLY_KINDS and owed.started_at <= it.until


def _instead(gone: Owed, it: Wrote) -> Owed:
    """The next message waits by the same hours and target as the one that is gone."""
    news = gone.kind is PromiseKind.UPDATE  # whoever's words it is for, they come by then
    return replace(
        gone,
        message_id=it.message_id,
        started_at=gone.started_at if news else it.posted_at,
        received_at=gone.received_at if news else it.received_at,
        withdrawn_at=None,
        withdrawn_reason="",
    )
