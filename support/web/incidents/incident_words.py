"""Incidents in words: their stages, the lines of their timeline, the states of their notices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from support.incidents import stages
from support.incidents.announcing import STAGES
from support.incidents.records import IncidentEvent
from support.incidents.releasing import Elsewhere
from support.incidents.stages import Stage
from support.web import words
from support.web.language import here

MOST_NAMED = 10
SOMEBODY = _l("だれか")
LINES: dict[str, tuple[str, str, Any]] = {
    "opened": ("incident", "danger", _l("%(who)sが登録")),
    "edited": ("pencil", "", _l("%(who)sが内容を変更")),
    "stage": ("incident", "warn", _l("%(who)sが状態を「%(stage)s」に変更")),
    "next_update": ("clock", "", _l("%(who)sが次の更新を %(until)s に変更")),
    "no next_update": ("clock", "", _l("%(who)sが次の更新の予定をなしに変更")),
    "late": ("alert", "danger", _l("次の更新の時刻を過ぎた")),
    "note": ("memo", "", _l("%(who)sのメモ")),
    "closed": ("check", "ok", _l("%(who)sが終了")),
    "reopened": ("retry", "warn", _l("%(who)sが再開")),
    "reopened in part": (
        "retry",
        "warn",
        _l("%(who)sが再開（%(elsewhere)s件は別の障害に残る）"),
    ),
    "linked": ("link", "", _l("%(who)sが%(number)s件を紐づけ")),
    "rule_linked": ("link", "", _l("言葉・タグで%(number)s件を自動で紐づけ")),
    "unlinked": ("link", "", _l("%(who)sが%(number)s件の紐づけを外した")),
    "tickets_resolved": ("check", "ok", _l("%(who)sが返信済みの%(number)s件を解決に")),
    "tickets_reopened": ("undo", "", _l("%(who)sが%(number)s件の解決を元に戻した")),
    "notice_asked": ("check", "", _l("%(who)sがお知らせの承認を依頼")),
    "notice_back": ("retry", "", _l("%(who)sがお知らせを下書きに戻した")),
    "notice_late": ("clock", "warn", _l("時刻を過ぎたお知らせを、投稿せずに下書きに戻した")),
    "notice_waits": ("hourglass", "warn", _l("承認のルールができ、お知らせが承認待ちに")),
    "notice_approved": ("check", "ok", _l("%(who)sがお知らせを承認")),
    "notice_pressed": ("send", "", _l("%(who)sがお知らせを投稿")),
    "notice_dropped": ("cross", "", _l("%(who)sがお知らせの下書きを破棄")),
    "notice_posted": ("globe", "accent", _l("「%(notice)s」がXに出た")),
    "notice_refused": ("alert", "danger", _l("お知らせがXに断られた")),
}
"""Icon, tone and words, by the kind of an event; other rooms' kinds are added by `more_lines`."""
MISSING: dict[str, int] = {}
"""What a line of another part says where its event does not know."""
NOTICE_STATES: dict[str, tuple[str, str, Any]] = {
    "draft": ("pencil", "", _l("下書き")),
    "asked": ("hourglass", "warn", _l("承認待ち")),
    "queued": ("clock", "accent", _l("送信待ち")),
    "posting": ("sending", "accent", _l("送信中")),
    "posted": ("check", "ok", _l("投稿済み")),
    "rejected": ("alert", "danger", _l("Xに断られました")),
    "unknown": ("search", "warn", _l("届いたか確認中")),
}


@dataclass(frozen=True)
class Line:
    """One line of the timeline; `batch`: what one act linked, which one act takes off; `number`:
    its own, by which a deed is undone."""

    icon: str
    tone: str
    words: str
    at: datetime
    note: str = ""
    batch: str = ""
    number: int = 0


def more_lines(
    lines: Mapping[str, tuple[str, str, Any]], missing: Mapping[str, int] | None = None
) -> None:
    """Kinds of event another part of the room writes, in words."""
    LINES.update(lines)
    MISSING.update(missing or {})


def line_of(event: IncidentEvent) -> Line:
    data, kind = event.data, event.kind
    if kind == "next_update" and not data.get("until"):
        kind = "no next_update"
    if kind == "reopened" and data.get("elsewhere"):
        kind = "reopened in part"
    icon, tone, said = LINES.get(kind, ("incident", "", kind))
    values = {
        **MISSING,
        **{name: value for name, value in data.items() if isinstance(value, (int, str))},
        "who": event.agent.family_name if event.agent else SOMEBODY,
        "stage": stage_name(data.get("now", "")) or notice_name(data.get("stage", "")),
        "notice": notice_name(data.get("stage", "")),
        "until": _moment(data.get("until", "")),
    }
    return Line(
        icon, tone, str(said) % values, event.at, event.note, data.get("batch", ""), event.id
    )


def reopened(stay: Sequence[Elsewhere]) -> str:
    """`stay`: which tickets another incident has by now."""
    if not stay:
        return str(gettext("再開しました"))
    named = [f"#{it.ticket_id}（INC-{it.incident_id}）" for it in stay[:MOST_NAMED]]
    which = gettext("、").join(named) + ("…" if len(stay) > MOST_NAMED else "")
    return str(
        gettext(
            "再開しました。%(n)s件は、終了中に紐づけた別の障害に残ります：%(which)s",
            n=len(stay),
            which=which,
        )
    )


def stage_name(stage: str) -> str:
    return str(gettext(stages.NAMES[Stage(stage)])) if stage in set(Stage) else ""


def notice_name(kind: str) -> str:
    return str(gettext(STAGES[kind])) if kind in STAGES else ""


def _moment(written: Any) -> str:
    return words.moment(datetime.fromisoformat(written), *here()) if written else ""
