"""The control API of the push side, beside the rest under /sandbox/api/.

POST chats, typing, reads, revocations            what no post or message shows
GET  deliveries        POST deliveries/flush, pause, resume, faults, signing
GET  webhooks          POST webhooks/crc
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Response, jsonify, request

from support.sandbox import bodies as json_bodies
from support.sandbox import orders, people, problems
from support.sandbox.control import blueprint
from support.sandbox.ground import ground
from support.sandbox.posting import Refusal, introduce
from support.sandbox.push import happenings, mishaps, queue, webhooks
from support.sandbox.push.mishaps import Mishaps
from support.sandbox.push.office import office
from support.sandbox.push.queue import Delivery
from support.sandbox.push.signing import SIGNERS

SHOWN = 200


def _body() -> Mapping[str, Any]:
    if not request.get_data().strip():
        return {}
    try:
        return json_bodies.json_object(request.get_data())
    except problems.Problem:
        raise Refusal("the body is not a JSON object") from None


@blueprint.post("/chats")
def add_chat() -> tuple[Response, int]:
    """{sender, to?}: an encrypted message, of which the desk sees only that it came."""
    _note_between("chat", "sender", "sender_id")
    return jsonify(noted=True), 201


@blueprint.post("/typing")
def add_typing() -> tuple[Response, int]:
    """{by, to?}"""
    _note_between("typing", "by", "by")
    return jsonify(noted=True), 201


@blueprint.post("/reads")
def add_read() -> tuple[Response, int]:
    """{by, to?, last_read?}: somebody has read up to that message of ours."""
    last_read = _body().get("last_read")
    if last_read is not None:
        orders.identity(last_read, "last_read")
    _note_between("read", "by", "by", last_read=last_read or "")
    return jsonify(noted=True), 201


def _note_between(kind: happenings.Kind, name: str, key: str, **detail: Any) -> None:
    given = _body()
    who = orders.person(given.get(name), name)
    to = orders.person(given["to"], "to") if given.get("to") is not None else None
    with ground().store.writing() as db:
        sender = introduce(db, who, ground().clock())
        receiver = introduce(db, to or {"id": ground().account_id}, ground().clock())
        happenings.note(db, kind, receiver.id, **{key: sender.id}, **detail)


@blueprint.post("/revocations")
def add_revocation() -> tuple[Response, int]:
    """{account?}: the account takes its consent back; its tokens die, and X says so."""
    given = _body()
    account = orders.person(given["account"], "account") if given.get("account") else None
    with ground().store.writing() as db:
        user = introduce(db, account or {"id": ground().account_id}, ground().clock())
        if not people.is_own(db, user.id):
            raise Refusal(f"the app has no consent of {user.username}")
        people.take_tokens(db, user.id)
        happenings.note(db, "revoked", user.id)
    return jsonify(revoked=True), 201


@blueprint.get("/deliveries")
def list_deliveries() -> Response:
    """The newest, newest first, with what became of them."""
    with ground().store.reading() as db:
        shown = [_shown(delivery) for delivery in queue.recent(db, SHOWN)]
        counts = queue.counts(db)
    now = office()
    return jsonify(
        deliveries=shown,
        counts=counts,
        paused=now.paused,
        downtime=now.downtime,
        faults=now.dice.mishaps.__dict__,
        signed_with=list(now.signers),
    )


def _shown(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "webhook_id": str(delivery.webhook_id),
        "event_type": delivery.event_type,
        "event_uuid": delivery.event_uuid,
        "user_id": delivery.user_id and str(delivery.user_id),
        "happened_at": delivery.happened_at.isoformat(),
        "due_at": delivery.due_at.isoformat(),
        "origin": delivery.origin,
        "state": delivery.state,
        "fault": delivery.flaw or None,
        "attempts": delivery.attempts,
        "outcome": delivery.outcome or None,
    }


@blueprint.post("/deliveries/flush")
def flush_deliveries() -> Response:
    """Attempt once all that waits, late ones too, and answer when that is done."""
    attempted = office().flush()
    with ground().store.reading() as db:
        return jsonify(attempted=attempted, counts=queue.counts(db))


@blueprint.post("/deliveries/pause")
def pause_deliveries() -> Response:
    """{downtime?}: hold all back; with downtime, as if the receiver were away for good."""
    downtime = _body().get("downtime", False)
    if not isinstance(downtime, bool):
        raise Refusal("downtime is not true or false")
    office().paused, office().downtime = True, downtime
    return jsonify(paused=True, downtime=downtime)


@blueprint.post("/deliveries/resume")
def resume_deliveries() -> Response:
    office().resume()
    return jsonify(paused=False, downtime=False)


@blueprint.post("/deliveries/faults")
def set_delivery_faults() -> Response:
    """Rates from 0 to 1, late_seconds, seed; what is not named is as it is without faults."""
    office().set_mishaps(_mishaps(_body()))
    return jsonify(office().dice.mishaps.__dict__)


@blueprint.delete("/deliveries/faults")
def clear_delivery_faults() -> Response:
    office().set_mishaps(Mishaps())
    return jsonify(office().dice.mishaps.__dict__)


def _mishaps(given: Mapping[str, Any]) -> Mishaps:
    unknown = [name for name in given if name not in mishaps.names()]
    if unknown:
        raise Refusal(f"{unknown[0]} is none of {', '.join(mishaps.names())}")
    highest = dict.fromkeys(mishaps.RATES, 1.0) | {"late_seconds": mishaps.LARGEST_DELAY}
    for name, value in given.items():
        _check(name, value, highest.get(name))
    return replace(Mishaps(), **given)


def _check(name: str, value: Any, highest: float | None) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refusal(f"{name} is not a number")
    if highest is None and not isinstance(value, int):
        raise Refusal(f"{name} is not a whole number")
    if highest is not None and not 0 <= value <= highest:
        raise Refusal(f"{name} is not a number from 0 to {highest:g}")


@blueprint.post("/deliveries/signing")
def set_delivery_signing() -> Response:
    """{headers: ["consumer", "client"]}: which of the two signatures go along."""
    named = _body().get("headers")
    if not isinstance(named, list) or not all(name in SIGNERS for name in named):
        raise Refusal(f"headers is not a list of {', '.join(SIGNERS)}")
    office().signers = tuple(name for name in SIGNERS if name in named)
    return jsonify(headers=list(office().signers))


@blueprint.get("/webhooks")
def list_hooks() -> Response:
    with ground().store.reading() as db:
        return jsonify([_hook(webhook) for webhook in webhooks.every(db)])


@blueprint.post("/webhooks/crc")
def challenge_hooks() -> Response:
    """Challenge every webhook now, as X does once an hour."""
    verdicts = office().challenge_all()
    with ground().store.reading() as db:
        hooks = webhooks.every(db)
    reasons = {number: verdict.reason for number, verdict in verdicts.items()}
    return jsonify([_hook(hook) | {"reason": reasons.get(hook.id) or None} for hook in hooks])


def _hook(webhook: webhooks.Webhook) -> dict[str, Any]:
    return {
        "id": str(webhook.id),
        "url": webhook.url,
        "valid": webhook.valid,
        "checked_at": webhook.checked_at.isoformat(),
        "failing_since": webhook.failing_since and webhook.failing_since.isoformat(),
    }
