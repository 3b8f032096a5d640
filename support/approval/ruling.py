"""Ruling: rules of approval are added and ended; what waits already waits on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.approval.leave import SETTABLE, Kind, folded
from support.approval.records import ApprovalRule, rules_in_force
from support.db import storable
from support.errors import N_, Refused
from support.x.records import Account

MOST_RULES = 50
LONGEST_TAG = 30
MOST_CLEAN, MOST_MINUTES = 500, 7 * 24 * 60


@dataclass(frozen=True)
class Draft:
    """A rule as somebody wants it; fields its kind has no use for count for nothing."""

    kind: str
    minutes: int
    account_id: int | None = None
    tag: str = ""
    clean: int = 0
    joined_since: datetime | None = None


def add(session: Session, draft: Draft, *, by: Agent, now: datetime) -> ApprovalRule:
    """For what is pressed from now on. Raises Refused for the form."""
    _check(session, draft)
    row = ApprovalRule(
        kind=draft.kind,
        account_id=draft.account_id,
        tag=_tag(draft),
        clean=draft.clean if draft.kind == Kind.NEWCOMER else 0,
        joined_since=draft.joined_since if draft.kind == Kind.NEWCOMER else None,
        minutes=draft.minutes,
        made_at=now,
        made_by_id=by.id,
    )
    here = rules_in_force(session)
    if any(_says(it) == _says(row) for it in here):
        raise Refused("kind", N_("同じ内容のルールがすでにあります。"))
    if len(here) >= MOST_RULES:
        raise Refused("kind", N_("ルールは50件までです。使わないものを終えてください。"))
    session.add(row)
    session.flush()
    return row


def end(rule: ApprovalRule, *, by: Agent, now: datetime) -> None:
    """What is pressed from now on is not asked by it; what waits already waits on."""
    if rule.ended_at is None:
        rule.ended_at, rule.ended_by_id = now, by.id


def _tag(draft: Draft) -> str:
    return storable(draft.tag).strip().lstrip("#＃") if draft.kind == Kind.TAG else ""


def _says(it: ApprovalRule) -> tuple[object, ...]:
    return it.kind, it.account_id, folded(it.tag), it.clean, it.joined_since, it.minutes


def _check(session: Session, draft: Draft) -> None:
    if draft.kind not in SETTABLE:
        raise Refused("kind", N_("承認が必要な返信を一覧から選んでください。"))
    if draft.account_id is not None and session.get(Account, draft.account_id) is None:
        raise Refused("account", N_("アカウントを一覧から選んでください。"))
    if draft.kind == Kind.TAG and not _tag(draft):
        raise Refused("tag", N_("タグを入力してください。"))
    if draft.kind == Kind.TAG and len(_tag(draft)) > LONGEST_TAG:
        raise Refused("tag", N_("タグは30文字以内で入力してください。"))
    if draft.kind == Kind.NEWCOMER and not 1 <= draft.clean <= MOST_CLEAN:
        raise Refused("clean", N_("件数は1から500までの数字で入力してください。"))
    if not 1 <= draft.minutes <= MOST_MINUTES:
        raise Refused("minutes", N_("分数は1から10080までの数字で入力してください。"))
