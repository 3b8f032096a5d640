"""What X's refusals mean for us. Error identity is text, not code: X gives no stable codes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from support.errors import N_


class Meaning(StrEnum):
    """What to do about an error; callers ask this and never read status codes."""

    NOT_SENT = "not_sent"
    """Surely nothing was accepted: connection refused, 429, 503. May be repeated later."""
    NO_ANSWER = "no_answer"
    """The request went out and no answer came: it may or may not have been accepted."""
    BY_HAND = "by_hand"
    """X does not let the API do this; a person may be able to, on x.com."""
    REFUSED = "refused"
    """X refused this one item; the reason is for the agent."""
    DUPLICATE = "duplicate"
    """X says the same text was posted already: ours got through, or the same words went out."""
    ACCOUNT = "account"
    """The whole account cannot act: token, credit, suspension."""


@dataclass(unsafe_hash=True)  # frozen, it could not take its traceback through a `with`
class XError(Exception):
    """One failed call to X. `detail` is X's own sentence; `retry_at` where X named a time."""

    meaning: Meaning
    status: int
    detail: str
    retry_at: datetime | None = None

    def __str__(self) -> str:
        return f"{self.status or '-'} {self.detail}".strip()


# Substrings of `detail` seen on the wire in 2026, most telling first.
_DUPLICATE = ("duplicate content",)
_BY_HAND = (
    "reply to this conversation is not allowed",  # February to July
    "you can only reply to or quote posts where you are mentioned",  # from July on
    "quoting this post is not allowed",
    "not permitted to reply to this conversation",
)
_ACCOUNT = ("your account is", "client-not-enrolled", "client-forbidden", "not permitted to access")


def meaning_of(status: int, detail: str) -> Meaning:
    """What an error answer means. An unknown 403 stops that one item, never the account."""
    said = detail.lower()
    if status == 429 or status == 503:
        return Meaning.NOT_SENT
    if status in (401, 402):
        return Meaning.ACCOUNT
    if status >= 500:
        return Meaning.NO_ANSWER  # behind a gateway error the post may have been taken
    if any(words in said for words in _DUPLICATE):
        return Meaning.DUPLICATE
    if status == 403 and any(words in said for words in _BY_HAND):
        return Meaning.BY_HAND
    if status == 403 and any(words in said for words in _ACCOUNT):
        return Meaning.ACCOUNT
    return Meaning.REFUSED


DM_CLOSED = N_("お客様がDMの受信を許可していないため、送信できません。")
# What X says, and what the agent should read instead; first match wins.
_REASONS = (
    (
        ("reply to this conversation is not allowed", "mentioned or are the author"),
        N_(
            "この投稿には当社へのメンションがないため、XのAPIからは返信できません。"
            "Xの画面から直接返信してください。"
        ),
    ),
    (
        ("quoting this post is not allowed",),
        N_("この投稿は、XのAPIからは引用できません。Xの画面から直接引用してください。"),
    ),
    (
        ("not permitted to reply to this conversation",),
        N_(
            "投稿者が返信できる人を限定しているため、XのAPIからは返信できません。"
            "Xの画面に返信欄が出れば、手で送れます。"
        ),
    ),
    (
        ("deleted or not visible",),
        N_("返信先の投稿が削除されたか、見えなくなっています。"),
    ),
    (
        ("media type unrecognized", "maxfilesizeexceeded", "media processing failed"),
        N_("画像がXに受け付けられませんでした。別の形式か大きさの画像で、もう一度お送りください。"),
    ),
    (
        ("media ids are invalid",),
        N_("画像をXに渡し直す必要があります。「再送する」を押すと、もう一度送ります。"),
    ),
    (("permission to dm", "this operation is not permitted"), DM_CLOSED),
    (
        ("duplicate content",),
        N_("同じ文面が少し前に送信されているため、Xに断られました。"),
    ),
    (("too long", "280"), N_("文字数がXの上限を超えています。")),
)


def reason_for_agents(detail: str) -> str:
    """X's refusal in the agent's words; an unknown one is quoted as it came."""
    said = detail.lower()
    for words, reason in _REASONS:
        if any(word in said for word in words):
            return reason
    return f"Xに断られました（{detail[:200]}）。"


RECONNECT = N_("Xがこのアカウントの接続を終わらせました。設定から、つなぎ直してください。")
DISCONNECTED = N_("接続が解除されています。使うときは、設定からつなぎ直してください。")
# What stops a whole account, and what an administrator can do about it; first match wins.
_STOPS = (
    (
        ("credit",),
        N_("Xのクレジットがなくなりました。Xの開発者ページで追加してから、再開してください。"),
    ),
    (
        ("client-not-enrolled", "client-forbidden", "unauthorized_client", "authorization header"),
        N_("Xがアプリのキーを受け付けません。設定の「アプリのキー」を確かめてください。"),
    ),
    (
        ("your account is", "suspend", "not permitted to access"),
        N_("Xがこのアカウントを制限しています。Xにサインインして、状態を確かめてください。"),
    ),
    (("desk_secret_key",), N_("保存したトークンを、今の DESK_SECRET_KEY では読めません。")),
    (("not connected",), DISCONNECTED),
)


def reason_to_stop(error: XError) -> str:
    """Why the account stands still, for whoever can change it: a sentence of the catalogue."""
    said = error.detail.lower()
    if error.status == 402:
        return _STOPS[0][1]
    return next((why for words, why in _STOPS if any(word in said for word in words)), RECONNECT)


# What X answers to a code instead of a token, for whoever connects an account.
_NOT_CONNECTED = (
    (
        ("authorization code was invalid",),
        N_("許可の期限（30秒）が切れました。もう一度、接続からやり直してください。"),
    ),
    (
        ("redirect uri",),
        N_("コールバックURLが、Xのアプリに登録したものと違います。登録を確かめてください。"),
    ),
    (
        ("unauthorized_client", "authorization header"),
        N_("Xがアプリのキーを受け付けません。設定の「アプリのキー」を確かめてください。"),
    ),
)


def reason_not_connected(error: XError) -> str:
    """Why an account could not be connected: a sentence of the catalogue."""
    said = error.detail.lower()
    if error.meaning in (Meaning.NOT_SENT, Meaning.NO_ANSWER):
        return N_("Xから答えがありません。しばらくしてから、もう一度お試しください。")
    found = (why for words, why in _NOT_CONNECTED if any(word in said for word in words))
    return next(found, N_("Xに断られました。アプリのキーとコールバックURLを確かめてください。"))
