"""Words of an incident, kept for the next of its kind."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.db import storable
from support.errors import N_, Refused
from support.incidents.records import Incident, IncidentTemplate, Notice
from support.incidents.turns import Stage
from support.incidents.waves import waves_of

POSTED = "posted"
_NOTICE = "notice_"


def in_use(session: Session) -> list[IncidentTemplate]:
    """The newest first."""
    kept = select(IncidentTemplate).where(IncidentTemplate.retired_at.is_(None))
    return list(session.scalars(kept.order_by(IncidentTemplate.id.desc()).limit(100)))


def one(session: Session, number: int) -> IncidentTemplate | None:
    found = session.get(IncidentTemplate, number) if 0 < number < 2**31 else None
    return found if found is not None and found.retired_at is None else None


def keep(
    session: Session, incident: Incident, name: str, *, by: Agent, now: datetime
) -> IncidentTemplate:
    """The words of its latest waves and posted notices under a name. Raises Refused.

    The title stands in wordings as a blank, so that the next incident's takes its place.
    """
    name = " ".join(storable(name).split())[:80]
    if not name:
        raise Refused("name", N_("テンプレートの名前を入力してください。"))
    if any(it.name == name for it in in_use(session)):
        raise Refused("name", N_("同じ名前のテンプレートがあります。"))
    made = IncidentTemplate(
        name=name,
        incident_id=incident.id,
        words=list(incident.words),
        texts=_texts(session, incident),
        made_by_id=by.id,
        made_at=now,
    )
    session.add(made)
    session.flush()
    return made


def notices(template: IncidentTemplate) -> dict[str, str]:
    """What was announced then, by the kind of notice; the title is a blank in it."""
    return {
        name.removeprefix(_NOTICE): texts[0]
        for name, texts in template.texts.items()
        if name.startswith(_NOTICE) and texts
    }


def retire(template: IncidentTemplate, now: datetime) -> None:
    if template.retired_at is None:
        template.retired_at = now


def _texts(session: Session, incident: Incident) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for wave in waves_of(session, incident.id):
        if wave.approved_at is not None:
            found.setdefault(wave.stage, [it.text for it in wave.texts])
    posted = select(Notice.stage, Notice.body).where(
        Notice.incident_id == incident.id, Notice.state == POSTED
    )
    for stage, body in session.execute(posted.order_by(Notice.id.desc())):
        found.setdefault(f"notice_{stage}", [body])
    return {name: _blanked(texts, incident) for name, texts in found.items() if _known(name)}


def _blanked(texts: Sequence[str], incident: Incident) -> list[str]:
    return [text.replace(incident.title, "{incident}") for text in texts]


def _known(name: str) -> bool:
    return name.removeprefix("notice_") in set(Stage)
