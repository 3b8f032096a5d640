"""Where an invitation leads: a name, a password, and the desk is open."""

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from support.agents import inviting
from support.agents.records import Agent, Invitation
from support.agents.signing_in import SHORTEST_PASSWORD
from support.audit.deeds import Deed
from support.audit.noting import Origin
from support.db import db, storable
from support.errors import N_, DeskError, Refused
from support.web import errors, noted
from support.web.agents import entering
from support.web.agents.coming_in import SIGN_IN_LIMIT, limiter, only_elsewhere, place
from support.web.agents.passwords import leaked
from support.web.errors import sentence_of
from support.web.language import now

pages = Blueprint("joining", __name__)

FIELDS = {"family_name": 40, "given_name": 40, "initials": 4}
TOO_LONG = N_("%(n)s文字までで入力してください。")
SPENT = N_("この招待はもう使えません。管理者に新しい招待を頼んでください。")


@pages.get("/join/<token>")
def ask(token: str) -> Response | str:
    invitation = _invitation(token)
    return _page(invitation, {}) if invitation is not None else _spent()


@pages.post("/join/<token>")
@limiter.limit(SIGN_IN_LIMIT, key_func=place)
def join(token: str) -> Response | tuple[str, int]:
    invitation = _invitation(token)
    if invitation is None:
        return _spent()
    try:
        agent = _joined(invitation)
    except Refused as refusal:
        db.session.rollback()
        return _page(invitation, {refusal.field: sentence_of(refusal)}), 422
    except DeskError:
        db.session.rollback()
        return _spent()
    noted.note(
        Deed.JOINED,
        by=agent.id,
        about=("invitation", invitation.id),
        at=Origin(entering.address()),
        data={"role": agent.role},
    )
    db.session.commit()
    return entering.let_in(agent, url_for("tickets.queue"))


def _invitation(token: str) -> Invitation | None:
    """Opens nothing where only another provider lets people in: it would lead past it."""
    return None if only_elsewhere() else inviting.invitation_of(db.session(), token, now=now())


def _joined(invitation: Invitation) -> Agent:
    """Raises Refused, DeskError."""
    written = {name: storable(request.form.get(name, "")).strip() for name in FIELDS}
    for name, most in FIELDS.items():
        if len(written[name]) > most:
            raise Refused(name, TOO_LONG, n=most)
    password = request.form.get("password", "")
    if len(password) > 200:
        raise Refused("password", TOO_LONG, n=200)
    return inviting.join(
        db.session(), invitation, **written, password=password, now=now(), leaked=leaked()
    )


def _page(invitation: Invitation, wrong: dict[str, str]) -> str:
    return render_template(
        "agents/join.html", invitation=invitation, wrong=wrong, least=SHORTEST_PASSWORD
    )


def _spent() -> Response:
    """The same answer for a link that was used, is old, or never was one."""
    return errors.answer(404, advice=sentence_of(DeskError(SPENT)))
