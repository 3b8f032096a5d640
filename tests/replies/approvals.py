"""How tests make rules of approval, and look at a reply as whoever decides does."""

from support.approval import ruling
from support.approval.ruling import Draft
from support.replies import approving, awaiting


def rule(session, desk, kind, *, now, minutes=30, **more):
    made = ruling.add(session, Draft(kind, minutes, **more), by=desk.hikaru, now=now)
    session.commit()
    return made


def approve(session, reply, by, now, **more):
    look = more.pop("look", None) or awaiting.newest(session, reply)
    made = approving.approve(session, reply, look, by=by, now=now, **more)
    session.commit()
    return made


def send_back(session, reply, by, now, word="言い方をやわらかく"):
    made = approving.send_back(session, reply, by=by, word=word, now=now)
    session.commit()
    return made
