"""Settings: the ladder of alerts, and the addresses outside that are told."""

from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from support import outside
from support.agents.access import Deed
from support.agents.records import Agent, working_agents
from support.alerts import posting, raising
from support.alerts.records import AlertRule, AlertWebhook
from support.db import db, storable
from support.desk import the_desk
from support.errors import N_, Refused
from support.outside import OutsideError
from support.sla.levels import PromiseKind
from support.web import toasts
from support.web.guard import i_may, needs
from support.web.language import now
from support.web.standing import NAMES
from support.web.ticket_page import me, sentence
from support.web.timeline import PRIORITIES
from support.x.tokens import seal, unseal

pages = Blueprint("alert_rules", __name__)

DEEDS: dict[str, Any] = {
    "assignee": _l("担当者に知らせる（いなければ責任者）"),
    "leads": _l("責任者に知らせる"),
    "webhook": _l("Webhookに送る"),
    "reassign": _l("担当を変える"),
    "priority": _l("優先度を上げる"),
}
MOST_SHARE = 1000
"""Per cent of the target."""

NOT_A_SHARE = N_("1から1000までの数字を入力してください。")
NOT_A_DEED = N_("することを一覧から選んでください。")
NO_WEBHOOK = N_("送り先のWebhookを選んでください。")
NO_PRIORITY = N_("上げる先の優先度を選んでください。")
NOT_AN_ADDRESS = N_("https:// で始まるアドレスを入力してください。")
NO_NAME = N_("名前を60文字以内で入力してください。")


@pages.get("/settings/alerts")
@needs(Deed.SEE_REPORTS)
def show() -> str:
    return _page()


@pages.post("/settings/alerts/rules")
@needs(Deed.MANAGE_DESK)
def add_rule() -> Response | tuple[str, int]:
    """A rung more; what reached it before now is left alone."""
    try:
        rule = _rule()
    except Refused as refusal:
        return _page({refusal.field: sentence(refusal)}), 422
    db.session.add(rule)
    raising.look_anew(db.session())
    db.session.commit()
    toasts.say(gettext("お知らせの段を加えました"))
    return redirect(url_for("alert_rules.show"), 303)


@pages.post("/settings/alerts/rules/<int:rule_id>/removal")
@needs(Deed.MANAGE_DESK)
def remove_rule(rule_id: int) -> Response:
    rule = db.session.get(AlertRule, rule_id) if rule_id < 2**31 else None
    if rule is None:
        abort(404)
    rule.retired_at = rule.retired_at or now()
    db.session.commit()
    toasts.say(gettext("お知らせの段をなくしました"))
    return redirect(url_for("alert_rules.show"), 303)


@pages.post("/settings/alerts/webhooks")
@needs(Deed.MANAGE_DESK)
def add_webhook() -> Response | tuple[str, int]:
    name = " ".join(storable(request.form.get("webhook_name", "")).split())
    url = request.form.get("url", "").strip()
    if not name or len(name) > 60:
        return _page({"webhook_name": gettext(NO_NAME)}), 422
    allowed = ("https", "http") if the_desk().settings.private_addresses else ("https",)
    if urlsplit(url).scheme not in allowed or not urlsplit(url).hostname or len(url) > 500:
        return _page({"url": gettext(NOT_AN_ADDRESS)}), 422
    style = "slack" if request.form.get("style") == "slack" else "json"
    sealed = seal(url, the_desk().settings.secret_key)
    db.session.add(AlertWebhook(name=name, url_sealed=sealed, style=style, made_at=now()))
    db.session.commit()
    toasts.say(gettext("Webhookを加えました"))
    return redirect(url_for("alert_rules.show") + "#webhooks", 303)


@pages.post("/settings/alerts/webhooks/<int:webhook_id>/trial")
@needs(Deed.MANAGE_DESK)
def try_webhook(webhook_id: int) -> Response:
    """Sends a few words at once and says what came of it."""
    webhook = _webhook(webhook_id)
    settings = the_desk().settings
    url, style = unseal(webhook.url_sealed, settings.secret_key), webhook.style
    db.session.rollback()  # no database is held while somebody else's server thinks
    send = partial(outside.send, private=settings.private_addresses)
    problem = ""
    try:
        send(url, posting.trial(style))
        toasts.say(gettext("テスト送信が受け付けられました"))
    except OutsideError as error:
        problem = str(error)
        toasts.say(gettext(error.sentence) % error.values, tone="danger")
    _webhook(webhook_id).problem = problem[:300]
    db.session.commit()
    return redirect(url_for("alert_rules.show") + "#webhooks", 303)


@pages.post("/settings/alerts/webhooks/<int:webhook_id>/removal")
@needs(Deed.MANAGE_DESK)
def remove_webhook(webhook_id: int) -> Response:
    webhook = _webhook(webhook_id)
    webhook.retired_at = webhook.retired_at or now()
    for rule in raising.rules_in_force(db.session()):
        if rule.webhook_id == webhook.id:
            rule.retired_at = now()
    db.session.commit()
    return redirect(url_for("alert_rules.show") + "#webhooks", 303)


def _webhook(webhook_id: int) -> AlertWebhook:
    webhook = db.session.get(AlertWebhook, webhook_id) if webhook_id < 2**31 else None
    if webhook is None:
        abort(404)
    return webhook


def _rule() -> AlertRule:
    """What the form says. Raises Refused."""
    form = request.form
    share = form.get("share", "").strip().removesuffix("%").strip()
    if not (share.isascii() and share.isdecimal() and 1 <= int(share) <= MOST_SHARE):
        raise Refused("share", NOT_A_SHARE)
    deed = form.get("deed", "")
    if deed not in DEEDS:
        raise Refused("deed", NOT_A_DEED)
    webhook = form.get("webhook", type=int)
    if deed == "webhook" and webhook not in {it.id for it in posting.webhooks(db.session())}:
        raise Refused("webhook", NO_WEBHOOK)
    priority = form.get("priority", "")
    if deed == "priority" and priority not in PRIORITIES:
        raise Refused("priority", NO_PRIORITY)
    agent = db.session.get(Agent, form.get("agent", 0, type=int))
    return AlertRule(
        share=int(share) / 100,
        kinds=[kind for kind in form.getlist("kinds") if kind in set(PromiseKind)],
        deed=deed,
        agent_id=agent.id if deed == "reassign" and agent is not None else None,
        priority=priority if deed == "priority" else "",
        webhook_id=webhook if deed == "webhook" else None,
        any_time=bool(form.get("any_time")),
        made_at=now() - timedelta(seconds=1),
        made_by_id=me().id,
    )


def _page(errors: dict[str, str] | None = None) -> str:
    agents = working_agents(db.session())
    return render_template(
        "settings/alerts.html",
        rules=raising.rules_in_force(db.session()),
        webhooks=posting.webhooks(db.session()),
        agents=agents,
        names={agent.id: agent.name for agent in agents},
        deeds=DEEDS,
        kinds=NAMES,
        priorities=PRIORITIES,
        errors=errors or {},
        may_set=i_may(Deed.MANAGE_DESK),
    )
