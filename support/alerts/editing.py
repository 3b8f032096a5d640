"""The ladder and the webhooks are edited here: an edit retires a row and adds one."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.alerts import posting
from support.alerts.ladder import AlertDeed
from support.alerts.records import AlertRule, AlertWebhook
from support.db import changed
from support.errors import N_, Refused
from support.sla.levels import Priority, PromiseKind
from support.sla.records import IS_OPEN, Promise

HIGHEST = 10.0
"""Ten times the target."""
STYLES = ("json", "slack")
LONGEST_NAME, LONGEST_URL = 60, 2000


@dataclass(frozen=True, slots=True)
class Draft:
    """A rung as somebody wants it; ids of a colleague or a webhook where its deed needs one."""

    share: float
    deed: str
    kinds: tuple[str, ...] = ()
    agent_id: int | None = None
    priority: str = ""
    webhook_id: int | None = None
    any_time: bool = False

    def sound(self) -> "Draft":
        """Without what its deed has no use for."""
        return replace(
            self,
            agent_id=self.agent_id if self.deed == AlertDeed.REASSIGN else None,
            priority=self.priority if self.deed == AlertDeed.PRIORITY else "",
            webhook_id=self.webhook_id if self.deed == AlertDeed.WEBHOOK else None,
        )


def rules_in_force(session: Session) -> list[AlertRule]:
    """From the lowest rung up."""
    rules = select(AlertRule).where(AlertRule.retired_at.is_(None))
    return list(session.scalars(rules.order_by(AlertRule.share, AlertRule.id)))


def webhooks_in_use(session: Session) -> list[AlertWebhook]:
    hooks = select(AlertWebhook).where(AlertWebhook.retired_at.is_(None))
    return list(session.scalars(hooks.order_by(AlertWebhook.id)))


def add_rule(session: Session, draft: Draft, *, by: Agent, now: datetime) -> AlertRule:
    """A further rung, for what reaches it from now on. Raises Refused."""
    rule = _rule(session, draft, by, now)
    _look_anew(session)
    return rule


def change_rule(
    session: Session, rule: AlertRule, draft: Draft, *, by: Agent, now: datetime
) -> AlertRule:
    """Another rule takes its place; where it does the same, what was raised stays raised.

    Raises Refused.
    """
    if draft_of(rule) == draft:
        return rule
    new = _rule(session, draft, by, now)
    if (rule.deed, rule.webhook_id) == (new.deed, new.webhook_id):
        new.replaces_id = rule.id
    rule.retired_at = now
    _look_anew(session)
    return new


def remove_rule(session: Session, rule: AlertRule, now: datetime) -> None:
    rule.retired_at = now
    _look_anew(session)


def add_webhook(
    session: Session, name: str, style: str, *, sealed: str, now: datetime
) -> AlertWebhook:
    """An address outside, as it is kept; all three were found sound by the checks below."""
    hook = AlertWebhook(name=name, url_sealed=sealed, style=style, made_at=now)
    session.add(hook)
    session.flush()
    return hook


def remove_webhook(session: Session, hook: AlertWebhook, now: datetime) -> None:
    """With the rungs that told it; what was on its way there is given up."""
    hook.retired_at = now
    for rule in rules_in_force(session):
        if rule.webhook_id == hook.id:
            rule.retired_at = now
    session.flush()
    posting.give_up(session, hook, now)
    _look_anew(session)


def checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused("name", N_("名前を入力してください。"))
    if len(name) > LONGEST_NAME:
        raise Refused("name", N_("名前は60文字以内で入力してください。"))
    return name


def checked_url(url: str) -> str:
    """Raises Refused for what is no web address; where it leads is looked at when it is used."""
    url = url.strip()
    try:
        place = urlsplit(url)
        sound = place.scheme in ("https", "http") and bool(place.hostname) and place.port != 0
    except ValueError:
        sound = False
    if not sound or len(url) > LONGEST_URL or not url.isprintable() or " " in url:
        raise Refused("url", N_("https:// で始まるアドレスを入力してください。"))
    return url


def checked_style(style: str) -> str:
    if style not in STYLES:
        raise Refused("style", N_("形式を一覧から選んでください。"))
    return style


def _rule(session: Session, draft: Draft, by: Agent, now: datetime) -> AlertRule:
    draft = draft.sound()
    _check(session, draft)
    rule = AlertRule(
        share=draft.share,
        kinds=list(draft.kinds),
        deed=draft.deed,
        agent_id=draft.agent_id,
        priority=draft.priority,
        webhook_id=draft.webhook_id,
        any_time=draft.any_time,
        made_at=now,
        made_by_id=by.id,
    )
    session.add(rule)
    session.flush()
    return rule


def _check(session: Session, draft: Draft) -> None:
    if not 0.01 <= draft.share <= HIGHEST:
        raise Refused("share", N_("1から1000までの数字を入力してください。"))
    if draft.deed not in set(AlertDeed):
        raise Refused("deed", N_("することを一覧から選んでください。"))
    if not set(draft.kinds) <= set(PromiseKind):
        raise Refused("kinds", N_("対象を一覧から選んでください。"))
    if draft.deed == AlertDeed.PRIORITY and draft.priority not in set(Priority):
        raise Refused("priority", N_("優先度を選んでください。"))
    if draft.deed == AlertDeed.WEBHOOK and not _in_use(session, draft.webhook_id):
        raise Refused("webhook", N_("Webhookを選んでください。先に下の欄で追加できます。"))
    if draft.deed == AlertDeed.REASSIGN and draft.agent_id is not None:
        agent = session.get(Agent, draft.agent_id)
        if agent is None or agent.suspended_at is not None:
            raise Refused("agent", N_("この担当者には割り当てられません。"))


def _in_use(session: Session, webhook_id: int | None) -> bool:
    hook = session.get(AlertWebhook, webhook_id) if webhook_id is not None else None
    return hook is not None and hook.retired_at is None


def draft_of(rule: AlertRule) -> Draft:
    return Draft(
        share=rule.share,
        deed=rule.deed,
        kinds=tuple(rule.kinds),
        agent_id=rule.agent_id,
        priority=rule.priority,
        webhook_id=rule.webhook_id,
        any_time=rule.any_time,
    )


def _look_anew(session: Session) -> None:
    """The next sweeps look at every open promise, a batch at a time."""
    session.flush()
    everything = update(Promise).where(IS_OPEN)
    changed(session, everything.values(alert_at=Promise.started_at))
