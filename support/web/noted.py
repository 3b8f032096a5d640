"""Pages that change who may do what, or how the desk behaves, leave an entry in the audit log.

What happens to people and sign-ins is noted where it is done. The settings are many pages and will
be more: whichever of them commits something is noted by its name, in the same transaction, so that
none can be forgotten.
"""

from collections.abc import Mapping

from flask import Flask, g, has_request_context, request
from sqlalchemy import event
from sqlalchemy.orm import Session

from support.audit import noting
from support.audit.chain import Value
from support.audit.deeds import Deed
from support.audit.noting import Origin
from support.db import db
from support.web.language import now
from support.web.security import SAFE_METHODS

SETTINGS = ("/settings/", "/set-up/")
CHANGES_BY_GET = frozenset({"accounts.callback"})
"""X sends the browser back by a link; an account is connected by following it."""
NOTES_ITSELF = frozenset({"approval_rules", "grants", "leaving", "outreach_rules", "people"})
"""Page families under the settings whose deeds have names of their own."""


def init_app(app: Flask) -> None:
    app.before_request(expect_settings)


def origin() -> Origin:
    """Where whoever asks stands, and through which sign-in, if any."""
    here = g.get("sign_in")
    return Origin(request.remote_addr or "", here.id if here is not None else None)


def note(
    deed: Deed,
    *,
    by: int | None,
    about: tuple[str, int] | None = None,
    data: Mapping[str, Value] | None = None,
    at: Origin | None = None,
) -> None:
    """Call it last before the commit."""
    session, where = db.session(), at or origin()
    noting.note(session, deed, by=by, about=about, origin=where, data=data, now=now())


def expect_settings() -> None:
    """What this request commits, if anything, changes the settings."""
    g.changes_settings = (
        (request.method not in SAFE_METHODS or request.endpoint in CHANGES_BY_GET)
        and request.path.startswith(SETTINGS)
        and request.blueprint not in NOTES_ITSELF
    )


def note_settings(session: Session) -> None:
    if not has_request_context() or not g.get("changes_settings"):
        return
    if session.in_nested_transaction():  # a savepoint: the deed is not done yet, nor kept
        return
    g.changes_settings = False
    agent = g.get("agent")
    ids = {name: it for name, it in (request.view_args or {}).items() if isinstance(it, int)}
    note(
        Deed.SETTINGS_CHANGED,
        by=agent.id if agent is not None else None,
        data={"page": request.endpoint or "", **ids},
    )


event.listen(db.session, "before_commit", note_settings)
