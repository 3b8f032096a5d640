"""Settings: which replies wait for somebody else's approval before they go."""

import unicodedata
from datetime import date, datetime, time
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from support.agents.access import Deed, Role, may
from support.agents.records import Agent, working_agents
from support.approval import records, ruling
from support.approval.leave import Kind, calls_new
from support.approval.records import ApprovalRule
from support.approval.ruling import Draft
from support.audit.chain import Value
from support.audit.deeds import Deed as Noted
from support.db import db
from support.errors import N_, Refused
from support.web import toasts, typed
from support.web.approvals import approval_words
from support.web.guard import me, needs
from support.web.language import now, zone
from support.web.noted import note
from support.web.tickets.ticket_page import sentence
from support.x.records import Account

USUAL_MINUTES, USUAL_CLEAN = 30, 20

pages = Blueprint("approval_rules", __name__)


@pages.get("/settings/approval")
@needs(Deed.APPROVE)
def show() -> str:
    return _page()


@pages.post("/settings/approval")
@needs(Deed.APPROVE)
def add() -> Response | tuple[str, int]:
    try:
        rule = ruling.add(db.session(), _draft(), by=me(), now=now())
    except Refused as refusal:
        db.session.rollback()
        return _page({"field": refusal.field, "sentence": sentence(refusal)}), 422
    _note(Noted.APPROVAL_RULE_MADE, rule)
    db.session.commit()
    toasts.say(gettext("これから押される返信に、このルールを使います"))
    return redirect(url_for("approval_rules.show"), 303)


@pages.post("/settings/approval/<int:rule_id>/end")
@needs(Deed.APPROVE)
def end(rule_id: int) -> Response:
    """What waits already waits on; the toast says so."""
    rule = db.session.get(ApprovalRule, rule_id) if rule_id < 2**31 else None
    if rule is None:
        abort(404)
    if rule.ended_at is None:
        ruling.end(rule, by=me(), now=now())
        _note(Noted.APPROVAL_RULE_ENDED, rule)
        db.session.commit()
    toasts.say(gettext("ルールを終えました。すでに承認を待っている返信は、待ったままです"))
    return redirect(url_for("approval_rules.show"), 303)


def _note(deed: Noted, rule: ApprovalRule) -> None:
    """Which kind for which account; a tag's words stay where they are."""
    data: dict[str, Value] = {
        "kind": rule.kind,
        "account": rule.account_id or 0,
        "minutes": rule.minutes,
    }
    note(deed, by=me().id, about=("approval_rule", rule.id), data=data)


def _draft() -> Draft:
    """What the form says. Raises Refused."""
    form = request.form
    return Draft(
        kind=form.get("kind", "")[:10],
        minutes=_number("minutes", N_("分数は1から10080までの数字で入力してください。")),
        account_id=_account(),
        tag=form.get("tag", "")[:100],
        clean=_number("clean", N_("件数は1から500までの数字で入力してください。"))
        if form.get("kind") == Kind.NEWCOMER
        else 0,
        joined_since=_day("since") if form.get("kind") == Kind.NEWCOMER else None,
    )


def _account() -> int | None:
    """For which one; empty: for all. What is no number is none of ours, and not all of them."""
    written = request.form.get("account", "")
    return (typed.number(written) or 0) if written else None


def _number(field: str, words: str) -> int:
    digits = unicodedata.normalize("NFKC", request.form.get(field, "")[:20]).strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 8):
        raise Refused(field, words)
    return int(digits)


def _day(field: str) -> datetime | None:
    """Midnight on the desk's wall; empty: whenever they joined."""
    plain = unicodedata.normalize("NFKC", request.form.get(field, "")[:20]).strip()
    if not plain:
        return None
    try:
        day = date.fromisoformat(plain.replace("/", "-"))
        if not 2000 <= day.year <= 2100:
            raise ValueError("no year of ours")
    except ValueError as error:
        words = N_("日付は 2026-10-01 のように入力してください。")
        raise Refused(field, words) from error
    return datetime.combine(day, time(), zone())


def _page(fault: dict[str, str] | None = None) -> str:
    session = db.session()
    working = working_agents(session)
    agents = [it for it in working if it.role == Role.AGENT]
    rules = records.rules_in_force(session)
    return render_template(
        "settings/approval.html",
        rules=rules,
        ended=records.rules_that_ended(session),
        rule_words=approval_words.rule_words,
        kinds=approval_words.KINDS,
        accounts=list(session.scalars(select(Account).order_by(Account.id))),
        approvers=[it for it in working if may(it.role, Deed.APPROVE)],
        newcomers=_newcomers(rules, agents),
        usual_minutes=USUAL_MINUTES,
        usual_clean=USUAL_CLEAN,
        wrote=request.form if fault else {},
        fault=fault,
    )


def _newcomers(rules: list[ApprovalRule], agents: list[Agent]) -> list[dict[str, Any]]:
    """Whom the rules call new, and how far each has come."""
    clean = records.clean_by_agent(db.session(), [it.id for it in agents])
    return [
        {"agent": agent, "clean": clean.get(agent.id, 0), "of": rule.clean}
        for rule in rules
        for agent in agents
        if rule.kind == Kind.NEWCOMER
        and calls_new(rule.rule, agent.created_at, clean.get(agent.id, 0))
    ]
