"""An incident with people linked to it, for tests of what is answered to all of them."""

from datetime import timedelta

from sqlalchemy import select

from support.incidents import pressing_on, waves
from support.incidents.paces import Allowed
from support.incidents.records import Incident, IncidentTicket, WaveAnswer
from support.incidents.waves import Plan
from support.replies import sending
from support.replies.records import Reply
from support.x.posts import Person
from tests.cast import customer_says, hands, post
from tests.replies.watching import waiting

TEXTS = (
    "{customer_name}様、ご不便をおかけし申し訳ございません。ただいま原因を調べております。",
    "{customer_name}様、お知らせくださりありがとうございます。つながりにくい状況を確認し、対応中です。",
    "ご連絡ありがとうございます、{customer_name}様。設備の点検を進めております。今しばらくお待ちください。",
)


PLENTY = (Allowed(2_000, 1_900),)


def people(count, *, first=1):
    return [
        Person(str(9_100_000_000 + n), f"kakuu_{n:04}", f"架空{n:04}")
        for n in range(first, first + count)
    ]


def open_incident(session, desk, now, **more):
    incident = Incident(
        account_id=desk.account.id,
        title="つながりにくい状況",
        begun_at=now - timedelta(minutes=10),
        opened_at=now,
        opened_by_id=desk.ryo.id,
        lead_id=desk.ryo.id,
        **more,
    )
    session.add(incident)
    session.commit()
    return incident


def link(session, incident, ticket, now):
    session.add(IncidentTicket(incident_id=incident.id, ticket_id=ticket.id, linked_at=now))
    session.commit()


def wrote(session, desk, who, at, **more):
    return customer_says(session, desk, post("@hikari_care つながりません", at=at, by=who, **more))


def hit(session, desk, incident, count, clock, *, first=1):
    """So many people write, and are linked."""
    made = []
    for number, who in enumerate(people(count, first=first), start=first):
        ticket = wrote(session, desk, who, clock(), number=number)
        link(session, incident, ticket, clock())
        made.append(ticket)
    return made


def plan(**more):
    return Plan(**{"stage": "first", "texts": TEXTS, "per_minute": 60, **more})


def begin(session, desk, incident, now, *, by=None, **more):
    wave = waves.save(session, incident, plan(**more), by=by or desk.ryo, now=now)
    waves.approve(session, wave, by=desk.ryo, now=now)
    session.commit()
    return wave


def go_on(session, wave, clock, *, allowed=PLENTY, seconds=0):
    """As the job does: until nothing more is to be done at this moment, or for so long."""
    later, until = set(), clock() + timedelta(seconds=seconds)
    while True:
        done = pressing_on.step(session, wave.id, allowed, clock(), later=later)
        session.commit()
        later.update(done.later if done is not None else ())
        if done is None:
            if clock() >= until:
                return
            later = set()
            clock.forward(seconds=5)


def send_all(session, x, clock):
    """Workers send whatever may go."""
    for reply_id in waiting(session, clock):
        sending.deliver(session, reply_id, hands(x, clock))
    session.commit()


def rows(session, wave):
    session.expire_all()
    theirs = select(WaveAnswer).where(WaveAnswer.wave_id == wave.id).order_by(WaveAnswer.id)
    return list(session.scalars(theirs))


def states(session, wave):
    return [it.passed_why or it.state for it in rows(session, wave)]


def replies(session):
    return list(session.scalars(select(Reply).order_by(Reply.id)))
