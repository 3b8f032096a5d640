"""From a password that fits to a page: what is counted, what is noted, what is still awaited."""

import hashlib
from enum import StrEnum

from flask import redirect, request, session, url_for
from werkzeug.wrappers import Response

from support.agents import confirming, delaying, signing_in
from support.agents.confirming import Waits
from support.agents.records import Agent, SecondStep, SignIn, agent_by_email
from support.audit.deeds import Deed
from support.audit.noting import Origin
from support.db import db, storable
from support.desk import the_desk
from support.web import noted
from support.web.guard import SESSION_KEY
from support.web.language import now

HALF = "half_way"
"""Where the session cookie keeps the secret of a sign-in that waits for its second step."""
CAME = "came"
"""Where it keeps by what the sign-in began."""
LEARNS = "learns"
"""Where it keeps which secret this browser began to teach a telephone, and no other may see."""


class Way(StrEnum):
    """By what somebody came in, as the audit log tells it; by the password unless it says so."""

    PASSWORD = ""
    PASSKEY = "passkey"
    """Without a password."""
    SECOND = "password+passkey"
    PROVIDER = "provider"
    LINK = "link"
    """Made on the command line."""


def address() -> str:
    return request.remote_addr or ""


def seconds_to_wait(email: str) -> int:
    """How long this account may not be tried from here; 0: now."""
    left = delaying.must_wait(db.session(), email, address(), now=now())
    return -int(-left.total_seconds() // 1)


def refused(email: str, deed: Deed = Deed.SIGN_IN_FAILED) -> None:
    """Counts and notes what was tried in vain; an address nobody has is not written down."""
    session = db.session()
    agent = agent_by_email(session, email)
    delaying.failed(session, email, address(), now=now())
    about = ("agent", agent.id) if agent else None
    noted.note(deed, by=None, about=about, at=Origin(address()))
    db.session.commit()


def let_in(agent: Agent, path: str, way: Way = Way.PASSWORD) -> Response:
    """On to `path`, or to the second step first: until then nothing is open."""
    waits = confirming.awaited(db.session(), agent, the_desk().settings.second_step)
    if waits is Waits.NOTHING:
        return complete(agent, path, way=way)
    learns = mark_of(prepare(agent)) if waits is Waits.ENROLMENT else ""
    _, secret = _begin(agent, waits)
    db.session.commit()
    _begin_session({HALF: secret, LEARNS: learns, CAME: way.value, "locale": agent.locale})
    page = "second_step.ask" if waits is Waits.CODE else "second_step.enrol"
    return redirect(url_for(page, next=path), 303)


def prepare(agent: Agent) -> SecondStep:
    """A new secret for this browser to teach a telephone."""
    key = the_desk().settings.secret_key
    return confirming.prepare(db.session(), agent, secret_key=key, now=now())


def mark_of(step: SecondStep) -> str:
    """What it is recognised by, telling nothing of it."""
    return hashlib.sha256(step.secret_sealed.encode()).hexdigest()


def complete(agent: Agent, path: str, *before: Deed, way: Way = Way.PASSWORD) -> Response:
    """Signed in, with a secret nobody has seen before."""
    sign_in(agent, *before, way=way)
    return redirect(path, 303)


def sign_in(agent: Agent, *before: Deed, way: Way = Way.PASSWORD) -> None:
    """A whole sign-in in a fresh session, kept; noted with what came just before it."""
    half = half_way()
    if half is not None:
        signing_in.sign_out(db.session(), half, now=now())
        way = _began(way)
    started, secret = _begin(agent, Waits.NOTHING)
    delaying.succeeded(db.session(), agent.email, address())
    where, about = Origin(address(), started.id), ("agent", agent.id)
    for deed in before:
        noted.note(deed, by=agent.id, about=about, at=where)
    told = {} if way is Way.PASSWORD else {"way": way.value}
    noted.note(Deed.SIGNED_IN, by=agent.id, about=about, at=where, data=told)
    locale = agent.locale
    db.session.commit()
    _begin_session({SESSION_KEY: secret, CAME: way.value, "locale": locale})


def _began(way: Way) -> Way:
    """What the first step was tells more than what the second was."""
    first = session.get(CAME)
    return Way(first) if first in (Way.PROVIDER, Way.LINK) else way


def half_way() -> SignIn | None:
    """The sign-in of this browser that waits for its second step."""
    secret = session.get(HALF)
    if not isinstance(secret, str):
        return None
    return signing_in.half_signed_in(db.session(), secret, now=now())


def _begin(agent: Agent, waits: Waits) -> tuple[SignIn, str]:
    return signing_in.begin(
        db.session(),
        agent,
        browser=storable(request.user_agent.string),
        address=address(),
        waits_for=waits.value,
        now=now(),
    )


def _begin_session(holding: dict[str, str]) -> None:
    """Nothing from before the sign-in lives on in it."""
    session.clear()
    session.update(holding)
