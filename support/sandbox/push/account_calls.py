"""X's endpoints for the deprecated Account Activity API: one account, all that concerns it."""

from flask import request

from support.sandbox import parameters
from support.sandbox.api.door import Answer, account, blueprint, endpoint
from support.sandbox.ground import ground
from support.sandbox.push import accounts, apps
from support.sandbox.push.bodies import failed
from support.sandbox.push.webhook_calls import app, caps, wanted_webhook

ALL = "/2/account_activity/webhooks/<webhook_id>/subscriptions/all"


@blueprint.post(ALL)
@endpoint("account_activity")
def subscribe_account(webhook_id: str) -> Answer:
    webhook, user = wanted_webhook(webhook_id), account()
    with ground().store.writing() as db:
        if accounts.exists(db, webhook.id, user.id):
            raise failed(
                "DuplicateSubscriptionFailed", "This user is already subscribed to the webhook."
            )
        if accounts.count(db, app().client_id) >= caps().accounts:
            raise failed(
                "SubscriptionLimitExceeded", f"This app may have {caps().accounts} subscriptions."
            )
        accounts.add(db, webhook.id, user.id)
    return {"data": {"subscribed": True}}


@blueprint.get(ALL)
@endpoint("account_activity")
def check_account(webhook_id: str) -> Answer:
    webhook, user = wanted_webhook(webhook_id), account()
    with ground().store.reading() as db:
        return {"data": {"subscribed": accounts.exists(db, webhook.id, user.id)}}


@blueprint.get(ALL + "/list")
@endpoint("account_activity/subscriptions")
def list_accounts(webhook_id: str) -> Answer:
    webhook = wanted_webhook(webhook_id)
    with ground().store.reading() as db:
        users = accounts.of_webhook(db, webhook.id)
    return {
        "data": {
            "application_id": apps.number_of(app()),
            "webhook_id": str(webhook.id),
            "webhook_url": webhook.url,
            "subscriptions": [{"user_id": str(user_id)} for user_id in users],
        }
    }


@blueprint.delete("/2/account_activity/webhooks/<webhook_id>/subscriptions/<user_id>/all")
@endpoint("account_activity/subscriptions")
def unsubscribe_account(webhook_id: str, user_id: str) -> Answer:
    webhook, number = wanted_webhook(webhook_id), parameters.identifier("user_id", user_id)
    with ground().store.writing() as db:
        if not accounts.exists(db, webhook.id, number):
            raise failed("SubscriptionNotFound", "This user is not subscribed to the webhook.")
        accounts.delete(db, webhook.id, number)
    return {"data": {"subscribed": False}}


@blueprint.get("/2/account_activity/subscriptions/count")
@endpoint("account_activity/subscriptions")
def count_accounts() -> Answer:
    parameters.only(request.args, frozenset())
    with ground().store.reading() as db:
        count = accounts.count(db, app().client_id)
    return {
        "data": {
            "account_name": app().name,
            "provisioned_count": str(caps().accounts),
            "subscriptions_count_all": str(count),
            "subscriptions_count_direct_messages": "0",
        }
    }
