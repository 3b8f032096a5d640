"""An incident to try things with."""

from support.incidents import announcing, running
from support.incidents.announcing import Words
from support.incidents.records import Incident
from support.incidents.running import Draft
from tests.fakes import THURSDAY


def incident(session, cast, *, at=THURSDAY, **wishes) -> Incident:
    asked = {"title": "夜間の速度低下", "begun_at": at, "words": ["つながらない", "遅い"]}
    draft = Draft(cast.account.id, **{**asked, **wishes})
    made = running.open_incident(session, draft, by=cast.ryo, now=at)
    session.commit()
    return made


def notice(session, it, by, *, at=THURSDAY, body="【お知らせ】調査中です。", stage="first", **more):
    made = announcing.draft(session, it, Words(stage, body, **more), by=by, now=at)
    session.commit()
    return made
