"""What the spending page calls things."""

from typing import Any

from flask_babel import lazy_gettext as _l

from support.x import pricing
from support.x.pacing import FULL, Pace

KINDS: dict[str, Any] = {
    pricing.POST_READ: _l("投稿の読み取り"),
    pricing.OWNED_READ: _l("自社アプリでの投稿の読み取り"),
    pricing.USER_READ: _l("プロフィールの読み取り"),
    pricing.DM_READ: _l("DMの読み取り"),
    pricing.EVENT_POST: _l("投稿のプッシュ通知"),
    pricing.EVENT_DM: _l("DMのプッシュ通知"),
    pricing.EVENT_CHAT: _l("暗号化DMのプッシュ通知"),
    pricing.POST: _l("投稿"),
    pricing.POST_WITH_URL: _l("URLを含む投稿"),
    pricing.SUMMONED: _l("メンションへの返信"),
    pricing.SUMMONED_WITH_URL: _l("URLを含む返信"),
    pricing.DM_SEND: _l("DMの送信"),
    pricing.DELETE: _l("削除"),
    pricing.HIDE: _l("返信の非表示など"),
}
COUNTS: dict[str, Any] = {
    "window": _l("時間枠"),
    "user_day": _l("24時間（アカウント）"),
    "app_day": _l("24時間（アプリ共通）"),
}


def tone(pace: Pace) -> str:
    """The tone of an account's bar."""
    if pace.rests >= {"mentions"}:
        return "danger"
    return "ok" if pace is FULL else "warn"


def of_pace(pace: Pace) -> Any:
    """What the spent share of the cap means for the account; empty where it means nothing."""
    if not pace.sends:
        return _l(
            "上限に達したため、受信と送信を止めています。送信待ちの返信は失われません。上限を上げるか、"
            "月が替わると再開します。"
        )
    if pace.rests >= {"mentions"}:
        return _l(
            "上限の%(n)s%%を使ったため、受信を止めています。残りは返信の送信に使います。", n=95
        )
    if pace.rests:
        return _l(
            "上限の%(n)s%%を使ったため、受信の間隔を4倍にし、自社の投稿は読んでいません。", n=85
        )
    if pace.factor > 1:
        return _l("上限の%(n)s%%を使ったため、受信の間隔を2倍にしています。", n=70)
    return ""
