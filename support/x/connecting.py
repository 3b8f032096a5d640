"""Putting our X accounts onto the desk, and taking them off."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.errors import N_, Refused
from support.x.errors import DISCONNECTED, Meaning, XError
from support.x.oauth1 import Keys, packed
from support.x.oauth2 import Pair
from support.x.posts import Person
from support.x.records import Account
from support.x.tokens import seal

OAUTH2, OAUTH1, BEARER = "oauth2", "oauth1", "bearer"


class AsksWho(Protocol):
    def me(self) -> Person: ...


@dataclass(frozen=True)
class Credentials:
    """What an account is spoken for with; `token` holds both values for oauth1."""

    auth: str
    token: str
    refresh: str = ""
    expires_at: datetime | None = None
    scopes: str = ""
    app_id: int | None = None


def by_oauth2(pair: Pair, *, app_id: int, now: datetime) -> Credentials:
    return Credentials(OAUTH2, pair.access, pair.refresh, now + pair.life, pair.scopes, app_id)


def by_keys(keys: Keys, *, app_id: int) -> Credentials:
    return Credentials(OAUTH1, packed(keys.token, keys.token_secret), app_id=app_id)


@dataclass(frozen=True)
class Start:
    """What a new account begins with."""

    calendar_id: int
    undo_seconds: int


def who_is(client: AsksWho) -> Person:
    """Whom these credentials speak for; raises Refused (field "token") when X takes them not.

    Asks X, so nothing of the database should be held.
    """
    try:
        return client.me()
    except XError as error:
        raise Refused("token", _sentence(error), detail=str(error)) from error


def connect(
    session: Session, person: Person, given: Credentials, start: Start, *, secret_key: str
) -> Account:
    """Our account on X, new or known; a known one keeps what it has of `start`."""
    account = session.scalar(select(Account).where(Account.x_id == person.x_id))
    if account is None:
        account = Account(
            x_id=person.x_id,
            calendar_id=start.calendar_id,
            undo_seconds=start.undo_seconds,
        )
        session.add(account)
    account.handle, account.name = person.username, person.name
    account.persona = account.persona or person.name
    _put(account, given, secret_key)
    resume(account)
    session.flush()
    return account


def _put(account: Account, given: Credentials, secret_key: str) -> None:
    account.auth, account.app_id = given.auth, given.app_id or account.app_id
    account.token_sealed = seal(given.token, secret_key)
    account.refresh_sealed = seal(given.refresh, secret_key) if given.refresh else ""
    account.token_expires_at, account.scopes = given.expires_at, given.scopes
    account.refreshing_until = None


def stop(account: Account, reason: str, now: datetime) -> None:
    """Nothing is read or sent for the account until somebody acts; what waits stays queued.

    `reason` is a sentence of the catalogue. One that stands still already keeps the first one.
    """
    if account.stopped_at is None:
        account.stopped_at, account.stopped_reason = now, reason


def resume(account: Account) -> None:
    """The account reads and sends again."""
    account.stopped_at, account.stopped_reason = None, ""


def disconnect(account: Account, now: datetime) -> None:
    """Forgets what the account was spoken for with; its tickets and its queue stay."""
    account.token_sealed = account.refresh_sealed = account.scopes = ""
    account.token_expires_at = account.refreshing_until = None
    resume(account)
    stop(account, DISCONNECTED, now)


def _sentence(error: XError) -> str:
    if error.meaning is Meaning.ACCOUNT:
        return N_("このトークンはXに受け付けられませんでした。コピーし直してください。")
    return N_("Xに確認できませんでした（%(detail)s）。しばらくしてからもう一度お試しください。")
