"""Putting one of our X accounts onto the desk."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.errors import N_, Refused
from support.x.client import XClient
from support.x.errors import Meaning, XError
from support.x.records import Account
from support.x.tokens import seal


def connect(
    session: Session,
    client: XClient,
    *,
    token: str,
    secret_key: str,
    calendar_id: int,
    service_level_id: int,
    undo_seconds: int,
) -> Account:
    """The account `token` speaks for, new or known; known ones go on with the new token.

    `client` must speak with `token`. Raises Refused (field "token") when X does not take it.
    """
    try:
        person = client.me()
    except XError as error:
        raise Refused("token", _sentence(error), detail=str(error)) from error
    account = session.scalar(select(Account).where(Account.x_id == person.x_id))
    if account is None:
        account = Account(
            x_id=person.x_id,
            calendar_id=calendar_id,
            service_level_id=service_level_id,
            undo_seconds=undo_seconds,
        )
        session.add(account)
    account.handle, account.name = person.username, person.name
    account.persona = account.persona or person.name
    account.token_sealed = seal(token, secret_key)
    resume(account)
    session.flush()
    return account


def stop(account: Account, reason: str, now: datetime) -> None:
    """Nothing is read or sent for the account until somebody acts; what waits stays queued."""
    account.stopped_at, account.stopped_reason = now, reason


def resume(account: Account) -> None:
    """The account reads and sends again."""
    account.stopped_at, account.stopped_reason = None, ""


def _sentence(error: XError) -> str:
    if error.meaning is Meaning.ACCOUNT:
        return N_("このトークンはXに受け付けられませんでした。コピーし直してください。")
    return N_("Xに確認できませんでした（%(detail)s）。しばらくしてからもう一度お試しください。")
