"""What stands where a message was that X took back."""

from typing import Any

from flask_babel import lazy_gettext as _l

GONE: dict[str, Any] = {
    "deleted": _l("この投稿は削除されました"),
    "protected": _l("アカウントが非公開になったため、この投稿は表示できません"),
    "suspended": _l("アカウントが凍結されたため、この投稿は表示できません"),
    "gone": _l("アカウントがXからなくなったため、この投稿は表示できません"),
    "withheld": _l("この投稿はX側で表示が制限されています"),
    "purged": _l("消去の申し出または連携の解除により、この投稿の内容は消去しました"),
    "expired": _l("保存期間が過ぎたため、この投稿の内容は消去しました"),
}
GONE_PRIVATE: dict[str, Any] = {
    "deleted": _l("このメッセージは削除されました"),
    "suspended": _l("アカウントが凍結されたため、このメッセージは表示できません"),
    "gone": _l("アカウントがXからなくなったため、このメッセージは表示できません"),
    "purged": _l("消去の申し出または連携の解除により、このメッセージの内容は消去しました"),
    "expired": _l("保存期間が過ぎたため、このメッセージの内容は消去しました"),
}


def why_gone(reason: str, private: bool) -> Any:
    """The sentence of a tombstone."""
    words = GONE_PRIVATE if private else GONE
    return words.get(reason) or GONE.get(reason) or words["deleted"]


HIDDEN: dict[str, Any] = {
    "protected": _l("アカウントを非公開にしています。投稿の内容は消去しました。"),
    "suspended": _l("Xで凍結されています。投稿とDMの内容は消去しました。"),
    "gone": _l("Xからアカウントがなくなりました。投稿とDMの内容は消去しました。"),
    "purged": _l("消去の申し出または連携の解除により、内容を消去しました。"),
}
"""What is said of a customer whose account is out of sight."""
