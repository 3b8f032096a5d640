"""X's endpoints for subscriptions of the X Activity API."""

import sqlite3

from flask import request

from support.sandbox import bodies as json_bodies
from support.sandbox import parameters, payloads, problems
from support.sandbox.api.door import blueprint
from support.sandbox.ground import ground
from support.sandbox.push import bodies, kinds, subscriptions
from support.sandbox.push.bodies import failed
from support.sandbox.push.door import Answer, endpoint, speaker
from support.sandbox.push.keys import App
from support.sandbox.push.office import office
from support.sandbox.push.subscriptions import Subscription, Wanted
from support.sandbox.push.webhook_calls import wanted_webhook
from support.sandbox.world import User

PAGE = 1000
_TOKEN_PATTERN = "7140a{:019d}"  # noqa: S105 - a page's, no secret


@blueprint.post("/2/activity/subscriptions")
@endpoint("activity/subscriptions", App, User)
def create_subscription() -> Answer:
    wanted = bodies.wanted(json_bodies.json_object(request.get_data()))
    _permit(wanted)
    if wanted.webhook_id is not None:
        wanted_webhook(wanted.webhook_id)
    with ground().store.writing() as db:
        _admit(db, wanted)
        made = subscriptions.add(db, wanted, ground().clock())
        total = subscriptions.count(db)
    return {
        "data": {"subscription": _shown(made), "total_subscriptions_for_instance_id": total},
        "meta": {"total_subscriptions": total},
    }


def _permit(wanted: Wanted) -> None:
    """What is private needs the token of the account it is about."""
    if not kinds.is_private(wanted.event_type):
        return
    who = speaker()
    if isinstance(who, App) or who.id != wanted.user_id:
        raise problems.forbidden(
            f"{wanted.event_type} is a private event: subscribe with a token of the user"
            f" {wanted.user_id}."
        )


def _admit(db: sqlite3.Connection, wanted: Wanted) -> None:
    known = subscriptions.same_as(db, wanted)
    if known:
        raise failed(
            "DuplicateSubscriptionFailed",
            f"Subscription {known.id} already has this event_type and filter.",
        )
    if subscriptions.count(db) >= office().caps.activity:
        raise failed(
            "SubscriptionLimitExceeded",
            f"This app may have {office().caps.activity:,} subscriptions.",
        )


def _shown(subscription: Subscription) -> Answer:
    shown: Answer = {
        "subscription_id": str(subscription.id),
        "event_type": subscription.event_type,
        "filter": subscription.filter,
        "created_at": payloads.timestamp(subscription.created_at),
        "updated_at": payloads.timestamp(subscription.updated_at),
    }
    shown |= {"tag": subscription.tag} if subscription.tag else {}
    return shown | ({"webhook_id": str(subscription.webhook_id)} if subscription.webhook_id else {})


@blueprint.get("/2/activity/subscriptions")
@endpoint("activity/subscriptions", App, User)
def list_subscriptions() -> Answer:
    parameters.only(request.args, frozenset({"max_results", "pagination_token"}))
    size = parameters.size(request.args, 1, PAGE, PAGE)
    with ground().store.reading() as db:
        found = subscriptions.after(db, _place(), size + 1)
    shown = [_shown(subscription) for subscription in found[:size]]
    meta: Answer = {"result_count": len(shown)}
    if len(found) > size:
        meta["next_token"] = _TOKEN_PATTERN.format(found[size - 1].id)
    return ({"data": shown} if shown else {}) | {"meta": meta}


def _place() -> int:
    token = request.args.get("pagination_token")
    if token is None:
        return 0
    number = token.removeprefix("7140a")
    if not (number.isascii() and number.isdigit() and _TOKEN_PATTERN.format(int(number)) == token):
        raise problems.invalid_parameter(
            "pagination_token",
            token,
            f"The `pagination_token` query parameter value [{token}] is not valid",
        )
    return int(number)


@blueprint.put("/2/activity/subscriptions/<subscription_id>")
@endpoint("activity/subscriptions/:id", App)
def change_subscription(subscription_id: str) -> Answer:
    tag, webhook_id = bodies.change(json_bodies.json_object(request.get_data()))
    if webhook_id is not None:
        wanted_webhook(webhook_id)
    with ground().store.writing() as db:
        subscription = _wanted(db, subscription_id)
        subscriptions.change(db, subscription, tag, webhook_id, ground().clock())
        changed, total = _wanted(db, subscription_id), subscriptions.count(db)
    return {"data": {"subscription": _shown(changed), "total_subscriptions": total}}


@blueprint.delete("/2/activity/subscriptions/<subscription_id>")
@endpoint("activity/subscriptions/:id", App)
def delete_subscription(subscription_id: str) -> Answer:
    return _deleted([subscription_id])


@blueprint.delete("/2/activity/subscriptions")
@endpoint("activity/subscriptions", App)
def delete_subscriptions() -> Answer:
    parameters.only(request.args, frozenset({"ids"}))
    return _deleted(parameters.many(request.args, "ids"))


def _deleted(subscription_ids: list[str]) -> Answer:
    """All of them or, when one is unknown, none."""
    with ground().store.writing() as db:
        for subscription_id in subscription_ids:
            subscriptions.delete(db, _wanted(db, subscription_id).id)
        left = subscriptions.count(db)
    return {"data": {"deleted": True}, "meta": {"total_subscriptions": left}}


def _wanted(db: sqlite3.Connection, subscription_id: str) -> Subscription:
    number = parameters.identifier("subscription_id", subscription_id)
    subscription = subscriptions.by_id(db, number)
    if subscription is None:
        raise failed("SubscriptionNotFound", f"There is no subscription {subscription_id}.")
    return subscription
