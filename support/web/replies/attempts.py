"""The log of a part that did not simply go out: what was tried, what a look saw, who decided."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from support.replies.records import Attempt, GuardOverride, Reply, ReplyPart, Retraction
from support.web.language import zone
from support.web.words import exact

SIMPLE = "posted"
GIVEN_UP = "given_up"

WORDS: dict[str, Any] = {
    "posted": _l("送信 → Xが受け付けました"),
    "refused": _l("送信 → Xに断られました"),
    "retry": _l("送信 → 受け付けられず、自動で再試行"),
    "no_answer": _l("送信 → 応答なし"),
    "lost_worker": _l("送信 → 途中で止まり、届いたか不明"),
    "duplicate": _l("送信 → 同じ文面が送信済みと断られました"),
    "handed": _l("送信 → APIからは送れず、手での送信に切り替え"),
    "account": _l("送信 → Xとの接続が止まりました"),
    "found": _l("Xを確認 → 見つかりました"),
    "absent": _l("Xを確認 → 見つかりません"),
    "unclear": _l("Xを確認 → 確かめられません"),
    "by_hand": _l("Xを確認 → 手で送った投稿が見つかりました"),
    "overtaken": _l("送信前に停止"),
    "asked_leave": _l("%(who)sが承認を依頼"),
    "retimed": _l("%(who)sが日時を変更"),
    "sent_on": _l("%(who)sが「このまま送る」を選択"),
    "sent_again": _l("%(who)sが再送"),
    GIVEN_UP: _l("%(who)sが取りやめ"),
    "said_posted": _l("%(who)sが「Xに投稿がある」と判断"),
    "said_absent": _l("%(who)sが「Xにない」と判断"),
}
"""What is said of each outcome; an unknown one is shown by its name."""
NAMES_AN_ID = frozenset({"posted", "found", "by_hand", "no_answer", "lost_worker", "duplicate"})
"""Their detail is an id, or X's own words for what is said already."""
BY_A_PERSON = frozenset(
    {"sent_on", "asked_leave", "retimed", "sent_again", GIVEN_UP, "said_posted", "said_absent"}
)


@dataclass(frozen=True)
class Line:
    """One thing that was tried, and what came of it."""

    at: datetime
    words: str
    ends: bool = False
    """Whether a person gave the part up with it."""


def logs_of(replies: Sequence[Reply]) -> dict[int, list[Line]]:
    """By part: what stands in its log. They were read with what was tried for them."""
    parts = [part for reply in replies for part in reply.parts]
    logs = {part.id: log_of(part, part.attempts, part.retraction) for part in parts}
    for reply in replies:
        if reply.overrides:  # the reason is the same for all of them
            logs[reply.parts[0].id].insert(0, _explained(reply.overrides[0]))
    return logs


def log_of(
    part: ReplyPart, attempts: Iterable[Attempt], retraction: Retraction | None = None
) -> list[Line]:
    """What stands in the log, oldest first; nothing for a part that was simply posted at once."""
    tried = list(attempts)
    lines = _folded([_line(part, attempt) for attempt in tried])
    if retraction is not None:
        lines.append(_retracted(retraction))
    simple = len(tried) < 2 and all(attempt.outcome == SIMPLE for attempt in tried)
    return [] if simple and retraction is None else lines


def _folded(lines: Iterable[Line]) -> list[Line]:
    """What was seen again and again is one line: a look may be repeated for hours."""
    folded = []
    for words, same in groupby(lines, lambda line: line.words):
        first, *more = same
        if more:
            last = exact(more[-1].at, zone())
            said = gettext(
                "%(words)s — %(last)sまで%(n)s回", words=words, last=last, n=len(more) + 1
            )
            first = replace(first, words=str(said))
        folded.append(first)
    return folded


def _line(part: ReplyPart, attempt: Attempt) -> Line:
    outcome = attempt.outcome
    who = attempt.agent.family_name if attempt.agent else gettext("担当者")
    words = str(WORDS.get(outcome, outcome)) % {"who": who}
    at = attempt.begun_at or attempt.happened_at
    return Line(at, words + _detail(part, attempt), ends=outcome == GIVEN_UP)


def _detail(part: ReplyPart, attempt: Attempt) -> str:
    """What follows in brackets: X's time, the reason a person gave, or X's words."""
    if attempt.outcome in BY_A_PERSON:
        given = attempt.detail
        return str(gettext("（理由：%(reason)s）", reason=given)) if given else ""
    if attempt.outcome in ("found", "by_hand") and part.posted_at is not None:
        return str(gettext("（時刻 %(at)s）", at=exact(part.posted_at, zone())))
    if attempt.outcome in NAMES_AN_ID or not attempt.detail:
        return ""
    return str(gettext("（%(detail)s）", detail=gettext(attempt.detail)))


def _explained(override: GuardOverride) -> Line:
    """Why it was sent though the guard had asked."""
    words = gettext(
        "%(who)sが指摘のまま送信（理由：%(reason)s）",
        who=override.agent.family_name,
        reason=override.reason,
    )
    return Line(override.at, words)


def _retracted(retraction: Retraction) -> Line:
    words = gettext(
        "%(who)sがXからの削除を依頼（理由：%(reason)s）",
        who=retraction.agent.family_name,
        reason=retraction.reason,
    )
    return Line(retraction.asked_at, words)
