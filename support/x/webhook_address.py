"""Where X may push to, by X's own rules."""

from urllib.parse import urlsplit

from support.errors import N_

LONGEST = 200
PATH = "/x/webhook/"


def webhook_address(own: str, app_id: int) -> str:
    """The address of one app at a desk that is reached at `own`; empty where it is not."""
    return f"{own}{PATH}{app_id}" if own else ""


def why_not(address: str, *, sandbox: bool) -> str:
    """Why X would not push there, as a sentence for an administrator; empty: it would."""
    if not address:
        return N_("公開アドレス（DESK_PUBLIC_URL）が設定されていないため、Xは通知できません。")
    parts = urlsplit(address)
    if sandbox:
        return ""
    if parts.scheme != "https":
        return N_("Xが通知できるのはhttpsのアドレスだけです。DESK_PUBLIC_URLを確かめてください。")
    if parts.netloc.rpartition(":")[2].isdigit():
        return N_("Xはポート番号のあるアドレスには通知できません。443番で公開してください。")
    if len(address) > LONGEST:
        return N_("公開アドレスが長すぎます。Xは200文字までしか受け付けません。")
    return ""
