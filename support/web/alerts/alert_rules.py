"""Settings: the ladder of alerts, and the addresses outside that are told."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.agents.records import working_agents
from support.alerts import editing
from support.alerts.editing import Draft
from support.alerts.ladder import AlertDeed
from support.alerts.records import AlertRule, AlertWebhook
from support.db import db, storable
from support.desk import the_desk
from support.errors import Refused
from support.jobs.alerts import STATUS, deliver, trial
from support.outside import REFUSED
from support.web import toasts, typed
from support.web.errors import sentence_of
from support.web.guard import i_may, me, needs
from support.web.language import now
from support.web.promises.standing import NAMES
from support.web.tickets.timeline import PRIORITIES
from support.x.tokens import seal

pages = Blueprint("alert_rules", __name__)

DEEDS: dict[str, Any] = {
    AlertDeed.ASSIGNEE: _l("担当者に知らせる"),
    AlertDeed.LEADS: _l("責任者に知らせる"),
    AlertDeed.WEBHOOK: _l("Webhookに送る"),
    AlertDeed.REASSIGN: _l("担当者を変える"),
    AlertDeed.PRIORITY: _l("優先度を上げる"),
}
STYLES: dict[str, Any] = {"json": _l("JSON"), "slack": _l("Slack互換")}
NEW_RULE = Draft(1.0, AlertDeed.LEADS)


@pages.get("/settings/alerts")
@needs(Deed.SEE_REPORTS)
def show() -> str:
    rule = _rule(request.args["rule"]) if "rule" in request.args else None
    return _page(rule)


@pages.post("/settings/alerts/rules")
@needs(Deed.MANAGE_DESK)
def save_rule() -> Response | tuple[str, int]:
    """A new rung, or another in the place of one."""
    rule = _rule(request.form["rule"]) if request.form.get("rule") else None
    draft = _draft()
    try:
        if rule is None:
            editing.add_rule(db.session(), draft, by=me(), now=now())
        else:
            editing.change_rule(db.session(), rule, draft, by=me(), now=now())
    except Refused as refusal:
        db.session.rollback()
        return _page(rule, draft=draft, errors={refusal.field: sentence_of(refusal)}), 422
    db.session.commit()
    toasts.say(gettext("通知のルールを保存しました"))
    return redirect(url_for("alert_rules.show"), 303)


@pages.post("/settings/alerts/rules/<int:number>/removal")
@needs(Deed.MANAGE_DESK)
def remove_rule(number: int) -> Response:
    editing.remove_rule(db.session(), _rule(str(number)), now())
    db.session.commit()
    toasts.say(gettext("通知のルールを削除しました"))
    return redirect(url_for("alert_rules.show"), 303)


@pages.post("/settings/alerts/webhooks")
@needs(Deed.MANAGE_DESK)
def add_webhook() -> Response | tuple[str, int]:
    written = {name: storable(request.form.get(name, "")) for name in ("name", "url", "style")}
    errors, kept = {}, {}
    for name, check in _CHECKS.items():
        try:
            kept[name] = check(written[name])
        except Refused as refusal:
            errors[refusal.field] = sentence_of(refusal)
    if errors:
        return _page(None, written=written, errors=errors), 422
    sealed = seal(kept["url"], the_desk().settings.secret_key)
    editing.add_webhook(db.session(), kept["name"], kept["style"], sealed=sealed, now=now())
    db.session.commit()
    toasts.say(gettext("Webhookを追加しました。ルールで送り先に選べます"))
    return redirect(url_for("alert_rules.show", _anchor="webhooks"), 303)


_CHECKS: dict[str, Callable[[str], str]] = {
    "name": editing.checked_name,
    "url": editing.checked_url,
    "style": editing.checked_style,
}


@pages.post("/settings/alerts/webhooks/<int:number>/trial")
@needs(Deed.MANAGE_DESK)
def try_webhook(number: int) -> Response:
    """Sends a trial; nothing of the database is held meanwhile."""
    settings, hook = the_desk().settings, _webhook(number)
    sealed, body = hook.url_sealed, trial(hook.style, settings, now())
    db.session.rollback()
    problem = deliver(sealed, body, settings)
    _webhook(number).problem = problem
    db.session.commit()
    if problem:
        toasts.say(gettext("届きませんでした。%(why)s", why=problem_words(problem)), tone="danger")
    else:
        toasts.say(gettext("テストを送信しました。相手が受け取りました"))
    return redirect(url_for("alert_rules.show", _anchor="webhooks"), 303)


@pages.post("/settings/alerts/webhooks/<int:number>/removal")
@needs(Deed.MANAGE_DESK)
def remove_webhook(number: int) -> Response:
    editing.remove_webhook(db.session(), _webhook(number), now())
    db.session.commit()
    toasts.say(gettext("Webhookを、送るルールといっしょに削除しました"))
    return redirect(url_for("alert_rules.show", _anchor="webhooks"), 303)


def problem_words(problem: str) -> str:
    """What was the matter with the last delivery, for whoever can do something about it."""
    if problem.startswith(STATUS):
        return str(gettext(REFUSED, status=problem.removeprefix(STATUS)))
    return str(gettext(problem))


def _page(
    rule: AlertRule | None,
    *,
    draft: Draft | None = None,
    written: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> str:
    session = db.session()
    return render_template(
        "settings/alerts.html",
        rules=editing.rules_in_force(session),
        webhooks=editing.webhooks_in_use(session),
        agents=working_agents(session),
        rule=rule,
        draft=draft or (editing.draft_of(rule) if rule else NEW_RULE),
        written=written or {},
        errors=errors or {},
        deeds=DEEDS,
        kinds=NAMES,
        priorities=PRIORITIES,
        styles=STYLES,
        problem_words=problem_words,
        private=the_desk().settings.private_addresses,
        may_set=i_may(Deed.MANAGE_DESK),
    )


def _draft() -> Draft:
    """What the form says; what is no number at all is one that is refused."""
    form = request.form
    return Draft(
        share=_percent(form.get("share", "")),
        deed=form.get("deed", ""),
        kinds=tuple(kind for kind in NAMES if kind in form.getlist("kinds")),
        agent_id=_number(form.get("agent", "")),
        priority=form.get("priority", ""),
        webhook_id=_number(form.get("webhook", "")),
        any_time=form.get("any_time") == "1",
    )


def _percent(written: str) -> float:
    words = written.strip().removesuffix("%").removesuffix("％")
    return (typed.number(words, most=99_999) or 0) / 100


def _number(written: str) -> int | None:
    return typed.number(written)


def _rule(number: str) -> AlertRule:
    found = db.session.get(AlertRule, _number(number) or 0)
    if found is None or found.retired_at is not None:
        abort(404)
    return found


def _webhook(number: int) -> AlertWebhook:
    found = db.session.get(AlertWebhook, number) if number < 2**31 else None
    if found is None or found.retired_at is not None:
        abort(404)
    return found
