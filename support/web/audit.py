"""The audit log as administrators read it: filters, page by page, nothing to change."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from support.agents.access import Deed
from support.agents.records import Agent
from support.audit.deeds import Deed as Noted
from support.audit.records import AuditEntry, Wanted, entries
from support.db import db
from support.web import typed
from support.web.agents.people import ROLES
from support.web.guard import needs
from support.web.language import zone

A_PAGE = 50

pages = Blueprint("audit", __name__)

WORDS: dict[str, Any] = {
    Noted.SIGNED_IN: _l("サインイン"),
    Noted.SIGN_IN_FAILED: _l("サインインの失敗"),
    Noted.SIGNED_OUT: _l("サインアウト"),
    Noted.SIGN_IN_ENDED: _l("別のブラウザのサインインを終了"),
    Noted.SIGN_INS_ENDED: _l("サインインをまとめて終了"),
    Noted.PASSWORD_CHANGED: _l("パスワードの変更"),
    Noted.STEP_ON: _l("2段階認証を設定"),
    Noted.STEP_OFF: _l("2段階認証を解除"),
    Noted.STEP_REMOVED: _l("ほかの人の2段階認証を解除"),
    Noted.CODES_MADE: _l("予備のコードを作成"),
    Noted.CODE_USED: _l("予備のコードを使用"),
    Noted.PASSKEY_ADDED: _l("パスキーを登録"),
    Noted.PASSKEY_REMOVED: _l("パスキーを削除"),
    Noted.PASSKEY_TAKEN: _l("ほかの人のパスキーを削除"),
    Noted.PASSKEY_DOUBTED: _l("パスキーの複製の疑い"),
    Noted.BOUND: _l("社内アカウントと結び付け"),
    Noted.UNBOUND: _l("社内アカウントとの結び付けを解除"),
    Noted.LINK_MADE: _l("緊急用リンクを作成"),
    Noted.INVITED: _l("招待"),
    Noted.INVITATION_ENDED: _l("招待の取り消し"),
    Noted.JOINED: _l("招待から登録"),
    Noted.ENROLLED: _l("担当者を登録"),
    Noted.ROLE_CHANGED: _l("役割の変更"),
    Noted.SUSPENDED: _l("利用を停止"),
    Noted.RESTORED: _l("利用を再開"),
    Noted.APPROVAL_RULE_MADE: _l("承認ルールを追加"),
    Noted.APPROVAL_RULE_ENDED: _l("承認ルールを終了"),
    Noted.ACCOUNT_LIMITED: _l("アカウントを見られる人の限定"),
    Noted.GRANTED: _l("アカウントの権限を付与"),
    Noted.GRANT_WITHDRAWN: _l("アカウントの権限を取り消し"),
    Noted.HANDED_ON: _l("仕事の引き継ぎ"),
    Noted.TAKEDOWN_ASKED: _l("Xからの削除を依頼"),
    Noted.RULES_SAVED: _l("運用ルールの保存"),
    Noted.LISTENING_CHANGED: _l("見つける条件の変更"),
    Noted.OFFER_CHANGED: _l("お声がけのひな型の変更"),
    Noted.RULES_CONFIRMED: _l("運用ルールの確認"),
    Noted.CRISIS_BEGUN: _l("炎上対応を開始"),
    Noted.CRISIS_ENDED: _l("炎上対応を終了"),
    Noted.CRISIS_PROTOCOL_SAVED: _l("炎上時の対応手順の保存"),
    Noted.SETTINGS_CHANGED: _l("設定の変更"),
    Noted.DATA_EXPORTED: _l("お客様のデータを書き出し"),
    Noted.DATA_ERASED: _l("お客様のデータを消去"),
    Noted.HOLD_SET: _l("データの保全を開始"),
    Noted.HOLD_LIFTED: _l("データの保全を終了"),
    Noted.WAVE_STARTED: _l("一斉連絡の開始・再開"),
    Noted.WAVE_STOPPED: _l("一斉連絡の停止"),
    Noted.RETENTION_RUN: _l("保存期間による消去"),
    Noted.INCIDENT_OPENED: _l("障害の登録"),
    Noted.INCIDENT_CLOSED: _l("障害の終了"),
    Noted.NOTICE_PRESSED: _l("障害のお知らせの投稿"),
    Noted.OUTREACH_ON: _l("お声がけをオンにした"),
    Noted.OUTREACH_OFF: _l("お声がけをオフにした"),
    Noted.OUTREACH_MANNERS: _l("お声がけの約束を変更"),
    Noted.CONTACT_LIFTED: _l("「今後連絡しない」を解除"),
}
ABOUT: dict[str, Any] = {
    "sign_in": _l("サインイン"),
    "wave": _l("一斉連絡"),
    "invitation": _l("招待"),
    "approval_rule": _l("承認ルール"),
    "house_rules": _l("運用ルール"),
    "crisis": _l("炎上対応"),
    "crisis_protocol": _l("炎上時の対応手順"),
    "ticket": _l("チケット"),
    "account": _l("アカウント"),
    "customer": _l("お客様"),
    "passkey": _l("パスキー"),
    "listening": _l("見つける条件"),
    "lexicon_word": _l("アウトリーチの言葉"),
    "offer": _l("ひな型"),
}
WAYS: dict[str, Any] = {
    "passkey": _l("パスキーで"),
    "password+passkey": _l("パスワードとパスキーで"),
    "provider": _l("社内アカウントで"),
    "link": _l("緊急用リンクで"),
}
"""By what somebody signed in, where it was not a password, alone or with a code."""


@pages.get("/settings/audit")
@needs(Deed.READ_AUDIT)
def show() -> str:
    asked, wrong = _asked(request.args, zone())
    found = entries(db.session(), asked, A_PAGE + 1) if not wrong else []
    more, found = len(found) > A_PAGE, found[:A_PAGE]
    people = list(db.session.scalars(select(Agent).order_by(Agent.family_name, Agent.id)))
    return render_template(
        "settings/audit.html",
        entries=found,
        older=found[-1].id if more else None,
        people=people,
        names={it.id: it.name for it in people},
        words=WORDS,
        about_words=ABOUT,
        about=about,
        roles=ROLES,
        ways=WAYS,
        wrong=wrong,
        kept={name: it for name, it in request.args.items() if name in FIELDS and it},
    )


FIELDS = ("deed", "who", "since", "until")


def _asked(form: Mapping[str, str], there: tzinfo) -> tuple[Wanted, str]:
    """What is asked for, and what is wrong with how it is asked."""
    who, before = form.get("who", ""), form.get("before", "")
    deed = form.get("deed", "")
    try:
        since, until = _day(form.get("since", ""), there), _day(form.get("until", ""), there)
    except ValueError:
        return Wanted(), gettext("日付は 2026-10-01 のように入力してください。")
    return Wanted(
        deed=deed if deed in WORDS else None,
        agent_id=_number(who),
        since=since,
        until=until + timedelta(days=1) if until else None,
        before=_number(before),
    ), ""


def _day(words: str, there: tzinfo) -> datetime | None:
    """The midnight it begins with. Raises ValueError."""
    if not words.strip():
        return None
    day = date.fromisoformat(words.strip())
    if not 2000 <= day.year <= 2999:
        raise ValueError(words)
    return datetime(day.year, day.month, day.day, tzinfo=there)


def _number(words: str) -> int | None:
    return typed.number(words)


def about(entry: AuditEntry, names: Mapping[int, str]) -> str:
    """On what or whom, in words."""
    if entry.about_id is None:
        return str(entry.data.get("page", ""))
    if entry.about == "agent":
        name = names.get(entry.about_id, f"#{entry.about_id}")
        of = entry.data.get("account")
        return f"{name}（{ABOUT['account']} #{of}{_dms(entry)}）" if of else name
    if entry.about == "account":
        return f"{ABOUT['account']} #{entry.about_id}（{_limits(entry)}）"
    return f"{ABOUT.get(entry.about, entry.about)} #{entry.about_id}"


def _dms(entry: AuditEntry) -> str:
    return "、DM" if entry.data.get("dms") else ""


def _limits(entry: AuditEntry) -> str:
    """How an account is limited since this entry."""
    found = [
        str(words)
        for name, words in (("closed", _l("アカウントを限定")), ("dms", _l("DMを限定")))
        if entry.data.get(name)
    ]
    return "、".join(found) or gettext("限定なし")
