"""Questions to passkeys: asked of one browser for one purpose, answered once, within minutes.

The question lies in the signed session of the browser that asked, and nowhere else. Which were
answered the database remembers, so that nothing is gained by laying an old cookie back.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask import request, session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from support.agents import ceremonies, vouching
from support.agents.ceremonies import NotGenuine, Place
from support.db import db
from support.desk import the_desk
from support.web.language import now

ASKED = "asked"
"""Where the session keeps it."""


class Purpose(StrEnum):
    ENTER = "enter"
    """To sign in with a passkey and nothing else."""
    CONFIRM = "confirm"
    """As the second step after the password."""
    FIRST = "first"
    """To make one, because the desk insists on a second step."""
    MINE = "mine"
    """To make one more."""


@dataclass(frozen=True)
class Asked:
    challenge: bytes
    place: Place
    handle: bytes
    """What a new passkey is to call the person by; empty where none is made."""


def here() -> Place | None:
    """Where passkeys are used on this desk, whatever address the browser came by."""
    return ceremonies.place_of(the_desk().settings.public_url, request.host)


def usable() -> Place | None:
    """The same, if this page stands there: elsewhere the browser would refuse."""
    place = here()
    there = place is not None and place.origin.partition("://")[2] == request.host.lower()
    return place if there else None


def ask(purpose: Purpose, who: int | None = None, handle: bytes = b"") -> bytes:
    """A new question; the one before it is void."""
    challenge = vouching.new_challenge()
    session[ASKED] = {
        "challenge": bytes_to_base64url(challenge),
        "purpose": purpose.value,
        "who": who,
        "handle": bytes_to_base64url(handle),
        "at": now().isoformat(),
    }
    return challenge


def asked(purpose: Purpose, who: int | None = None) -> Asked:
    """The question this browser was asked, which is over with this. Raises NotGenuine."""
    kept, place = session.pop(ASKED, None), usable()
    if not isinstance(kept, dict) or place is None:
        raise NotGenuine("not asked")
    if (kept.get("purpose"), kept.get("who")) != (purpose.value, who):
        raise NotGenuine("asked for something else")
    age = now() - datetime.fromisoformat(kept["at"])
    challenge = base64url_to_bytes(kept["challenge"])
    spent = not vouching.spend(db.session(), challenge, now=now())
    db.session.commit()  # whatever becomes of the answer, it was one
    if spent or age > vouching.LIVES:
        raise NotGenuine("answered before" if spent else "too late")
    return Asked(challenge, place, base64url_to_bytes(kept["handle"]))
