"""X's webhook endpoints: register, list, check, remove, replay."""

import sqlite3
from datetime import timedelta

from flask import request

from support.sandbox import bodies as json_bodies
from support.sandbox import parameters, payloads, problems, snowflakes
from support.sandbox.api.door import blueprint
from support.sandbox.ground import ground
from support.sandbox.push import addresses, bodies, challenging, queue, statuses, webhooks
from support.sandbox.push.bodies import failed
from support.sandbox.push.door import Answer, endpoint
from support.sandbox.push.keys import App
from support.sandbox.push.noticing import account_parcel
from support.sandbox.push.office import office
from support.sandbox.push.webhooks import Webhook

REPLAY_REACH = timedelta(hours=24)
FIELDS = frozenset({"webhook_config.fields"})


@blueprint.post("/2/webhooks")
@endpoint("webhooks", App)
def create_webhook() -> Answer:
    url = bodies.url(json_bodies.json_object(request.get_data()))
    why = addresses.why_not(url)
    if why:
        raise failed("UrlValidationFailed", why)
    with ground().store.reading() as db:
        _admit(db, url)
    verdict = challenging.challenge(office().client, url, office().app)
    if not verdict.passed:
        raise failed("CrcValidationFailed", verdict.reason)
    with ground().store.writing() as db:
        _admit(db, url)
        webhook = webhooks.add(db, url, ground().clock())
    office().open()
    return {"data": _shown(webhook)}


def _admit(db: sqlite3.Connection, url: str) -> None:
    known = webhooks.every(db)
    if any(webhook.url == url for webhook in known):
        raise failed("DuplicateUrlFailed", "The URL is already registered for this app.")
    if len(known) >= office().caps.webhooks:
        raise failed(
            "WebhookLimitExceeded", f"This app may have {office().caps.webhooks} webhook(s)."
        )


@blueprint.get("/2/webhooks")
@endpoint("webhooks", App)
def list_webhooks() -> Answer:
    parameters.only(request.args, FIELDS)
    with ground().store.reading() as db:
        shown = [_shown(webhook) for webhook in webhooks.every(db)]
    # The specification allows no empty list here: with no webhook, `data` is missing.
    return ({"data": shown} if shown else {}) | {"meta": {"result_count": len(shown)}}


def _shown(webhook: Webhook) -> Answer:
    return {
        "created_at": payloads.timestamp(webhook.created_at),
        "id": str(webhook.id),
        "url": webhook.url,
        "valid": webhook.valid,
    }


@blueprint.put("/2/webhooks/<webhook_id>")
@endpoint("webhooks/:id", App)
def validate_webhook(webhook_id: str) -> Answer:
    """A challenge now; one that is answered makes an invalid webhook valid again."""
    verdict = office().challenge(wanted_webhook(webhook_id))
    if not verdict.passed:
        raise failed("CrcValidationFailed", verdict.reason)
    return {"data": {"attempted": True, "valid": True}}


@blueprint.delete("/2/webhooks/<webhook_id>")
@endpoint("webhooks/:id", App)
def delete_webhook(webhook_id: str) -> Answer:
    webhook = wanted_webhook(webhook_id)
    with ground().store.writing() as db:
        webhooks.delete(db, webhook.id)
    return {"data": {"deleted": True}}


def wanted_webhook(webhook_id: str | int | None) -> Webhook:
    """The webhook of that id. Raises Problem (400)."""
    if isinstance(webhook_id, str):
        webhook_id = parameters.identifier("webhook_id", webhook_id)
    with ground().store.reading() as db:
        webhook = webhooks.by_id(db, webhook_id)
    if webhook is None:
        raise failed("WebhookIdInvalid", "There is no webhook of that id for this app.")
    return webhook


@blueprint.post("/2/webhooks/replay")
@endpoint("webhooks/replay", App)
def replay_events() -> Answer:
    """All events of the window once more, told or not, and then a word that it is done."""
    number, start, end = bodies.replay(json_bodies.json_object(request.get_data()))
    webhook, now = wanted_webhook(number), ground().clock()
    if start < now - REPLAY_REACH - timedelta(minutes=1):
        raise failed("QueryParamInvalid", "from_date is older than 24 hours.")
    if start > end:
        raise failed("QueryParamInvalid", "from_date is more recent than to_date.")
    if start > now:
        raise failed("QueryParamInvalid", "from_date is in the future.")
    with ground().store.writing() as db:
        if queue.is_replaying(db, webhook.id):
            raise _conflict()
        job_id = snowflakes.first_id(snowflakes.milliseconds(now))
        queue.replay(db, webhook.id, start, end, now)
        body = statuses.replay_done(webhook.id, job_id)
        done = account_parcel(webhook.id, "replay_job_status", job_id, None, body)
        queue.add(db, done, now, now, origin="replay")
    return {"data": {"job_id": str(job_id), "created_at": payloads.timestamp(now)}}


def _conflict() -> problems.Problem:
    return failed("ReplayConflictError", "A replay of this webhook is still under way.")
