"""X's endpoints for the deprecated Account Activity API: one account, all that concerns it."""

from typing import cast

from flask import request

from support.sandbox import parameters
from support.sandbox.api.door import blueprint
from support.sandbox.ground import ground
from support.sandbox.push import accounts
from support.sandbox.push.bodies import failed
from support.sandbox.push.door import Answer, endpoint, speaker
from support.sandbox.push.keys import App
from support.sandbox.push.office import office
from support.sandbox.push.webhook_calls import wanted_webhook
from support.sandbox.world import User

ALL = "/2/account_activity/webhooks/<webhook_id>/subscriptions/all"


@blueprint.post(ALL)
@endpoint("account_activity", User)
def subscribe_account(webhook_id: str) -> Answer:
    webhook, user = wanted_webhook(webhook_id), cast(User, speaker())
    with ground().store.writing() as db:
        if accounts.exists(db, webhook.id, user.id):
            raise failed(
                "DuplicateSubscriptionFailed", "This user is already subscribed to the webhook."
            )
        if accounts.count(db) >= office().caps.accounts:
            raise failed(
                "SubscriptionLimitExceeded",
                f"This app may have {office().caps.accounts} subscriptions.",
            )
        accounts.add(db, webhook.id, user.id)
    return {"data": {"subscribed": True}}


@blueprint.get(ALL)
@endpoint("account_activity", User)
def check_account(webhook_id: str) -> Answer:
    webhook, user = wanted_webhook(webhook_id), cast(User, speaker())
    with ground().store.reading() as db:
        return {"data": {"subscribed": accounts.exists(db, webhook.id, user.id)}}


@blueprint.get(ALL + "/list")
@endpoint("account_activity", App)
def list_accounts(webhook_id: str) -> Answer:
    webhook = wanted_webhook(webhook_id)
    with ground().store.reading() as db:
        users = accounts.of_webhook(db, webhook.id)
    return {
        "data": {
            "application_id": str(office().app.id),
            "webhook_id": str(webhook.id),
            "webhook_url": webhook.url,
            "subscriptions": [{"user_id": str(user_id)} for user_id in users],
        }
    }


@blueprint.delete("/2/account_activity/webhooks/<webhook_id>/subscriptions/<user_id>/all")
@endpoint("account_activity", App)
def unsubscribe_account(webhook_id: str, user_id: str) -> Answer:
    webhook, number = wanted_webhook(webhook_id), parameters.identifier("user_id", user_id)
    with ground().store.writing() as db:
        if not accounts.exists(db, webhook.id, number):
            raise failed(
                "SubscriptionNotFound", "This user is not subscribed to the webhook."
            )
        accounts.delete(db, webhook.id, number)
    return {"data": {"subscribed": False}}


@blueprint.get("/2/account_activity/subscriptions/count")
@endpoint("account_activity", App)
def count_accounts() -> Answer:
    parameters.only(request.args, frozenset())
    with ground().store.reading() as db:
        count = accounts.count(db)
    return {
        "data": {
            "account_name": office().app.name,
            "provisioned_count": str(office().caps.accounts),
            "subscriptions_count_all": str(count),
            "subscriptions_count_direct_messages": "0",
        }
    }
