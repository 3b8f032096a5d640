"""Settings: who works on an account of ours, and who reads its direct messages."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from support.agents import granting
from support.agents.access import Deed
from support.agents.granting import Settled, Wish
from support.agents.records import Agent, working_agents
from support.audit.deeds import Deed as Noted
from support.db import db
from support.errors import Refused
from support.web import noted, toasts
from support.web.agents.people import ROLES
from support.web.errors import sentence_of
from support.web.guard import me, needs
from support.web.language import now
from support.x.records import Account

pages = Blueprint("grants", __name__)

NONE, PUBLIC, PRIVATE = "none", "public", "dm"
GRANTS: dict[str, Any] = {
    NONE: _l("権限なし"),
    PUBLIC: _l("公開の投稿だけ"),
    PRIVATE: _l("公開の投稿とDM"),
}
_MEANS: dict[str, bool | None] = {NONE: None, PUBLIC: False, PRIVATE: True}


@pages.get("/settings/accounts/<int:number>/people")
@needs(Deed.MANAGE_PEOPLE)
def show(number: int) -> str:
    account = _account(number)
    return _page(account, *granting.limit_of(db.session(), number), _held(number))


@pages.post("/settings/accounts/<int:number>/people")
@needs(Deed.MANAGE_PEOPLE)
def save(number: int) -> Response | tuple[str, int]:
    """All of the form in one deed. What the form did not change stays as it is by now: somebody
    else may have saved meanwhile."""
    account = _account(number)
    wish = Wish("closed" in request.form, "dms" in request.form, _changes())
    try:
        settled = granting.settle(db.session(), number, wish, by=me().id, now=now())
    except Refused as refusal:
        db.session.rollback()
        asked = {**_held(number), **_asked()}
        return _page(account, wish.closed, wish.dms_closed, asked, sentence_of(refusal)), 422
    _note(number, wish, settled)
    db.session.commit()
    toasts.say(gettext("見られる人を保存しました"))
    return redirect(url_for("grants.show", number=number), 303)


def _account(number: int) -> Account:
    account = db.session.get(Account, number) if number < 2**31 else None
    if account is None:
        abort(404)
    return account


def _held(number: int) -> dict[int, str]:
    """What each colleague was granted, as the form says it."""
    grants = granting.grants_of(db.session(), number)
    return {agent_id: PRIVATE if it.private else PUBLIC for agent_id, it in grants.items()}


def _asked() -> dict[int, str]:
    fields = ((agent.id, request.form.get(f"grant-{agent.id}")) for agent in _people())
    return {agent_id: word for agent_id, word in fields if word in _MEANS}


def _changes() -> dict[int, bool | None]:
    """What the form says otherwise than it was drawn."""
    drawn = {agent_id: request.form.get(f"was-{agent_id}", "") for agent_id in _asked()}
    return {it: _MEANS[word] for it, word in _asked().items() if word != drawn[it]}


def _people() -> list[Agent]:
    return working_agents(db.session())


def _note(number: int, wish: Wish, settled: Settled) -> None:
    by = me().id
    if settled.limited:
        told = {"closed": wish.closed, "dms": wish.dms_closed}
        noted.note(Noted.ACCOUNT_LIMITED, by=by, about=("account", number), data=told)
    for agent_id, private in settled.given.items():
        given = {"account": number, "dms": private}
        noted.note(Noted.GRANTED, by=by, about=("agent", agent_id), data=given)
    for agent_id in settled.withdrawn:
        taken = {"account": number}
        noted.note(Noted.GRANT_WITHDRAWN, by=by, about=("agent", agent_id), data=taken)


def _page(account: Account, closed: bool, dms: bool, held: dict[int, str], wrong: str = "") -> str:
    return render_template(
        "settings/grants.html",
        account=account,
        closed=closed,
        dms=dms,
        held=held,
        was=_held(account.id),
        people=_people(),
        grants=GRANTS,
        roles=ROLES,
        wrong=wrong,
    )
