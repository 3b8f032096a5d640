"""Why a person did what cannot be undone quietly: a short sentence that stays with the reply."""

from support.errors import N_, Refused

LONGEST = 300


def checked(reason: str) -> str:
    """The reason on one line. Raises Refused (field "reason") for none or an overlong one."""
    reason = " ".join(reason.split())
    if not reason:
        raise Refused("reason", N_("理由を入力してください。"))
    if len(reason) > LONGEST:
        raise Refused("reason", N_("理由は300文字以内にしてください。"))
    return reason
