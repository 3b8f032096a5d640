"""An incident is opened, goes on, and is closed; all of it stands in its timeline.

Its next update is a promise: kept by a notice that is out, or by what a colleague says it is now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from support.agents.records import Agent, is_working
from support.conversations.records import Message
from support.db import storable
from support.errors import N_, DeskError, Refused
from support.incidents import releasing
from support.incidents.records import IS_OPEN, Incident, IncidentEvent
from support.incidents.releasing import Elsewhere
from support.incidents.stages import Stage, follows
from support.x.records import Account

LONGEST_TITLE, LONGEST_AREA, LONGEST_NOTE = 120, 200, 1_000
CLOSED = N_("このインシデントは終了しています。先に再開してください。")


@dataclass(frozen=True)
class Draft:
    """An incident as a form wants it."""

    account_id: int
    title: str
    begun_at: datetime
    area: str = ""
    words: Sequence[str] = ()
    tags: Sequence[str] = ()
    links_new: bool = False
    lead_id: int | None = None


def open_incident(
    session: Session, draft: Draft, *, by: Agent, now: datetime, spike_id: int | None = None
) -> Incident:
    """`spike_id`: the sudden rise that was its first sign. Raises Refused for the form."""
    if session.get(Account, draft.account_id) is None:
        raise Refused("account", N_("アカウントを一覧から選んでください。"))
    incident = Incident(
        account_id=draft.account_id,
        state=Stage.INVESTIGATING.value,
        opened_at=now,
        opened_by_id=by.id,
        title="",
        begun_at=now,
    )
    _fill(session, incident, draft, now)
    session.add(incident)
    session.flush()
    note_event(session, incident, "opened", by, now, **({"spike": spike_id} if spike_id else {}))
    return incident


def edit(session: Session, incident: Incident, draft: Draft, *, by: Agent, now: datetime) -> None:
    """The account stays: its tickets are linked. Raises Refused for the form."""
    alone_with(session, incident)
    was = _said(incident)
    _fill(session, incident, draft, now)
    if _said(incident) != was:
        note_event(session, incident, "edited", by, now)


def advance(session: Session, incident: Incident, stage: str, *, by: Agent, now: datetime) -> None:
    alone_with(session, incident)
    if stage not in set(Stage) or not follows(Stage(incident.state), Stage(stage)):
        raise DeskError(N_("この状態には進められません。画面を開き直してください。"))
    was, incident.state = incident.state, stage
    note_event(session, incident, "stage", by, now, was=was, now=stage)


def say_next(
    session: Session, incident: Incident, until: datetime | None, *, by: Agent, now: datetime
) -> None:
    """By when there will be news, said otherwise than in a notice. Raises Refused for the form."""
    alone_with(session, incident)
    _need_open(incident)
    if until is not None and until <= now:
        raise Refused("next_update", N_("次の更新は、これより後の日時にしてください。"))
    promise_news(incident, until)
    at = until.isoformat() if until else ""
    note_event(session, incident, "next_update", by, now, until=at)


def promise_news(incident: Incident, until: datetime | None) -> None:
    """What was promised before is given, or said to be otherwise."""
    incident.next_update_at = until
    incident.late_told_at = incident.late_seen_at = None


def write_down(
    session: Session, incident: Incident, text: str, *, by: Agent, now: datetime
) -> None:
    """What a colleague wants to stand in the timeline. Raises Refused for the form."""
    text = storable(text).strip()
    if not text or len(text) > LONGEST_NOTE:
        raise Refused("note", N_("メモは、1文字から1,000文字で書いてください。"))
    session.add(
        IncidentEvent(incident_id=incident.id, kind="note", agent_id=by.id, at=now, note=text)
    )


def close(session: Session, incident: Incident, *, by: Agent, now: datetime) -> None:
    """Its tickets stay linked until another incident wants them; what is owed stays owed."""
    alone_with(session, incident)
    _need_open(incident)
    was = incident.state
    incident.state, incident.closed_at, incident.closed_by_id = Stage.CLOSED.value, now, by.id
    promise_news(incident, None)
    releasing.let_go(session, incident, now)
    note_event(session, incident, "closed", by, now, was=was)


def reopen(session: Session, incident: Incident, *, by: Agent, now: datetime) -> list[Elsewhere]:
    """It goes on where it was closed; its rule links what comes from now on. Which of its tickets
    stay with an incident they were linked to meanwhile."""
    alone_with(session, incident)
    if incident.closed_at is None:
        return []
    closings = select(IncidentEvent.data).where(
        IncidentEvent.incident_id == incident.id, IncidentEvent.kind == "closed"
    )
    data = session.scalars(closings.order_by(IncidentEvent.id.desc())).first() or {}
    incident.state = data.get("was", Stage.INVESTIGATING.value)
    incident.closed_at = incident.closed_by_id = None
    _begin_rule(session, incident, now)
    stay = releasing.take_back(session, incident)
    note_event(session, incident, "reopened", by, now, **({"elsewhere": len(stay)} if stay else {}))
    return stay


def tell_late(session: Session, now: datetime) -> list[int]:
    """Whoever answers for an incident whose next update is over is told, once; who that was."""
    late = update(Incident).where(
        Incident.next_update_at <= now, Incident.late_told_at.is_(None), IS_OPEN
    )
    ids = list(session.scalars(late.values(late_told_at=now).returning(Incident.id)))
    if not ids:
        return []
    found = session.scalars(select(Incident).where(Incident.id.in_(ids)))
    told = set()
    for incident in found:
        note_event(session, incident, "late", None, now)
        told.add(incident.lead_id or incident.opened_by_id)
    return sorted(told)


def note_event(
    session: Session, incident: Incident, kind: str, by: Agent | None, at: datetime, **data: Any
) -> None:
    """A line of the timeline; `by` is None for what happened by itself."""
    agent_id = by.id if by else None
    session.add(
        IncidentEvent(incident_id=incident.id, kind=kind, agent_id=agent_id, at=at, data=data)
    )


def alone_with(session: Session, incident: Incident) -> None:
    """The incident as it is now; whoever else wants to change it waits."""
    session.flush()
    session.refresh(incident, with_for_update={"key_share": True})


def newest_message(session: Session) -> int:
    newest = select(Message.id).order_by(Message.id.desc()).limit(1)
    return session.scalar(newest) or 0


def _fill(session: Session, incident: Incident, draft: Draft, now: datetime) -> None:
    incident.title = " ".join(storable(draft.title).split())
    incident.area = " ".join(storable(draft.area).split())
    if not incident.title or len(incident.title) > LONGEST_TITLE:
        raise Refused("title", N_("件名は、1文字から120文字で書いてください。"))
    if len(incident.area) > LONGEST_AREA:
        raise Refused("area", N_("影響は200文字までにしてください。"))
    if draft.begun_at > now:
        raise Refused("begun", N_("始まった日時は、今より前にしてください。"))
    if draft.lead_id is not None and not is_working(session, draft.lead_id):
        raise Refused("lead", N_("責任者を一覧から選んでください。"))
    words, tags = [storable(it) for it in draft.words], [storable(it) for it in draft.tags]
    if draft.links_new and not (words or tags):
        raise Refused("words", N_("自動で紐づけるには、言葉かタグを1つ以上書いてください。"))
    if draft.links_new and not (incident.links_new and words == incident.words):
        _begin_rule(session, incident, now)
    incident.words, incident.tags = words, tags
    incident.links_new = draft.links_new
    incident.begun_at, incident.lead_id = draft.begun_at, draft.lead_id


def _begin_rule(session: Session, incident: Incident, now: datetime) -> None:
    """What is here already is for somebody to look at first."""
    incident.looked_id, incident.rule_at = newest_message(session), now


def _said(incident: Incident) -> Mapping[str, object]:
    names = ("title", "area", "words", "tags", "links_new", "begun_at", "lead_id")
    return {name: getattr(incident, name) for name in names}


def _need_open(incident: Incident) -> None:
    if incident.closed_at is not None:
        raise DeskError(CLOSED)
