"""Waves (一斉連絡): made, approved, stopped at any moment, taken up again, thrown away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload

from support.agents.access import Deed, may
from support.agents.records import Agent, is_working, working_agents
from support.crisis.records import Crisis, holds
from support.crisis.records import running as running_crisis
from support.db import storable
from support.errors import N_, DeskError, NotAllowed, Refused
from support.incidents import enrolling, wordings
from support.incidents.paces import FASTEST
from support.incidents.records import Incident, IncidentEvent, Wave, WaveAnswer, WaveText
from support.incidents.turns import Stage
from support.replies import clearing, pressing
from support.replies.records import Reply
from support.replies.states import PartState
from support.x.records import Account
from support.x.text import weighted_length

WAITING, PRESSED, PASSED = "waiting", "pressed", "passed"
STARTED, STOPPED, RESUMED, ENDED = "wave_started", "wave_stopped", "wave_resumed", "wave_ended"
"""What a wave leaves in the incident's timeline."""
OVERTAKEN = N_("次の一斉連絡が始まったため、止まりました。")
LONGEST_REASON = 200


@dataclass(frozen=True)
class Plan:
    """What the form of a wave says."""

    stage: str
    texts: Sequence[str]
    per_minute: int
    takes_new: bool = False


@dataclass(frozen=True)
class Stopped:
    taken_back: int
    out: int
    """Replies that were on X by then, or with X."""


def save(session: Session, incident: Incident, plan: Plan, *, by: Agent, now: datetime) -> Wave:
    """The incident's draft as the form has it; whoever saves last wrote it. Raises Refused."""
    _is_open(incident)
    if plan.stage not in list(Stage):
        raise Refused("stage", N_("段階を選んでください。"))
    if not 1 <= plan.per_minute <= FASTEST:
        raise Refused("per_minute", N_("1分あたりの数は、1から600までの数字で入力してください。"))
    texts = wordings.cleaned([storable(text) for text in plan.texts])
    crowd = enrolling.crowd(session, incident.id, plan.stage, plan.per_minute)
    longest = longest_signature(session, incident.account)
    wordings.check(texts, crowd, signature=longest, values=values_for(incident))
    wave = draft_of(session, incident.id)
    if wave is None:
        wave = Wave(incident_id=incident.id, incident=incident)
        session.add(wave)
    wave.stage, wave.per_minute, wave.takes_new = plan.stage, plan.per_minute, plan.takes_new
    wave.made_by_id, wave.made_at = by.id, now
    for old in list(wave.texts):
        session.delete(old)
    wave.texts = [WaveText(text=text) for text in texts]
    session.flush()
    return wave


def drop(session: Session, wave: Wave) -> None:
    """A draft nobody wants any more."""
    if wave.approved_at is not None:
        raise DeskError(N_("もう始まっている一斉連絡は、消せません。止めることはできます。"))
    for text in list(wave.texts):
        session.delete(text)
    session.flush()
    session.delete(wave)


def approve(session: Session, wave: Wave, *, by: Agent, now: datetime) -> Wave:
    """The words may go, and go: everybody who is linked by now has a place.

    The approval counts for each reply; where the rules want somebody else's, whoever wrote the
    words may not give it. What an earlier wave still had to say is not said any more.
    """
    _is_open(wave.incident)
    if wave.approved_at is not None:
        raise DeskError(N_("この一斉連絡は、もう始まっています。"))
    _may_answer_for(session, wave, by)
    for earlier in running(session, wave.incident_id):
        if is_going(waited_for(session, earlier.id) or earlier):
            stop(session, earlier, by, now, OVERTAKEN)
    crowd = enrolling.crowd(session, wave.incident_id, wave.stage, wave.per_minute)
    longest = longest_signature(session, wave.incident.account)
    texts = [it.text for it in wave.texts]
    wordings.check(texts, crowd, signature=longest, values=values_for(wave.incident))
    wave.approved_by, wave.approved_at = by, now
    count = enrolling.enrol(session, wave)
    if not count and not wave.takes_new:
        raise DeskError(N_("紐づいたお客様がいません。チケットを紐づけてから始めてください。"))
    _tell(session, wave, STARTED, by, now, people=count)
    return wave


def stop(
    session: Session, wave: Wave, by: Agent | None, now: datetime, reason: str = ""
) -> Stopped:
    """From now on nobody is written to. What X does not have is taken back and may be resumed."""
    if not is_going(wave):
        raise DeskError(N_("この一斉連絡は、送信中ではありません。"))
    wave.stopped_at, wave.stopped_by_id = now, by.id if by else None
    wave.stop_reason = " ".join(storable(reason).split())[:LONGEST_REASON]
    taken = sum(_take_back(session, row, by, now) for row in _under_way(session, wave))
    session.flush()
    out = _count(session, wave, PRESSED)
    _tell(session, wave, STOPPED, by, now, back=taken, out=out)
    return Stopped(taken, out)


def resume(session: Session, wave: Wave, *, by: Agent, now: datetime) -> Wave:
    """It goes on where it stopped, or where a crisis holds it. Where whoever approved is gone, or
    approved before the crisis, `by` answers for the words.
    """
    _is_open(wave.incident)
    held = held_by(session, wave) is not None
    if wave.ended_at is not None or (wave.stopped_at is None and not held):
        raise DeskError(N_("この一斉連絡は、止まっていません。"))
    if any(it.id > wave.id for it in waves_of(session, wave.incident_id) if it.approved_at):
        raise DeskError(N_("次の一斉連絡が始まっているため、再開できません。"))
    alone = wave.approved_by_id == wave.made_by_id
    asked = alone and clearing.wants_another(session, wave.incident.account_id)
    if asked or held or not answers_for(session, wave):
        _may_answer_for(session, wave, by)
        wave.approved_by, wave.approved_at = by, now
    wave.stopped_at = wave.stopped_by_id = None
    wave.stop_reason = ""
    _tell(session, wave, RESUMED, by, now, waiting=_count(session, wave, WAITING))
    return wave


def end_if_done(session: Session, wave: Wave, now: datetime) -> bool:
    """Nobody waits any more, and nobody is taken in."""
    if takes_newcomers(wave) or _count(session, wave, WAITING):
        return False
    wave.ended_at = now
    _tell(session, wave, ENDED, None, now, out=_count(session, wave, PRESSED))
    return True


def due(session: Session) -> list[int]:
    """Waves for whom something may be done: for somebody who waits, came anew, or to end them."""
    going = select(Wave).where(
        Wave.approved_at.is_not(None), Wave.stopped_at.is_(None), Wave.ended_at.is_(None)
    )
    waits = exists().where(WaveAnswer.wave_id == Wave.id, WaveAnswer.state == WAITING)
    found = session.execute(going.add_columns(waits).order_by(Wave.id)).all()
    return [
        wave.id
        for wave, some in found
        if some or not takes_newcomers(wave) or enrolling.anyone_new(session, wave)
    ]


def is_going(wave: Wave) -> bool:
    return wave.approved_at is not None and wave.stopped_at is None and wave.ended_at is None


def takes_newcomers(wave: Wave) -> bool:
    """Whoever is linked later is answered too, as long as the incident is open."""
    return wave.takes_new and wave.incident.closed_at is None


def alone_with(session: Session, wave_id: int) -> Wave | None:
    """The wave as it is now, held until the transaction ends, with what it stands on; None:
    another worker has it."""
    mine = select(Wave).where(Wave.id == wave_id).execution_options(populate_existing=True)
    stands_on = (
        joinedload(Wave.incident, innerjoin=True).joinedload(Incident.account, innerjoin=True),
        joinedload(Wave.approved_by),
    )
    return session.scalar(mine.options(*stands_on).with_for_update(skip_locked=True, of=Wave))


def waited_for(session: Session, wave_id: int) -> Wave | None:
    """The same for a person, who waits until a worker is done with whoever it has in hand."""
    mine = select(Wave).where(Wave.id == wave_id).execution_options(populate_existing=True)
    return session.scalar(mine.with_for_update(of=Wave))


def held_by(session: Session, wave: Wave) -> Crisis | None:
    """What it waits for: a crisis that began after its words were approved."""
    return holds(session, wave.incident.account_id, wave.approved_at)


def waves_of(session: Session, incident_id: int) -> list[Wave]:
    """The newest first."""
    theirs = select(Wave).where(Wave.incident_id == incident_id).order_by(Wave.id.desc())
    return list(session.scalars(theirs))


def draft_of(session: Session, incident_id: int) -> Wave | None:
    return next((it for it in waves_of(session, incident_id) if it.approved_at is None), None)


def running(session: Session, incident_id: int) -> list[Wave]:
    return [it for it in waves_of(session, incident_id) if is_going(it)]


def values_for(incident: Incident) -> dict[str, str]:
    """What stands for the blanks that are the same for everybody."""
    return {"incident": incident.title, "account_name": incident.account.name}


def longest_signature(session: Session, account: Account) -> str:
    """Of those who may approve a wave: whoever does signs it."""
    leads = [it for it in working_agents(session) if may(it.role, Deed.RUN_INCIDENTS)]
    return max((pressing.words_of(account, it) for it in leads), key=weighted_length, default="")


def may_approve(session: Session, wave: Wave, agent: Agent) -> bool:
    """Nobody approves their own words where a rule in force, or a crisis, wants another to."""
    account_id = wave.incident.account_id
    asked = clearing.wants_another(session, account_id) or running_crisis(session, account_id)
    return may(agent.role, Deed.RUN_INCIDENTS) and not (asked and agent.id == wave.made_by_id)


def answers_for(session: Session, wave: Wave) -> bool:
    """Whether whoever approved it is here still, and still one who may approve."""
    asked = select(Agent.role).where(Agent.id == wave.approved_by_id)
    role = session.scalar(asked) or ""
    return may(role, Deed.RUN_INCIDENTS) and is_working(session, wave.approved_by_id or 0)


def _may_answer_for(session: Session, wave: Wave, by: Agent) -> None:
    if not may_approve(session, wave, by):
        raise NotAllowed(N_("自分の書いた文面は承認できません。ほかの責任者に頼んでください。"))


def _is_open(incident: Incident) -> None:
    if incident.closed_at is not None:
        raise DeskError(N_("この障害は終了しています。"))


def _under_way(session: Session, wave: Wave) -> list[WaveAnswer]:
    theirs = (
        select(WaveAnswer)
        .join(Reply, Reply.id == WaveAnswer.reply_id)
        .where(WaveAnswer.wave_id == wave.id, WaveAnswer.state == PRESSED)
        .where(Reply.settled_at.is_(None))
    )
    return list(session.scalars(theirs.order_by(WaveAnswer.id)))


def _take_back(session: Session, row: WaveAnswer, by: Agent | None, now: datetime) -> bool:
    """What a worker or a person has in hand is left to them."""
    reply = row.reply
    assert reply is not None
    states = {PartState(part.state) for part in reply.parts}
    if not states <= {PartState.HELD, PartState.QUEUED} or not _undone(session, reply, by, now):
        return False
    row.state, row.reply_id, row.text_id, row.at = WAITING, None, None, None
    row.round += 1
    return True


def _undone(session: Session, reply: Reply, by: Agent | None, now: datetime) -> bool:
    if pressing.undo(session, reply, now):
        return True
    if by is None:  # the desk itself stops the wave: what is queued already goes out
        return False
    try:
        with session.begin_nested():
            pressing.discard(session, reply, now, by=by)
    except DeskError:
        return False
    return True


def _count(session: Session, wave: Wave, state: str) -> int:
    those = select(func.count()).select_from(WaveAnswer)
    return (
        session.scalar(those.where(WaveAnswer.wave_id == wave.id, WaveAnswer.state == state)) or 0
    )


def _tell(
    session: Session, wave: Wave, kind: str, by: Agent | None, now: datetime, **data: int
) -> None:
    session.add(
        IncidentEvent(
            incident_id=wave.incident_id,
            kind=kind,
            agent_id=by.id if by else None,
            at=now,
            data={"wave": wave.id, "stage": wave.stage, **data},
        )
    )
