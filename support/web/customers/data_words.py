"""What the tables are called for people, and what stands in the way of erasing somebody."""

from typing import Any

from flask import render_template
from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _l

from support.conversations.records import Customer
from support.privacy.barring import HELD, OPEN, PUSHED, Obstacle
from support.privacy.exporting import INTERNAL, Rows

TABLES: dict[str, Any] = {
    "customers": _l("プロフィールとお客様メモ"),
    "contact_wishes": _l("連絡のご希望"),
    "customer_numbers": _l("お客様番号"),
    "known_accounts": _l("「似たアカウントではない」の印"),
    "no_contacts": _l("連絡しない方の控え"),
    "conversations": _l("やりとりの窓口"),
    "holds": _l("データの保全"),
    "tickets": _l("チケット"),
    "messages": _l("Xでの投稿とメッセージ"),
    "message_versions": _l("編集前の投稿"),
    "attachments": _l("添付の画像と動画（X上の場所）"),
    "seen_posts": _l("前後の投稿として保存したもの"),
    "passed_posts": _l("チケットにしなかった投稿"),
    "intake_refusals": _l("取り込めなかった投稿"),
    "deliveries": _l("Xから届いたままの通知"),
    "replies": _l("こちらからの返信"),
    "reply_parts": _l("返信の投稿ごとの文面"),
    "reply_images": _l("こちらから送った画像"),
    "notes": _l("社内メモ"),
    "ticket_tags": _l("チケットのタグ"),
    "ticket_events": _l("チケットに行ったこと"),
    "promises": _l("お返事の期限"),
    "pauses": _l("期限を止めた時間"),
    "picks": _l("定型回答の選択"),
    "kept_drafts": _l("下書き"),
    "approvals": _l("承認のときの言葉"),
    "reviews": _l("見守りの言葉"),
    "review_answers": _l("見守りへの返事"),
    "prospects": _l("お声がけ（アウトリーチ）"),
    "prospect_events": _l("お声がけの経過"),
    "search_entries": _l("検索の索引"),
    "attempts": _l("送信の記録"),
    "retractions": _l("投稿の取り下げ"),
    "guard_overrides": _l("送信前の確認の理由"),
    "compliance_entries": _l("削除への対応の記録"),
    "subscriptions": _l("Xの通知の登録"),
}
STATES: dict[str, Any] = {
    "waiting": _l("承認待ち"),
    "held": _l("送信待ち"),
    "asking": _l("送るか確認待ち"),
    "queued": _l("送信待ち"),
    "posting": _l("送信中"),
    "unknown": _l("送信できたか不明"),
    "handed": _l("手動の投稿待ち"),
    "rejected": _l("送信できず"),
}


def sentence(it: Obstacle) -> str:
    """What is in the way; its tickets stand behind it."""
    if it.kind == OPEN:
        return str(gettext("解決していないチケットがあります。先に解決してください。"))
    if it.kind == HELD:
        return str(gettext("保全中です。保全を終えると消去できます。"))
    if it.kind == PUSHED:
        return str(
            gettext("届いたばかりの通知を読み終えていません。少し待ってからお試しください。")
        )
    known = [str(STATES[state]) for state in it.states if state in STATES]
    said = "、".join(known) or "?"
    return str(gettext("終わっていない返信があります（%(state)s）。", state=said))


def counted(found: dict[str, int]) -> list[tuple[str, int]]:
    return [(str(TABLES.get(name, name)), number) for name, number in found.items()]


def sheet(customer: Customer, made_at: str, language: str, found: dict[str, Rows]) -> str:
    """The page for people, in one language."""
    with force_locale(language):
        return render_template(
            "customers/sheet.html",
            username=customer.username,
            made_at=made_at,
            language=language,
            found=found,
            labels=TABLES,
            internal=INTERNAL,
        )
