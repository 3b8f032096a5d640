"""Passkeys: keeping new ones, knowing them again, and each question answered once."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from support.agents import ceremonies
from support.agents.ceremonies import Made, NotGenuine, Place
from support.agents.confirming import void_codes_alone
from support.agents.records import Agent, Passkey, SpentChallenge, passkeys_of
from support.db import changed
from support.errors import N_, Refused

LIVES = timedelta(minutes=5)
"""How long a question may wait for its answer."""
REMEMBERED = timedelta(minutes=15)
"""How long it is known which were answered; nothing that is answered once lives longer."""
MOST = 10
"""Passkeys of one person."""
LONGEST_NAME = 40
TOO_MANY = N_("パスキーは%(n)s個までです。使わないものを削除してください。")
NOT_TRUE = N_("パスキーを確かめられませんでした。もう一度お試しください。")


class Doubted(Exception):
    """The passkey is genuine, but its counter says that there is another one like it."""

    def __init__(self, passkey: Passkey) -> None:
        super().__init__()
        self.passkey = passkey


def new_challenge() -> bytes:
    return secrets.token_bytes(32)


def spend(session: Session, challenge: bytes, *, now: datetime) -> bool:
    """Whether this question was open; from now on it is not. Old ones are forgotten: they are
    refused for their age.
    """
    session.execute(delete(SpentChallenge).where(SpentChallenge.spent_at <= now - REMEMBERED))
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if on_postgresql else sqlite.insert
    row = insert(SpentChallenge).values(digest=hashlib.sha256(challenge).hexdigest(), spent_at=now)
    fresh = row.on_conflict_do_nothing().returning(SpentChallenge.digest)
    return session.scalar(fresh) is not None


def handle_of(session: Session, agent: Agent) -> bytes:
    """What passkeys call this person by: what those before do, or something new."""
    before = select(Passkey.handle).where(Passkey.agent_id == agent.id).limit(1)
    known = session.scalar(before)
    return base64url_to_bytes(known) if known else secrets.token_bytes(32)


def key_ids(session: Session, agent: Agent) -> list[bytes]:
    return [base64url_to_bytes(it.key_id) for it in passkeys_of(session, agent.id)]


def named(name: str) -> str:
    """Raises Refused."""
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise Refused("name", N_("%(n)s文字までで入力してください。"), n=LONGEST_NAME)
    return name


def keep(
    session: Session, agent: Agent, made: Made, *, name: str, handle: bytes, now: datetime
) -> Passkey:
    """Raises Refused."""
    name = named(name)
    theirs = passkeys_of(session, agent.id)
    if len(theirs) >= MOST:
        raise Refused("passkey", TOO_MANY, n=MOST)
    key_id = bytes_to_base64url(made.key_id)
    if session.scalar(select(Passkey.id).where(Passkey.key_id == key_id)) is not None:
        raise Refused("passkey", N_("このパスキーはすでに登録されています。"))
    passkey = Passkey(
        agent_id=agent.id,
        key_id=key_id,
        public_key=made.public_key,
        handle=bytes_to_base64url(handle),
        name=name,
        sign_count=made.sign_count,
        made_at=now,
    )
    session.add(passkey)
    session.flush()
    return passkey


def recognise(
    session: Session,
    answer: str,
    *,
    place: Place,
    challenge: bytes,
    agent: Agent | None = None,
    now: datetime,
) -> Passkey:
    """The passkey that answered; of `agent`, or of whoever it says. Raises NotGenuine, Doubted.

    One whose counter goes back is put aside for good: of two that are alike nobody can tell which
    is the copy.
    """
    key_id = bytes_to_base64url(ceremonies.key_id_of(answer))
    passkey = session.scalar(select(Passkey).where(Passkey.key_id == key_id))
    if passkey is None or (agent is not None and passkey.agent_id != agent.id):
        raise NotGenuine("unknown")
    shown = ceremonies.shown(place, challenge, answer, passkey.public_key)
    handle = base64url_to_bytes(passkey.handle)
    if shown.handle != handle and (shown.handle is not None or agent is None):
        raise NotGenuine("handle")
    before = passkey.sign_count
    if not ceremonies.goes_on(before, shown.sign_count) or passkey.doubted_at is not None:
        passkey.doubted_at = passkey.doubted_at or now
        session.flush()
        raise Doubted(passkey)
    newer = update(Passkey).where(Passkey.id == passkey.id, Passkey.sign_count == before)
    if not changed(session, newer.values(sign_count=shown.sign_count, used_at=now)):
        raise NotGenuine("at once")
    session.refresh(passkey)
    return passkey


def remove(session: Session, passkey: Passkey) -> None:
    """It opens nothing here any more; the browser that holds it is not told."""
    agent_id = passkey.agent_id
    session.delete(passkey)
    session.flush()
    void_codes_alone(session, agent_id)
