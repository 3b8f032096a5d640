"""Why a reply waits for approval, what became of it, and how its words were changed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from support.approval.leave import Kind
from support.approval.records import (
    APPROVED,
    CHANGED,
    SENT_BACK,
    TAKEN_BACK,
    Approval,
    ApprovalRule,
)
from support.approval.telling import OVERDUE
from support.canned.history import Line, compared
from support.replies.records import Reply
from support.sla.hours import BusinessHours
from support.web.language import now

KINDS: dict[str, Any] = {
    Kind.NEWCOMER: _l("新しい担当"),
    Kind.TAG: _l("タグ"),
    Kind.GUARD: _l("指摘に理由を書いた返信"),
    Kind.PUBLIC: _l("公開の投稿すべて"),
    Kind.ACCOUNT: _l("返信すべて"),
}
REASONS: dict[str, Any] = {
    Kind.NEWCOMER: _l("新しい担当のため"),
    Kind.GUARD: _l("指摘があるため"),
    Kind.PUBLIC: _l("公開の投稿のため"),
    Kind.ACCOUNT: _l("このアカウントの返信のため"),
    Kind.CRISIS: _l("炎上対応中のため"),
}
OUTCOMES: dict[str, tuple[str, str, Any]] = {
    APPROVED: ("check", "ok", _l("承認")),
    CHANGED: ("pencil", "ok", _l("直して承認")),
    SENT_BACK: ("undo", "warn", _l("差し戻し")),
    TAKEN_BACK: ("cross", "", _l("取り下げ")),
}
"""Icon, tone and word."""
NOTICES: dict[str, tuple[str, str, Any]] = {
    SENT_BACK: ("undo", "warn", _l("返信が差し戻されました")),
    CHANGED: ("pencil", "accent", _l("返信が、直されて承認されました")),
    OVERDUE: ("hourglass", "danger", _l("承認を長く待っている返信があります")),
}
_SENTENCES = re.compile(r"(?<=[。！？!?])(?=[^\n」』）)])")


@dataclass(frozen=True)
class Wait:
    """How long a reply has waited, or had."""

    clock: timedelta
    business: timedelta
    overdue: bool


def reasons(approval: Approval) -> str:
    """Why it has to wait, in words."""
    return because(approval.reasons)


def because(reasons: Iterable[Mapping[str, Any]]) -> str:
    """新しい担当のため、タグ「炎上」のため; empty where there are none."""
    said = [
        gettext("タグ「%(tag)s」のため", tag=it["tag"])
        if it["kind"] == Kind.TAG
        else str(REASONS.get(it["kind"], it["kind"]))
        for it in reasons
    ]
    between: str = gettext("、")
    return between.join(dict.fromkeys(said))


def rule_words(rule: ApprovalRule) -> str:
    """What a rule asks for, as a line of the settings."""
    if rule.kind == Kind.TAG:
        return str(gettext("タグ「%(tag)s」が付いたチケットの返信", tag=rule.tag))
    if rule.kind == Kind.NEWCOMER:
        words = gettext(
            "新しい担当の返信（直しのない承認・見守りが%(n)s件になるまで）", n=rule.clean
        )
        return str(words)
    return str(KINDS.get(rule.kind, rule.kind))


def wait_of(reply: Reply, approval: Approval, hours: BusinessHours) -> Wait:
    until = approval.decided_at or now()
    overdue = approval.due_at is not None and approval.due_at <= until
    clock = max(timedelta(0), until - reply.pressed_at)
    return Wait(clock, hours.between(reply.pressed_at, max(until, reply.pressed_at)), overdue)


def difference(before: str, after: str) -> Sequence[Line]:
    """Sentence by sentence: a post is often one line."""
    return compared(_SENTENCES.sub("\n", before), _SENTENCES.sub("\n", after))
