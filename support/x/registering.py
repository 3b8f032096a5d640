"""The developer apps our accounts are connected through: adding one, changing its keys."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.errors import N_, Refused
from support.x.errors import Meaning, XError
from support.x.oauth1 import Keys
from support.x.records import XApp
from support.x.tokens import TokenUnreadable, seal, unseal

LONGEST_KEY = 400


@dataclass(frozen=True)
class AppKeys:
    """What somebody wrote down for an app; None and an empty secret leave what is there."""

    name: str | None = None
    client_id: str | None = None
    client_secret: str = ""
    consumer_key: str | None = None
    consumer_secret: str = ""
    bearer: str = ""


SECRETS = ("client_secret", "consumer_secret", "bearer")


def register(session: Session, given: AppKeys, *, secret_key: str, now: datetime) -> XApp:
    """A new app. Raises Refused, naming the field."""
    app = XApp(name="", client_id="", consumer_key="", made_at=now)
    change(app, given, secret_key=secret_key)
    session.add(app)
    session.flush()
    return app


def change(app: XApp, given: AppKeys, *, secret_key: str) -> None:
    """Writes what is given over what is there. Raises Refused, naming the field."""
    for field in ("name", "client_id", "consumer_key"):
        value = getattr(given, field)
        if value is not None:
            setattr(app, field, _short(field, value))
    for field in SECRETS:
        if value := getattr(given, field).strip():
            setattr(app, f"{field}_sealed", seal(_short(field, value, LONGEST_KEY), secret_key))
    if not app.name:
        raise Refused("name", N_("アプリの名前を入力してください。"))
    if bool(app.consumer_key) != bool(app.consumer_secret_sealed):
        missing = "consumer_secret" if app.consumer_key else "consumer_key"
        raise Refused(missing, N_("コンシューマーキーとシークレットは、両方とも入力してください。"))


def _short(field: str, value: str, longest: int = 0) -> str:
    value, longest = value.strip(), longest or (80 if field == "name" else 100)
    if len(value) > longest or not value.isprintable():
        raise Refused(field, N_("長すぎるか、使えない文字があります。コピーし直してください。"))
    return value


def secret(app: XApp, field: str, secret_key: str) -> str:
    """One of the app's secrets, opened; empty where it has none. Raises XError."""
    sealed: str = getattr(app, f"{field}_sealed")
    try:
        return unseal(sealed, secret_key) if sealed else ""
    except TokenUnreadable as error:
        raise XError(Meaning.ACCOUNT, 0, str(error)) from error


def all_apps(session: Session) -> list[XApp]:
    return list(session.scalars(select(XApp).order_by(XApp.id)))


def app_with_consumer(session: Session, keys: Keys, *, secret_key: str, now: datetime) -> XApp:
    """The app these four keys belong to, with its consumer secret as given; made if need be.

    Raises Refused, naming the field.
    """
    app = session.scalar(select(XApp).where(XApp.consumer_key == keys.consumer_key).limit(1))
    given = AppKeys(
        name=None if app else keys.consumer_key[:80],
        consumer_key=keys.consumer_key,
        consumer_secret=keys.consumer_secret,
    )
    if app is None:
        return register(session, given, secret_key=secret_key, now=now)
    change(app, given, secret_key=secret_key)
    return app
