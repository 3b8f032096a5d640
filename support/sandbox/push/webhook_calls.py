"""X's webhook endpoints: register, list, check, remove, replay."""

import sqlite3
from datetime import timedelta
from typing import cast

from flask import g, request

from support.sandbox import bodies as json_bodies
from support.sandbox import parameters, payloads, problems, snowflakes
from support.sandbox.api.door import Answer, blueprint, endpoint
from support.sandbox.ground import ground
from support.sandbox.keys import App
from support.sandbox.push import bodies, callbacks, challenging, queue, statuses, webhooks
from support.sandbox.push.apps import CAPS, Caps
from support.sandbox.push.bodies import failed
from support.sandbox.push.noticing import account_parcel
from support.sandbox.push.office import office
from support.sandbox.push.webhooks import Webhook

REPLAY_REACH = timedelta(hours=24)
FIELDS = frozenset({"webhook_config.fields"})


@blueprint.post("/2/webhooks")
@endpoint("webhooks")
def create_webhook() -> Answer:
    url = bodies.url(json_bodies.json_object(request.get_data()))
    why = callbacks.why_not(url)
    if why:
        raise failed("UrlValidationFailed", why)
    with ground().store.reading() as db:
        _admit(db, url)
    verdict = challenging.challenge(office().client, url, app())
    if not verdict.passed:
        raise failed("CrcValidationFailed", verdict.reason)
    with ground().store.writing() as db:
        _admit(db, url)
        webhook = webhooks.add(db, app().client_id, url, ground().clock())
    office().open()
    return {"data": _shown(webhook)}


def _admit(db: sqlite3.Connection, url: str) -> None:
    known, allowed = webhooks.of_app(db, app().client_id), caps().webhooks
    if any(webhook.url == url for webhook in known):
        raise failed("DuplicateUrlFailed", "The URL is already registered for this app.")
    if len(known) >= allowed:
        raise failed("WebhookLimitExceeded", f"This app may have {allowed} webhook(s).")


def app() -> App:
    """The app whose token came with the request, or whose user's."""
    return cast(App, g.speaker.app)


def caps() -> Caps:
    return CAPS[ground().switches.plan]


@blueprint.get("/2/webhooks")
@endpoint("webhooks")
def list_webhooks() -> Answer:
    parameters.only(request.args, FIELDS)
    with ground().store.reading() as db:
        shown = [_shown(webhook) for webhook in webhooks.of_app(db, app().client_id)]
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
@endpoint("webhooks/:id")
def validate_webhook(webhook_id: str) -> Answer:
    """A challenge now; one that is answered makes an invalid webhook valid again."""
    verdict = office().challenge(wanted_webhook(webhook_id))
    if not verdict.passed:
        raise failed("CrcValidationFailed", verdict.reason)
    return {"data": {"attempted": True, "valid": True}}


@blueprint.delete("/2/webhooks/<webhook_id>")
@endpoint("webhooks/:id")
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
    if webhook is None or webhook.client_id != app().client_id:
        raise failed("WebhookIdInvalid", "There is no webhook of that id for this app.")
    return webhook


@blueprint.post("/2/webhooks/replay")
@endpoint("webhooks/replay")
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
