"""Pressing a wave on: one person after the other, each in a transaction of its own.

The wave's row is held while one person is dealt with: two workers never press the same wave at
once. The person's row and their reply are written together, so that whoever is killed anywhere
leaves either both or neither; the reply's key stands behind that a second time.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from support.agents.records import Agent, is_working
from support.approval.leave import Agreed
from support.db import changed
from support.errors import N_, DeskError, SomeoneWasFirst
from support.incidents import enrolling, judging, paces, waves, wordings
from support.incidents.judging import Found
from support.incidents.paces import Allowed
from support.incidents.records import Incident, Wave, WaveAnswer
from support.incidents.turns import Do, Stage, Why, next_wording, turn
from support.incidents.wordings import Worded
from support.replies import clearing, committing, pressing
from support.replies.records import Reply, ReplyPart
from support.replies.states import PartState
from support.x.ledger import pace_of
from support.x.text import SAME_WORDS

NOT_OUT = [it.value for it in (PartState.HELD, PartState.QUEUED, PartState.POSTING)]
GONE_AWAY = N_("承認した方の利用が停止されたため、止まりました。")
NO_LONGER_LEADS = N_("承認した方の権限が変わったため、止まりました。別の責任者が再開できます。")
OVER = N_("障害が終了したため、止まりました。")
NOW_ASKED_FOR = N_("承認のルールができたため、止まりました。別の責任者が再開できます。")


@dataclass(frozen=True)
class Step:
    """What one step did. `skip`: somebody whose turn comes later; leave them out for now."""

    ticket_id: int | None = None
    skip: int | None = None
    account_id: int = 0
    goes_now: bool = False
    """A reply that may go out at once: whoever sends should be told."""


def step(
    session: Session,
    wave_id: int,
    allowed: Iterable[Allowed],
    now: datetime,
    *,
    later: Collection[int] = (),
    enrols: bool = True,
) -> Step | None:
    """Deals with the next person; None: nothing more is to be done now. The caller commits.

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
    row = _next(session, wave, later)
    if row is None:
        waves.end_if_done(session, wave, now)
        return None
    found = judging.look(session, wave, row, now)
    it = turn(found.case)
    if it.do is Do.WAIT:
        return Step(skip=row.id)
    if it.do is Do.PASS:
        return _passed(row, it.why or Why.REFUSED, found, now)
    if not _room(session, wave, allowed, now):
        return None
    return _press(session, wave, row, found, it.sentence, now)


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


def _next(session: Session, wave: Wave, later: Collection[int]) -> WaveAnswer | None:
    waiting = select(WaveAnswer).where(
        WaveAnswer.wave_id == wave.id,
        WaveAnswer.state == waves.WAITING,
        WaveAnswer.id.not_in(list(later)),
    )
    return session.scalar(waiting.order_by(WaveAnswer.id).limit(1))


def _room(session: Session, wave: Wave, allowed: Iterable[Allowed], now: datetime) -> bool:
    """Counted over all waves of the account: X counts by account too."""
    counts = list(allowed)
    if not paces.leaves_room(counts):
        return False
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
        .select_from(WaveAnswer)
        .join(ReplyPart, ReplyPart.reply_id == WaveAnswer.reply_id)
        .where(WaveAnswer.wave_id == wave.id, WaveAnswer.state == waves.PRESSED)
        .where(ReplyPart.state.in_(NOT_OUT))
    )
    per_minute = min(wave.per_minute, paces.fastest(counts))
    undo = timedelta(seconds=wave.incident.account.undo_seconds)
    waits = (moving or 0) - int(per_minute * (undo / paces.MINUTE))
    pressed = [at for at in lately if at is not None]
    return paces.room(pressed, per_minute, waits, now)


def _press(
    session: Session, wave: Wave, row: WaveAnswer, found: Found, by_hand: str, now: datetime
) -> Step:
    worded = _words(session, wave, found, now)
    if isinstance(worded, Why):
        return _passed(row, worded, found, now)
    signer = session.get_one(Agent, wave.approved_by_id)
    assert found.answers is not None
    assert wave.approved_at is not None
    draft = pressing.Draft(
        worded.text,
        key_of(row),
        found.newest_reply_id,
        promised=committing.promise_in(session, found.ticket, worded.text, now),
        agreed=Agreed(wave.made_by_id, signer.id, wave.approved_at),
    )
    try:
        with session.begin_nested():
            reply = pressing.press(
                session, found.ticket, found.answers, signer, draft, now, by_hand=by_hand
            )
    except SomeoneWasFirst:
        return Step(skip=row.id)
    except DeskError:
        return _passed(row, Why.REFUSED, found, now)
    mine = update(WaveAnswer).where(WaveAnswer.id == row.id, WaveAnswer.state == waves.WAITING)
    values = {"state": waves.PRESSED, "at": now, "reply_id": reply.id}
    values |= {"ticket_id": found.ticket.id, "text_id": wave.texts[worded.number].id}
    if not changed(session, mine.values(**values)):
        raise RuntimeError(f"wave answer {row.id} was pressed by somebody else")
    session.refresh(row)
    account_id = wave.incident.account_id
    return Step(found.ticket.id, None, account_id, goes_now=reply.held_until <= now)


def key_of(row: WaveAnswer) -> str:
    """The reply's key: the same however often this turn is tried."""
    again = f"-{row.round}" if row.round > 1 else ""
    return f"wave-{row.wave_id}-{row.customer_id}{again}"


def _passed(row: WaveAnswer, why: Why, found: Found, now: datetime) -> Step:
    row.state, row.passed_why, row.at = waves.PASSED, why.value, now
    row.ticket_id = found.ticket.id
    return Step(found.ticket.id)


def _words(session: Session, wave: Wave, found: Found, now: datetime) -> Worded | Why:
    """The wording whose turn it is, with this person's name; or why there is none to say."""
    talk = found.ticket.conversation
    signer = session.get_one(Agent, wave.approved_by_id)
    ways = wordings.candidates(
        [it.text for it in wave.texts],
        next_wording(_used(session, wave)),
        name=talk.customer.name,
        username=talk.customer.username,
        values=waves.values_for(wave.incident),
        signature=pressing.words_of(talk.account, signer),
        private=talk.is_private,
    )
    if not ways:
        return Why.REFUSED
    heard = set(session.scalars(select(Reply.body).where(Reply.ticket_id == found.ticket.id)))
    new = [it for it in ways if wordings.first_unsaid([it], heard)]
    if not new:
        return Why.SAME_WORDS
    if talk.is_private:
        return new[0]
    spent = _spent(session, wave, [it.text for it in new], now)
    return wordings.first_unsaid(new, spent) or Why.WORDS_SPENT


def _used(session: Session, wave: Wave) -> list[int]:
    counted = select(WaveAnswer.text_id, func.count()).where(WaveAnswer.wave_id == wave.id)
    used = {row[0]: row[1] for row in session.execute(counted.group_by(WaveAnswer.text_id))}
    return [used.get(it.id, 0) for it in wave.texts]


def _spent(session: Session, wave: Wave, texts: list[str], now: datetime) -> set[str]:
    """Which of them the account's waves said in public lately: X refuses those."""
    said = (
        select(Reply.body)
        .join(WaveAnswer, WaveAnswer.reply_id == Reply.id)
        .join(Wave, Wave.id == WaveAnswer.wave_id)
        .join(Incident, Incident.id == Wave.incident_id)
        .where(
            WaveAnswer.at > now - SAME_WORDS,
            Incident.account_id == wave.incident.account_id,
            Reply.body.in_(texts),
        )
    )
    return set(session.scalars(said))
