"""X's endpoints for subscriptions of the X Activity API."""

import re
import sqlite3
from typing import cast

from flask import g, request

from support.sandbox import bodies as json_bodies
from support.sandbox import parameters, payloads, problems, snowflakes
from support.sandbox.api.door import Answer, blueprint, endpoint
from support.sandbox.api.speaker import USER_OAUTH2, Speaker
from support.sandbox.ground import ground
from support.sandbox.push import bodies, kinds, subscriptions
from support.sandbox.push.bodies import failed
from support.sandbox.push.subscriptions import Subscription, Wanted
from support.sandbox.push.webhook_calls import app, caps, wanted_webhook

PAGE = 1000
_TOKEN_PATTERN = "7140a{:019d}"  # noqa: S105 - a page's, no secret


@blueprint.post("/2/activity/subscriptions")
@endpoint("activity/subscriptions")
def create_subscription() -> Answer:
    body = json_bodies.json_object(request.get_data())
    wanted = bodies.wanted(body, app().client_id)
    _permit(wanted)
    if wanted.webhook_id is not None:
        wanted_webhook(wanted.webhook_id)
    with ground().store.writing() as db:
        _admit(db, wanted)
        made = subscriptions.add(db, wanted, ground().clock())
        total = subscriptions.count(db, app().client_id)
    return {
        "data": {"subscription": _shown(made), "total_subscriptions_for_instance_id": total},
        "meta": {"total_subscriptions": total},
    }


def _permit(wanted: Wanted) -> None:
    """What is private needs the token of the account it is about."""
    if not kinds.is_private(wanted.event_type):
        return
    who, scope = cast(Speaker, g.speaker), kinds.scope_of(wanted.event_type)
    owns = who.kind == USER_OAUTH2 and who.user and who.user.id == wanted.user_id
    if not owns or (who.granted is not None and scope not in who.granted):
        raise problems.forbidden(
            f"{wanted.event_type} is a private event: subscribe with an OAuth 2.0 token of the"
            f" user {wanted.user_id} that has the scope {scope}."
        )


def _admit(db: sqlite3.Connection, wanted: Wanted) -> None:
    known = subscriptions.same_as(db, wanted)
    if known:
        raise failed(
            "DuplicateSubscriptionFailed",
            f"Subscription {known.id} already has this event_type and filter.",
        )
    allowed = caps().activity
    if subscriptions.count(db, app().client_id) >= allowed:
        raise failed("SubscriptionLimitExceeded", f"This app may have {allowed:,} subscriptions.")


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
@endpoint("activity/subscriptions")
def list_subscriptions() -> Answer:
    parameters.only(request.args, frozenset({"max_results", "pagination_token"}))
    size = parameters.size(request.args, 1, PAGE, PAGE)
    with ground().store.reading() as db:
        found = subscriptions.of_app(db, app().client_id, _place(), size + 1)
    shown = [_shown(subscription) for subscription in found[:size]]
    meta: Answer = {"result_count": len(shown)}
    if len(found) > size:
        meta["next_token"] = _TOKEN_PATTERN.format(found[size - 1].id)
    return ({"data": shown} if shown else {}) | {"meta": meta}


def _place() -> int:
    token = request.args.get("pagination_token")
    if token is None:
        return 0
    found = re.fullmatch(r"7140a([0-9]{19})", token)
    if not found:
        raise problems.invalid_parameter(
            "pagination_token",
            token,
            f"The `pagination_token` query parameter value [{token}] is not valid",
        )
    return min(int(found[1]), snowflakes.LARGEST)


@blueprint.put("/2/activity/subscriptions/<subscription_id>")
@endpoint("activity/subscriptions/:id")
def change_subscription(subscription_id: str) -> Answer:
    tag, webhook_id = bodies.change(json_bodies.json_object(request.get_data()))
    if webhook_id is not None:
        wanted_webhook(webhook_id)
    with ground().store.writing() as db:
        subscription = _wanted(db, subscription_id)
        subscriptions.change(db, subscription, tag, webhook_id, ground().clock())
        changed, total = _wanted(db, subscription_id), subscriptions.count(db, app().client_id)
    return {"data": {"subscription": _shown(changed), "total_subscriptions": total}}


@blueprint.delete("/2/activity/subscriptions/<subscription_id>")
@endpoint("activity/subscriptions/:id")
def delete_subscription(subscription_id: str) -> Answer:
    return {"data": {"deleted": True}, "meta": _delete([subscription_id])}


@blueprint.delete("/2/activity/subscriptions")
@endpoint("activity/subscriptions")
def delete_subscriptions() -> Answer:
    """2.166 answers for all of them at once, 2.167 for each."""
    parameters.only(request.args, frozenset({"ids"}))
    asked = parameters.many(request.args, "ids")
    meta = _delete(asked)
    if ground().switches.vocabulary == "new":
        each = [{"subscription_id": one, "deleted": True} for one in asked]
        return {"data": each, "meta": meta}
    return {"data": {"deleted": True}, "meta": meta}


def _delete(subscription_ids: list[str]) -> Answer:
    """All of them or, when one is unknown, none; what is left in number."""
    with ground().store.writing() as db:
        for subscription_id in subscription_ids:
            subscriptions.delete(db, _wanted(db, subscription_id).id)
        left = subscriptions.count(db, app().client_id)
    return {"total_subscriptions": left}


def _wanted(db: sqlite3.Connection, subscription_id: str) -> Subscription:
    number = parameters.identifier("subscription_id", subscription_id)
    subscription = subscriptions.by_id(db, number)
    if subscription is None or subscription.client_id != app().client_id:
        raise failed("SubscriptionNotFound", f"There is no subscription {subscription_id}.")
    return subscription
