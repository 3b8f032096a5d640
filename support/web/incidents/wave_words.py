"""Words of waves: stages, states, reasons."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from support.incidents import progress
from support.incidents.including import INCLUDED
from support.incidents.turns import SENTENCES, Stage, Why
from support.incidents.waves import ENDED, PASSED, RESUMED, STARTED, STOPPED, WAITING
from support.web.incidents import incident_words

STAGES: dict[str, Any] = {
    Stage.FIRST: _l("第一報"),
    Stage.UPDATE: _l("続報"),
    Stage.RESTORED: _l("復旧"),
}
STATES: dict[str, Any] = {
    progress.SENT: _l("送信済み"),
    progress.SENDING: _l("送信中"),
    progress.BY_HAND: _l("手での送信待ち"),
    progress.ASKS: _l("人の確認待ち"),
    progress.FAILED: _l("失敗"),
    progress.TAKEN_BACK: _l("取り消し"),
    WAITING: _l("順番待ち"),
    PASSED: _l("見送り"),
}
TONES: dict[str, str] = {
    progress.SENT: "ok",
    progress.SENDING: "accent",
    progress.BY_HAND: "warn",
    progress.ASKS: "warn",
    progress.FAILED: "danger",
    progress.TAKEN_BACK: "",
    WAITING: "",
    PASSED: "",
}
ICONS: dict[str, str] = {
    progress.SENT: "check",
    progress.SENDING: "sending",
    progress.BY_HAND: "external",
    progress.ASKS: "alert",
    progress.FAILED: "alert",
    progress.TAKEN_BACK: "undo",
    WAITING: "clock",
    PASSED: "arrow-right",
}


EVENTS: dict[str, Any] = {
    STARTED: _l("一斉連絡を開始（%(stage)s、%(people)s人）"),
    STOPPED: _l("一斉連絡を停止（%(back)s通を取り消し、%(out)s通は送信済み）"),
    RESUMED: _l("一斉連絡を再開（残り%(waiting)s人）"),
    ENDED: _l("一斉連絡が終了（%(out)s通）"),
    INCLUDED: _l("%(who)sが、見送った%(people)s人を一斉連絡の送り先に戻した"),
}
NUMBERS = {"people": 0, "back": 0, "out": 0, "waiting": 0}
LINES: dict[str, tuple[str, str, Any]] = {
    STARTED: ("send", "accent", EVENTS[STARTED]),
    STOPPED: ("pause-circle", "warn", EVENTS[STOPPED]),
    RESUMED: ("send", "accent", EVENTS[RESUMED]),
    ENDED: ("check", "ok", EVENTS[ENDED]),
    INCLUDED: ("send", "accent", EVENTS[INCLUDED]),
}
incident_words.more_lines(LINES, NUMBERS)


def said(sentence: str) -> str:
    """A sentence that was kept, in the language of the page; what somebody typed as it is."""
    return gettext(sentence) if sentence else ""


def why_passed(code: str) -> str:
    return gettext(SENTENCES[Why(code)]) if code in set(Why) else ""
