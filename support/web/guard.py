"""Who is asking: every page but a few needs a sign-in, and some need a role.

`current_user` is the Agent. A safe request reads in a transaction that blocks no writer.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from flask import Flask, Request, abort, g, redirect, request, session, url_for
from flask_login import LoginManager, current_user
from sqlalchemy import update
from werkzeug.wrappers import Response

from support.agents.access import Deed, may
from support.agents.records import Agent, SignIn
from support.agents.signing_in import signed_in
from support.db import db
from support.web import errors, reach
from support.web.language import now
from support.web.security import SAFE_METHODS

SESSION_KEY = "sign_in"
"""Where the session cookie, which is signed, keeps the secret of the sign-in."""
TOUCH_EVERY = timedelta(minutes=5)
READ_ONLY = {"readonly": True}

OPEN = frozenset(
    {
        "static",
        "agents.sign_in",
        "agents.try_to_sign_in",
        "agents.set_up",
        "joining.ask",
        "joining.join",
        "links.ask",
        "links.enter",
        "oidc.begin",
        "oidc.callback",
        "oidc.end",
        "passkeys.confirm",
        "passkeys.enrol",
        "passkeys.enter",
        "passkeys.question",
        "second_step.ask",
        "second_step.confirm",
        "second_step.confirm_enrolment",
        "second_step.enrol",
        "second_step.give_up",
        "health.healthz",
        "health.readyz",
        "metrics.show",
        "report_mail.stop",
        "report_mail.stopped",
        "webhook.challenge",
        "installing.manifest",
        "installing.service_worker",
        "installing.offline",
    }
)
WITHOUT_DATABASE = frozenset(
    {
        None,
        "static",
        "health.healthz",
        "health.readyz",
        "webhook.challenge",
        "installing.manifest",
        "installing.service_worker",
    }
)
"""Where no page's transaction is begun; what these look up, they look up on their own."""
ONLY_ASKS = frozenset({"listenings.query", "passkeys.question", "presence.beat"})
"""Posts that write nothing into the database, and so keep no writer waiting."""

logins = LoginManager()


def init_app(app: Flask) -> None:
    logins.session_protection = None  # the sign-in is a row of ours, ended from our side
    logins.init_app(app)
    app.before_request(read_only_when_safe)
    app.before_request(only_for_agents)
    app.jinja_env.globals.update(may=i_may, Deed=Deed)


def needs(deed: Deed) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Only for agents whose role may do this; everyone else reads why not."""

    def guarded(page: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(page)
        def only_if_allowed(*args: Any, **values: Any) -> Any:
            if not i_may(deed):
                abort(403)
            return page(*args, **values)

        return only_if_allowed

    return guarded


def i_may(deed: Deed) -> bool:
    return may(getattr(current_user, "role", ""), deed)


def read_only_when_safe() -> None:
    """Page reads must not queue behind writers: on SQLite they begin no immediate transaction."""
    if only_reads() and request.endpoint not in WITHOUT_DATABASE:
        db.session.connection(execution_options=READ_ONLY)


def only_reads() -> bool:
    return request.method in SAFE_METHODS or request.endpoint in ONLY_ASKS


@logins.request_loader  # type: ignore[untyped-decorator]
def agent_of(request: Request) -> Agent | None:
    secret = session.get(SESSION_KEY)
    found = signed_in(db.session(), secret, now=now()) if isinstance(secret, str) else None
    if found is None:
        return None
    g.sign_in, g.agent = found, found.agent
    touch(found, now())
    reach.learn(found)
    return found.agent


def only_for_agents() -> Response | None:
    if request.endpoint is None or request.endpoint in OPEN or asking() is not None:
        return None
    if request.headers.get("HX-Request") or request.method not in SAFE_METHODS:
        return errors.answer(401)
    here = request.full_path.rstrip("?")
    return redirect(url_for("agents.sign_in", next=here if here != "/" else None), 303)


def asking() -> Agent | None:
    """The agent who is signed in here, if anyone is."""
    someone = current_user._get_current_object()
    return someone if isinstance(someone, Agent) else None


def touch(sign_in: SignIn, at: datetime) -> None:
    """Notes that the browser is still there; now and then, and on its own where we only read."""
    if at - sign_in.seen_at < TOUCH_EVERY:
        return
    if not only_reads():
        sign_in.seen_at = at
        return
    number = sign_in.id
    db.session.rollback()
    db.session.execute(update(SignIn).where(SignIn.id == number).values(seen_at=at))
    db.session.commit()
    read_only_when_safe()


def me() -> Agent:
    """Who asks; the guard lets nobody else in."""
    agent = asking()
    assert agent is not None
    return agent
