"""Pressing a wave on: a few people at a time, in one transaction.

The wave's row is held while they are dealt with: two workers never press the same wave at once.
A person's row and their reply are written together, so that whoever is killed anywhere leaves
either both or neither; the reply's key stands behind that a second time. What does not change
from one of them to the next is read once, and what differs is asked for all of them together.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from support.agents.records import Agent, is_working
from support.approval.leave import Agreed
from support.db import changed
from support.errors import N_, DeskError, SomeoneWasFirst
from support.incidents import enrolling, judging, paces, waves
from support.incidents.judging import Found
from support.incidents.paces import Allowed
from support.incidents.records import Incident, Wave, WaveAnswer
from support.incidents.saying import Sayings
from support.incidents.turns import Do, Stage, Turn, Why, turn
from support.replies import clearing, committing, pressing
from support.replies.ground import Ground, ground_of
from support.replies.records import IS_MOVING, Reply, ReplyPart
from support.replies.states import PartState
from support.x.ledger import pace_of

AT_ONCE = 10
"""People of one transaction: whoever stops the wave waits for no more of them."""
NOT_OUT = [it.value for it in (PartState.HELD, PartState.QUEUED, PartState.POSTING)]
GONE_AWAY = N_("承認した方の利用が停止されたため、止まりました。")
NO_LONGER_LEADS = N_("承認した方の権限が変わったため、止まりました。別の責任者が再開できます。")
OVER = N_("障害が終了したため、止まりました。")
NOW_ASKED_FOR = N_("承認のルールができたため、止まりました。別の責任者が再開できます。")


@dataclass
class Step:
    """What one step did."""

    account_id: int = 0
    tickets: list[int] = field(default_factory=list)
    """Those of people who were dealt with."""
    later: list[int] = field(default_factory=list)
    """Places of people whose turn comes later; leave them out for now."""
    pressed: int = 0
    goes_now: bool = False
    """A reply that may go out at once: whoever sends should be told."""


@dataclass(frozen=True)
class _Turn:
    row: WaveAnswer
    found: Found
    turn: Turn


def step(
    session: Session,
    wave_id: int,
    allowed: Iterable[Allowed],
    now: datetime,
    *,
    later: Collection[int] = (),
    enrols: bool = True,
) -> Step | None:
    """Deals with the next few; None: nothing more is to be done now. The caller commits.

    `enrols`: whoever was linked since gets a place first.
    """
    wave = waves.alone_with(session, wave_id)
    if wave is None or not waves.is_going(wave) or _must_stop(session, wave, now):
        return None
    account = wave.incident.account
    if waves.held_by(session, wave) is not None:
        return None
    if account.stopped_at is not None or not pace_of(session, account, now).sends:
        return None
    if enrols and waves.takes_newcomers(wave):
        enrolling.enrol(session, wave)
    rows = _next(session, wave, later)
    if not rows:
        waves.end_if_done(session, wave, now)
        return None
    room = _room(session, wave, allowed, now)
    done = Step(account.id)
    turns = [_Turn(row, it, turn(it.case)) for row, it in _looked(session, wave, rows[:room], now)]
    _press_all(session, wave, _sorted_out(turns, done, now), done, now)
    return done if done.tickets or done.later else None


def _looked(
    session: Session, wave: Wave, rows: Sequence[WaveAnswer], now: datetime
) -> Iterable[tuple[WaveAnswer, Found]]:
    return zip(rows, judging.look(session, wave, rows, now) if rows else (), strict=True)


def _sorted_out(turns: Sequence[_Turn], done: Step, now: datetime) -> list[_Turn]:
    """Whom to press for, once those who have to wait and those who are passed are left out."""
    for it in turns:
        if it.turn.do is Do.WAIT:
            done.later.append(it.row.id)
        elif it.turn.do is Do.PASS:
            _pass(it, it.turn.why or Why.REFUSED, done, now)
    return [it for it in turns if it.turn.do in (Do.PRESS, Do.BY_HAND)]


def _must_stop(session: Session, wave: Wave, now: datetime) -> bool:
    """Whoever answers for the words is gone, they want somebody's approval since, or what they
    say is over: after its end only that it ended is still true."""
    if not waves.answers_for(session, wave):
        here = is_working(session, wave.approved_by_id or 0)
        waves.stop(session, wave, None, now, NO_LONGER_LEADS if here else GONE_AWAY)
        return True
    if wave.incident.closed_at is not None and wave.stage != Stage.RESTORED:
        waves.stop(session, wave, None, now, OVER)
        return True
    same = wave.approved_by_id == wave.made_by_id
    if same and clearing.wants_another(session, wave.incident.account_id):
        waves.stop(session, wave, None, now, NOW_ASKED_FOR)
        return True
    return False


def _next(session: Session, wave: Wave, later: Collection[int]) -> list[WaveAnswer]:
    waiting = select(WaveAnswer).where(
        WaveAnswer.wave_id == wave.id,
        WaveAnswer.state == waves.WAITING,
        WaveAnswer.id.not_in(list(later)),
    )
    whose = waiting.options(joinedload(WaveAnswer.customer, innerjoin=True))
    return list(session.scalars(whose.order_by(WaveAnswer.id).limit(AT_ONCE)))


def _room(session: Session, wave: Wave, allowed: Iterable[Allowed], now: datetime) -> int:
    """Counted over all waves of the account: X counts by account too."""
    counts = list(allowed)
    same_account = (
        select(WaveAnswer.at)
        .join(Wave, Wave.id == WaveAnswer.wave_id)
        .join(Incident, Incident.id == Wave.incident_id)
        .where(Incident.account_id == wave.incident.account_id)
        .where(WaveAnswer.state == waves.PRESSED)
    )
    lately = session.scalars(same_account.where(WaveAnswer.at > now - paces.MINUTE))
    moving = session.scalar(
        select(func.count())
        .select_from(ReplyPart)
        .join(WaveAnswer, ReplyPart.reply_id == WaveAnswer.reply_id)
        .where(WaveAnswer.wave_id == wave.id, WaveAnswer.state == waves.PRESSED)
        .where(IS_MOVING, ReplyPart.state.in_(NOT_OUT))
    )
    per_minute = min(wave.per_minute, paces.fastest(counts))
    undo = timedelta(seconds=wave.incident.account.undo_seconds)
    waits = (moving or 0) - int(per_minute * (undo / paces.MINUTE))
    pressed = [at for at in lately if at is not None]
    left = paces.left_for_all(counts)
    return max(0, min(left, paces.room(pressed, per_minute, waits, now)))


def _press_all(
    session: Session, wave: Wave, turns: Sequence[_Turn], done: Step, now: datetime
) -> None:
    """All of them together; where somebody answered one of them meanwhile, each alone."""
    if not turns:
        return
    sayings = Sayings(session, wave, [it.found for it in turns], now)
    signer = session.get_one(Agent, wave.approved_by_id)
    tickets = [it.found.ticket for it in turns]
    ground = ground_of(session, tickets, [key_of(it.row) for it in turns], signer)
    made = list[tuple[_Turn, int, Reply]]()
    for it in turns:
        worded = sayings.next_for(it.found)
        if isinstance(worded, Why):
            _pass(it, worded, done, now)
            continue
        try:
            reply = _written(session, wave, it, worded.text, ground, signer, now)
        except SomeoneWasFirst:
            done.later.append(it.row.id)
        except DeskError:
            _pass(it, Why.REFUSED, done, now)
        else:
            sayings.use(worded)
            made.append((it, wave.texts[worded.number].id, reply))
    if pressing.store(session, ground, [reply for _, _, reply in made], now):
        _mark(session, made, done, now)
    elif len(made) == 1:
        done.later.append(made[0][0].row.id)
    else:
        for it, _, _ in made:
            _press_all(session, wave, [it], done, now)


def _written(
    session: Session,
    wave: Wave,
    it: _Turn,
    text: str,
    ground: Ground,
    signer: Agent,
    now: datetime,
) -> Reply:
    assert it.found.answers is not None
    assert wave.approved_at is not None
    draft = pressing.Draft(
        text,
        key_of(it.row),
        it.found.newest_reply_id,
        promised=committing.promise_in(session, it.found.ticket, text, now),
        agreed=Agreed(wave.made_by_id, signer.id, wave.approved_at),
    )
    by_hand = it.turn.sentence
    ticket, answers = it.found.ticket, it.found.answers
    return pressing.written(session, ground, ticket, answers, signer, draft, now, by_hand=by_hand)


def _mark(
    session: Session, made: Sequence[tuple[_Turn, int, Reply]], done: Step, now: datetime
) -> None:
    ids = [it.row.id for it, _, _ in made]
    mine = update(WaveAnswer).where(WaveAnswer.id.in_(ids), WaveAnswer.state == waves.WAITING)
    if changed(session, mine.values(state=waves.PRESSED, at=now)) != len(ids):
        raise RuntimeError(f"of the wave answers {ids} somebody else pressed some")
    for it, text_id, reply in made:
        row, ticket_id = it.row, it.found.ticket.id
        row.state, row.at = waves.PRESSED, now
        row.reply_id, row.ticket_id, row.text_id = reply.id, ticket_id, text_id
        done.tickets.append(ticket_id)
        done.goes_now = done.goes_now or reply.held_until <= now
    done.pressed += len(made)


def key_of(row: WaveAnswer) -> str:
    """The reply's key: the same however often this turn is tried."""
    again = f"-{row.round}" if row.round > 1 else ""
    return f"wave-{row.wave_id}-{row.customer_id}{again}"


def _pass(it: _Turn, why: Why, done: Step, now: datetime) -> None:
    row = it.row
    row.state, row.passed_why, row.at = waves.PASSED, why.value, now
    row.ticket_id = it.found.ticket.id
    done.tickets.append(row.ticket_id)
