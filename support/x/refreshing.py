"""Renewing a user token: one renewal at a time, the new pair kept before anyone speaks with it.

A refresh token is good once, and dies by its use even if X's answer is lost. So a renewal has three
steps, each committed by itself (docs/adr/0007-one-renewal-at-a-time.md; this is the second place
outside the doors that commits, and in a session of its own):

1. claim: the account's row is locked, read again, and marked as being renewed for a while;
2. ask X, with nothing of the database held;
3. keep: locked and read again, the new pair replaces the very token that was spent.

Who finds the row marked speaks with the old token while that lasts, or waits for the new one.
Nobody calls an account disconnected without reading the row once more.
"""

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
import structlog
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolEmpty
from sqlalchemy.orm import Session, sessionmaker

from support.clock import Clock
from support.settings import Settings
from support.x.connecting import resume, stop
from support.x.errors import RECONNECT, Meaning, XError, reason_to_stop
from support.x.oauth2 import OAuth2, Pair
from support.x.records import Account, XApp
from support.x.registering import secret
from support.x.tokens import TokenUnreadable, seal, unseal

EARLY = timedelta(minutes=5)
"""Before a token ends it is renewed: a call that is under way must not see it end."""
LOOK_EVERY, LOOKS = 0.1, 50
"""Seconds between two looks for what somebody else renews, and how many are made."""
REST = timedelta(seconds=30)
"""After a renewal that got no answer, while the old token is still good."""
SLOW = timedelta(seconds=5)
"""A call that was kept waiting longer is not made: its sender may have lost its lease."""
TRIES_TO_KEEP = 5

log = structlog.get_logger()


@dataclass(frozen=True)
class Held:
    """A user token as it was read, opened."""

    account_id: int
    access: str
    expires_at: datetime | None

    def ends_within(self, span: timedelta, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at - now <= span


@dataclass(frozen=True)
class Claim:
    """The right to renew, and what with."""

    refresh: str
    client_id: str
    client_secret: str


def held_of(account: Account, secret_key: str) -> Held:
    """The account's present token. Raises XError where there is none or it cannot be opened."""
    access = opened(account.token_sealed, secret_key)
    return Held(account.id, access, account.token_expires_at)


def opened(sealed: str, secret_key: str) -> str:
    """One token of an account. Raises XError."""
    if not sealed:
        raise XError(Meaning.ACCOUNT, 0, "the account is not connected")
    try:
        return unseal(sealed, secret_key)
    except TokenUnreadable as error:
        raise XError(Meaning.ACCOUNT, 0, str(error)) from error


class Refresher:
    """Renews for one process. Methods raise XError and nothing else."""

    def __init__(
        self,
        http: httpx.Client,
        settings: Settings,
        clock: Clock,
        sessions: sessionmaker[Session],
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = http
        self._settings = settings
        self._clock = clock
        self._sessions = sessions
        self._wait = wait
        self._lease = timedelta(seconds=2 * settings.x_timeout + 10)

    def fresh(self, held: Held) -> Held:
        """What to speak with: `held`, or what took its place when that is about to end."""
        now = self._clock()
        if not held.ends_within(EARLY, now):
            return held
        return self._in_time(lambda: self._renewed(held, refused=False), now)

    def after_refusal(self, held: Held) -> Held:
        """What to speak with after X refused `held`."""
        return self._in_time(lambda: self._renewed(held, refused=True), self._clock())

    def _in_time(self, renew: Callable[[], Held], began: datetime) -> Held:
        try:
            held = renew()
        except (OperationalError, PoolEmpty) as error:
            raise XError(Meaning.NOT_SENT, 0, "the token cannot be read now") from error
        if self._clock() - began > SLOW:
            raise XError(Meaning.NOT_SENT, 0, "renewing the token took too long")
        return held

    def _renewed(self, held: Held, *, refused: bool) -> Held:
        for _ in range(LOOKS):
            found = self._claim(held)
            if isinstance(found, Held):
                return found
            if isinstance(found, Claim):
                return self._spend(found, held, refused=refused)
            if not refused and not held.ends_within(timedelta(0), self._clock()):
                return held
            self._wait(LOOK_EVERY)
        raise XError(Meaning.NOT_SENT, 0, "the token is being renewed by somebody else")

    def _claim(self, held: Held) -> Held | Claim | None:
        """What somebody has renewed already, or the right to do it; None: somebody is at it."""
        with self._sessions.begin() as session:
            account, now = _locked(session, held.account_id), self._clock()
            present = held_of(account, self._settings.secret_key)
            if present.access != held.access:
                return present
            if account.refreshing_until is not None and account.refreshing_until > now:
                return None
            if not account.refresh_sealed or account.app is None:
                raise XError(Meaning.ACCOUNT, 401, "the token has ended and cannot be renewed")
            account.refreshing_until = now + self._lease
            return self._claim_of(account.app, account.refresh_sealed)

    def _claim_of(self, app: XApp, refresh_sealed: str) -> Claim:
        key = self._settings.secret_key
        return Claim(opened(refresh_sealed, key), app.client_id, secret(app, "client_secret", key))

    def _spend(self, claim: Claim, held: Held, *, refused: bool) -> Held:
        asking = OAuth2(self._http, self._settings, claim.client_id, claim.client_secret)
        try:
            pair = asking.refresh(claim.refresh)
        except XError as error:
            return self._not_renewed(held, error, refused=refused)
        return self._kept(held.account_id, claim, pair)

    def _kept(self, account_id: int, claim: Claim, pair: Pair) -> Held:
        """The only copy of the new pair is in our hands: the database is asked more than once."""
        for _ in range(TRIES_TO_KEEP):
            try:
                return self._keep(account_id, claim, pair)
            except OperationalError as error:
                log.error("pair_not_kept", account=account_id, error=type(error).__name__)
                self._wait(1.0)
        return self._keep(account_id, claim, pair)

    def _keep(self, account_id: int, claim: Claim, pair: Pair) -> Held:
        key = self._settings.secret_key
        with self._sessions.begin() as session:
            account, now = _locked(session, account_id), self._clock()
            if not account.refresh_sealed or opened(account.refresh_sealed, key) != claim.refresh:
                return held_of(account, key)  # connected anew, or disconnected, in the meantime
            put_pair(account, pair, key, now)
            account.refreshing_until = None
            if account.stopped_reason == RECONNECT:
                resume(account)  # who came after us was refused, since we had spent the token
            log.info("token_renewed", account=account_id)
            return held_of(account, key)

    def _not_renewed(self, held: Held, error: XError, *, refused: bool) -> Held:
        """X did not renew: the row is read again before anything is called lost."""
        lost = error.meaning in (Meaning.REFUSED, Meaning.ACCOUNT)
        with self._sessions.begin() as session:
            account, now = _locked(session, held.account_id), self._clock()
            present = held_of(account, self._settings.secret_key)
            if present.access != held.access:
                return present
            still_good = not refused and not held.ends_within(timedelta(0), now)
            account.refreshing_until = now + REST if still_good and not lost else None
            if lost:
                stop(account, reason_to_stop(error), now)
        log.warning("token_not_renewed", account=held.account_id, status=error.status, lost=lost)
        if lost:
            raise XError(Meaning.ACCOUNT, error.status, error.detail)
        if still_good:
            return held
        raise XError(Meaning.NOT_SENT, error.status, f"token not renewed: {error.detail}")


def put_pair(account: Account, pair: Pair, secret_key: str, now: datetime) -> None:
    """The account speaks with this pair from now on."""
    account.token_sealed = seal(pair.access, secret_key)
    account.refresh_sealed = seal(pair.refresh, secret_key) if pair.refresh else ""
    account.token_expires_at = now + pair.life
    account.scopes = pair.scopes or account.scopes


def _locked(session: Session, account_id: int) -> Account:
    """The row as it is now, ours until the commit. Rows that point to it can still be written."""
    row = select(Account).where(Account.id == account_id).with_for_update(key_share=True)
    found = session.scalar(row)
    if found is None:
        raise XError(Meaning.ACCOUNT, 0, "the account is not connected")
    return found


class RenewedAuth(httpx.Auth):
    """A user token in the header, renewed when it is about to end and once when X refuses it.

    Lives as long as one client: it keeps what it was given last.
    """

    def __init__(self, held: Held, refresher: Refresher) -> None:
        self._held = held
        self._refresher = refresher

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        self._held = self._refresher.fresh(self._held)
        answer = yield self._signed(request)
        if answer.status_code == 401:  # nothing was accepted: it may be asked again
            self._held = self._refresher.after_refusal(self._held)
            yield self._signed(request)

    def _signed(self, request: httpx.Request) -> httpx.Request:
        request.headers["Authorization"] = f"Bearer {self._held.access}"
        return request
