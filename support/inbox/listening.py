"""The webhook of an app on X: registered, checked, mended, and what was missed asked for again."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from support.x.app_client import REPLAYS, AppClient, Webhook, is_challenge_refused
from support.x.errors import Meaning, XError
from support.x.records import XApp
from support.x.signatures import CLIENT, CONSUMER

SLACK = timedelta(minutes=2)
"""A check may come so much late; and a replay begins so much before it seems needed."""
REPLAY_MARGIN = timedelta(minutes=2)
"""The oldest moment asked for stays this far inside what X replays."""
log = structlog.get_logger()


def listen(
    session: Session,
    app_id: int,
    client: AppClient,
    address: str,
    now: datetime,
    every: timedelta,
) -> bool:
    """True when X reaches us at `address` now; if not, the row says why.

    Called `every` so often: where the last time was longer ago, or X did not reach us then, it
    is asked to push again what happened since.
    """
    try:
        webhook_x_id = _stand(session, app_id, client, address)
    except XError as error:
        _note(session, app_id, error, now)
        return False
    app = session.get_one(XApp, app_id)
    app.webhook_x_id, app.webhook_url, app.webhook_valid = webhook_x_id, address, True
    app.webhook_problem, app.webhook_checked_at = "", now
    missed_since = _missed_since(app, now, every)
    if missed_since is None:
        app.webhook_sound_at = now
    session.commit()
    if missed_since is not None:
        _replay(session, app_id, client, missed_since, now)
    return True


def _stand(session: Session, app_id: int, client: AppClient, address: str) -> str:
    """X's id of the webhook, which X has challenged just now. Raises XError."""
    there = client.webhooks()
    here = next((webhook for webhook in there if webhook.url == address), None)
    if here is None:
        _remove_older(session, app_id, client, there)
        return _challenged(session, app_id, lambda: client.register(address).x_id)
    found = here.x_id

    def validate() -> str:
        client.validate(found)
        return found

    return _challenged(session, app_id, validate)


def _remove_older(session: Session, app_id: int, client: AppClient, there: list[Webhook]) -> None:
    """The desk has moved: the address it had before is given up. Others' are left alone."""
    before = session.get_one(XApp, app_id).webhook_x_id
    session.commit()
    if any(webhook.x_id == before for webhook in there):
        client.remove(before)


def _challenged(session: Session, app_id: int, ask: Callable[[], str]) -> str:
    """Has X challenge us; where it does not take the answer, once more with the other key."""
    try:
        return ask()
    except XError as error:
        if not is_challenge_refused(error) or not _take_other_key(session, app_id):
            raise
    return ask()


def _take_other_key(session: Session, app_id: int) -> bool:
    """From now on challenges are answered with the app's other secret, if it has both."""
    app = session.get_one(XApp, app_id)
    has_both = bool(app.consumer_secret_sealed and app.client_secret_sealed)
    if has_both:
        app.crc_key = CLIENT if app.crc_key == CONSUMER else CONSUMER
    session.commit()
    return has_both


def _note(session: Session, app_id: int, error: XError, now: datetime) -> None:
    log.warning("webhook_not_standing", app=app_id, status=error.status)
    app = session.get_one(XApp, app_id)
    app.webhook_checked_at, app.webhook_problem = now, str(error)[:300]
    if error.meaning not in (Meaning.NOT_SENT, Meaning.NO_ANSWER):
        app.webhook_valid = False
    session.commit()


def _missed_since(app: XApp, now: datetime, every: timedelta) -> datetime | None:
    """From when on X may have pushed in vain; None: nothing was missed, or all is new."""
    sound = app.webhook_sound_at
    if sound is None or now - sound <= every + SLACK:
        return None
    return max(sound - SLACK, now - REPLAYS + REPLAY_MARGIN)


def _replay(
    session: Session, app_id: int, client: AppClient, since: datetime, now: datetime
) -> None:
    """What is older than X replays is left to reading its lists. Refused: asked the next time."""
    app = session.get_one(XApp, app_id)
    webhook_x_id = app.webhook_x_id
    session.commit()
    try:
        client.replay(webhook_x_id, since, now)
    except XError as error:
        app = session.get_one(XApp, app_id)
        app.webhook_problem = str(error)[:300]
    else:
        log.info("replay_asked_for", app=app_id, since=since.isoformat())
        app = session.get_one(XApp, app_id)
        app.webhook_sound_at = now
    session.commit()
