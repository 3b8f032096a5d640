"""Signing in through another provider (OpenID Connect): there, back, and out there again.

Both ways are links: browsers hold `form-action` against where a form's answer leads.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

import structlog
from flask import Blueprint, redirect, request, session, url_for
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from support.agents import admitting, claims, vouching
from support.agents.admitting import Admitted, NotAdmitted
from support.agents.provider import NotProven, ProviderDown
from support.audit.deeds import Deed
from support.audit.noting import Origin
from support.db import db
from support.desk import the_desk
from support.errors import N_
from support.web import noted, toasts
from support.web.agents import entering
from support.web.agents.coming_in import limiter, only_elsewhere, own_path, place
from support.web.agents.entering import Way
from support.web.agents.providing import provider
from support.web.errors import sentence_of
from support.web.guard import asking
from support.web.language import now
from support.web.security import OWN_SITES

BEGUN = "oidc"
"""Where the session keeps what this browser began."""
LIVES = timedelta(minutes=10)
"""How long the way there and back may take."""
LONGEST_PATH = 1_000
"""Letters of an address to come back to: what is longer does not fit into a cookie."""
LIMIT = "30 per minute"
DOWN = N_(
    "社内アカウントのサーバーが応答しません。しばらくしてからもう一度お試しいただくか、パスワードでサインインしてください。"
)
DOWN_ALONE = N_("社内アカウントのサーバーが応答しません。しばらくしてからもう一度お試しください。")
REFUSED = N_("社内アカウントでのサインインが取り消されたか、許可されませんでした。")
UNPROVEN = N_("サインインを確かめられませんでした。もう一度はじめからお試しください。")

log = structlog.get_logger()

pages = Blueprint("oidc", __name__)


@pages.get("/sign-in/provider")
@limiter.limit(LIMIT, key_func=place)
def begin() -> Response:
    """On to the provider, where whoever is signed in there comes back at once; so it is pressed on
    a page of ours, or typed: no other site signs anybody in by a link.
    """
    path = own_path(request.args.get("next"))
    if asking() is not None or not the_desk().settings.oidc_issuer:
        return redirect(path, 303)
    if request.headers.get("Sec-Fetch-Site", "none") not in OWN_SITES:
        return redirect(url_for("agents.sign_in", next=path), 303)
    begun = {name: secrets.token_urlsafe(48) for name in ("state", "nonce", "verifier")}
    begun["callback"] = _callback()
    db.session.rollback()  # nothing of the database is held while the provider is asked
    try:
        there = provider().address(**begun, now=now())
    except ProviderDown:
        return _down()
    path = path if len(path) <= LONGEST_PATH else own_path(None)
    session[BEGUN] = begun | {"next": path, "at": now().isoformat()}
    return redirect(there, 303)


def _callback() -> str:
    """It has to be registered with the provider as it stands."""
    base = the_desk().settings.public_url or request.host_url.rstrip("/")
    return base + url_for("oidc.callback")


@pages.get("/sign-in/provider/callback")
@limiter.limit(LIMIT, key_func=place)
def callback() -> Response:
    """Where the provider sends the browser back to."""
    begun = session.pop(BEGUN, None)
    db.session.rollback()  # a safe request begins without writing
    try:
        code = _code_of(request.args, begun)
        told = provider().claims(
            code,
            callback=begun["callback"],
            nonce=begun["nonce"],
            verifier=begun["verifier"],
            now=now(),
        )
        return _admit(told, begun["next"])
    except ProviderDown:
        return _down()
    except NotProven as error:
        log.warning("provider_not_proven", reason=error.reason)
        if begun is None:  # any site can send a browser here; that is nobody's failure
            return _back(gettext(UNPROVEN))
        sentence = REFUSED if error.reason == "access_denied" else UNPROVEN
        return _refused(gettext(sentence), None)
    except NotAdmitted as error:
        return _refused(sentence_of(error), error.agent_id)
    except IntegrityError:  # two browsers at once, the first time; the other one made it
        return _refused(gettext(UNPROVEN), None)


def _code_of(answer: Mapping[str, str], begun: Any) -> str:
    """The code, if it belongs to what this browser began just now. Raises NotProven."""
    if not isinstance(begun, dict) or not the_desk().settings.oidc_issuer:
        raise NotProven("not begun here")
    if not compare_digest(answer.get("state", "").encode(), begun["state"].encode()):
        raise NotProven("state")
    first = vouching.spend(db.session(), begun["state"].encode(), now=now())
    db.session.commit()
    if not first or now() - datetime.fromisoformat(begun["at"]) > LIVES:
        raise NotProven("too late" if first else "answered before")
    if answer.get("iss", the_desk().settings.oidc_issuer) != the_desk().settings.oidc_issuer:
        raise NotProven("iss")
    if not answer.get("code"):
        raise NotProven(answer.get("error", "")[:40] or "no code")
    return answer["code"]


def _admit(told: claims.Claims, path: str) -> Response:
    """Raises NotAdmitted."""
    settings = the_desk().settings
    admitted = admitting.admit(db.session(), told, settings, now=now())
    _note(admitted)
    if claims.took_two_steps(told, settings.oidc_acr):
        return entering.complete(admitted.agent, path, way=Way.PROVIDER)
    return entering.let_in(admitted.agent, path, Way.PROVIDER)


def _note(admitted: Admitted) -> None:
    agent, where = admitted.agent, Origin(entering.address())
    about, role = ("agent", agent.id), {"role": agent.role}
    if admitted.made:
        noted.note(Deed.ENROLLED, by=agent.id, about=about, at=where, data=role)
    if admitted.bound:
        noted.note(Deed.BOUND, by=agent.id, about=about, at=where)
    if admitted.was:
        told = {"was": admitted.was, **role}
        noted.note(Deed.ROLE_CHANGED, by=None, about=about, at=where, data=told)
    if admitted.stays:
        log.warning("role_stays", agent=agent.id)


@pages.get("/sign-in/provider/end")
def end() -> Response:
    """Out there as well, for whoever wants it: the next one at this computer signs in anew."""
    base = the_desk().settings.public_url or request.host_url.rstrip("/")
    there = provider().end_address(base + url_for("agents.sign_in"))
    return redirect(there or url_for("agents.sign_in"), 303)


def _refused(sentence: str, agent_id: int | None) -> Response:
    db.session.rollback()
    about, where = ("agent", agent_id) if agent_id else None, Origin(entering.address())
    noted.note(Deed.SIGN_IN_FAILED, by=None, about=about, at=where, data={"way": "provider"})
    db.session.commit()
    return _back(sentence)


def _down() -> Response:
    log.warning("provider_down")
    return _back(gettext(DOWN_ALONE if only_elsewhere() else DOWN))


def _back(sentence: str) -> Response:
    toasts.say(sentence, tone="danger")
    return redirect(url_for("agents.sign_in"), 303)
