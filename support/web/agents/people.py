"""Settings: the people of the desk: who works here, inviting, roles, leaving, their sign-ins."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from support.agents import appointing, confirming, granting, inviting, signing_in, vouching
from support.agents.access import Deed, Role
from support.agents.reach import Limit
from support.agents.records import (
    Agent,
    Invitation,
    Passkey,
    SignIn,
    everyone,
    open_invitations,
    passkeys_of,
    second_step_of,
    with_second_step,
)
from support.audit.deeds import Deed as Noted
from support.db import db, storable
from support.desk import the_desk
from support.errors import N_, Refused
from support.leaving.records import dependents
from support.web import noted, reach, toasts
from support.web.agents.coming_in import live_sign_ins, only_elsewhere
from support.web.errors import sentence_of
from support.web.guard import me, needs
from support.web.language import now
from support.web.words import browser
from support.x.records import Account

pages = Blueprint("people", __name__)

ELSEWHERE = N_("このデスクでは社内アカウントで登録します。招待は使えません。")
ROLES: dict[Role, Any] = {
    Role.AGENT: _l("担当者"),
    Role.LEAD: _l("責任者"),
    Role.ADMIN: _l("管理者"),
}


@pages.get("/settings/people")
@needs(Deed.MANAGE_PEOPLE)
def show() -> str:
    return _page()


@pages.post("/settings/people/invitations")
@needs(Deed.MANAGE_PEOPLE)
def invite() -> str | tuple[str, int]:
    """The answer shows the link: it is kept nowhere, and is not shown again."""
    email, role = storable(request.form.get("email", "")), request.form.get("role", "")
    try:
        if only_elsewhere():
            raise Refused("email", ELSEWHERE)
        made, token = inviting.invite(db.session(), email=email, role=role, by=me(), now=now())
    except Refused as refusal:
        db.session.rollback()
        return _page(wrong={refusal.field: sentence_of(refusal)}), 422
    about, told = ("invitation", made.id), {"role": made.role}
    noted.note(Noted.INVITED, by=me().id, about=about, data=told)
    email = made.email
    db.session.commit()
    base = the_desk().settings.public_url or request.host_url.rstrip("/")
    return _page(link=base + url_for("joining.ask", token=token), invited=email)


@pages.post("/settings/people/invitations/<int:number>/end")
@needs(Deed.MANAGE_PEOPLE)
def withdraw(number: int) -> Response:
    invitation = db.session.get(Invitation, number) if number < 2**31 else None
    if invitation is None:
        abort(404)
    if inviting.withdraw(db.session(), invitation, now=now()):
        noted.note(Noted.INVITATION_ENDED, by=me().id, about=("invitation", number))
    db.session.commit()
    toasts.say(gettext("招待を取り消しました"))
    return redirect(url_for("people.show"), 303)


@pages.get("/settings/people/<int:number>")
@needs(Deed.MANAGE_PEOPLE)
def person(number: int) -> str:
    return _person_page(agent_of(number))


@pages.post("/settings/people/<int:number>/role")
@needs(Deed.MANAGE_PEOPLE)
def change_role(number: int) -> Response | tuple[str, int]:
    agent, role = agent_of(number), request.form.get("role", "")
    told = {"was": agent.role, "role": role}
    try:
        if appointing.change_role(db.session(), agent, role):
            noted.note(Noted.ROLE_CHANGED, by=me().id, about=("agent", number), data=told)
    except Refused as refusal:
        return _refused(number, refusal)
    return _done(number, gettext("役割を保存しました"))


@pages.post("/settings/people/<int:number>/restoration")
@needs(Deed.MANAGE_PEOPLE)
def restore(number: int) -> Response:
    appointing.restore(db.session(), agent_of(number))
    noted.note(Noted.RESTORED, by=me().id, about=("agent", number))
    return _done(number, gettext("利用を再開しました"))


@pages.post("/settings/people/<int:number>/sign-ins/end")
@needs(Deed.MANAGE_PEOPLE)
def end_sign_ins(number: int) -> Response:
    signing_in.end_sign_ins_of(db.session(), agent_of(number).id, now=now())
    noted.note(Noted.SIGN_INS_ENDED, by=me().id, about=("agent", number))
    return _done(number, gettext("すべてのサインインを終わらせました"))


@pages.post("/settings/people/<int:number>/sign-ins/<int:sign_in>/end")
@needs(Deed.MANAGE_PEOPLE)
def end_sign_in(number: int, sign_in: int) -> Response:
    theirs = db.session.get(SignIn, sign_in) if sign_in < 2**31 else None
    if theirs is None or theirs.agent_id != agent_of(number).id:
        abort(404)
    if theirs.ended_at is None:
        signing_in.sign_out(db.session(), theirs, now=now())
        noted.note(Noted.SIGN_IN_ENDED, by=me().id, about=("sign_in", sign_in))
    return _done(number, gettext("そのブラウザのサインインを終わらせました"))


@pages.post("/settings/people/<int:number>/second-step/removal")
@needs(Deed.MANAGE_PEOPLE)
def remove_second_step(number: int) -> Response:
    """The telephone is lost, and the codes with it; whoever has them is out as well."""
    agent, by = agent_of(number), me().id
    if confirming.remove(db.session(), agent):
        confirming.void_codes(db.session(), number)
        signing_in.end_sign_ins_of(db.session(), number, now=now())
        noted.note(Noted.STEP_REMOVED, by=by, about=("agent", number))
    return _done(number, gettext("2段階認証を解除し、すべてのサインインを終わらせました"))


@pages.post("/settings/people/<int:number>/passkeys/<int:passkey>/removal")
@needs(Deed.MANAGE_PEOPLE)
def remove_passkey(number: int, passkey: int) -> Response:
    """What held it is lost; whoever has it is out as well."""
    theirs = db.session.get(Passkey, passkey) if passkey < 2**31 else None
    if theirs is None or theirs.agent_id != agent_of(number).id:
        abort(404)
    vouching.remove(db.session(), theirs)
    signing_in.end_sign_ins_of(db.session(), number, now=now())
    noted.note(Noted.PASSKEY_TAKEN, by=me().id, about=("passkey", passkey))
    return _done(number, gettext("パスキーを削除し、すべてのサインインを終わらせました"))


def agent_of(number: int) -> Agent:
    """The person of this number, or the page that says there is none."""
    agent = db.session.get(Agent, number) if number < 2**31 else None
    if agent is None:
        abort(404)
    return agent


def _done(number: int, words: str) -> Response:
    db.session.commit()
    toasts.say(words)
    return redirect(url_for("people.person", number=number), 303)


def _refused(number: int, refusal: Refused) -> tuple[str, int]:
    db.session.rollback()
    return _person_page(agent_of(number), sentence_of(refusal)), 422


def _page(*, link: str = "", invited: str = "", wrong: dict[str, str] | None = None) -> str:
    session = db.session()
    return render_template(
        "settings/people.html",
        people=everyone(session),
        invitations=open_invitations(session, now() - inviting.VALID),
        until=inviting.VALID,
        confirmed=with_second_step(session),
        roles=ROLES,
        link=link,
        invited=invited,
        wrong=wrong or {},
    )


def _person_page(agent: Agent, wrong: str = "") -> str:
    return render_template(
        "settings/person.html",
        person=agent,
        roles=ROLES,
        step=second_step_of(db.session(), agent.id),
        passkeys=passkeys_of(db.session(), agent.id),
        sign_ins=live_sign_ins(agent.id, now()),
        browser=browser,
        limited=_limited(agent.id),
        **(left_of(agent) if agent.suspended_at else {"left": None, "unseen": 0}),
        wrong=wrong,
    )


def left_of(agent: Agent) -> dict[str, Any]:
    """What hangs on somebody, as whoever asks may see it, and how much there is beside that."""
    left = dependents(db.session(), agent, now())
    if reach.my_reach().is_whole:
        return {"left": left, "unseen": 0}
    with reach.beyond():
        whole = dependents(db.session(), agent, now())
    return {"left": left, "unseen": whole.of_tickets - left.of_tickets}


def _limited(agent_id: int) -> list[tuple[Account, Limit]]:
    """What is limited on the desk, and what this person was granted there."""
    limits = {it.account_id: it for it in granting.limits_for(db.session(), agent_id)}
    return [(db.session.get_one(Account, it), limits[it]) for it in sorted(limits)]
