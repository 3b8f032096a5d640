"""How an agent signs for an account: under their own name, as the account's form says."""

import re

from support.errors import N_, Refused

FORMS = {
    "^{initials}": "^SM",
    "^{family_name}": "^佐藤",
    "（{family_name}）": "（佐藤）",
    "担当:{family_name}": "担当:佐藤",
    "{persona}": "ひかりケア サポート",
    "": "",
}
"""The forms the settings offer, each with an example."""

_BLANK = re.compile(r"\{([^{}]*)\}")
_KNOWN = {"family_name", "initials", "persona"}


def check_form(form: str) -> str:
    """`form` if every blank in it is known; raises Refused."""
    unknown = [name for name in _BLANK.findall(form) if name not in _KNOWN]
    if unknown or set("{}") & set(_BLANK.sub("", form)):
        raise Refused(
            "signature_form", N_("署名に使えるのは {family_name}、{initials}、{persona} だけです。")
        )
    return form


def signature(form: str, *, family_name: str, initials: str, persona: str = "") -> str:
    """The words at the end of each part; empty where the account does not sign."""
    values = {"family_name": family_name, "initials": initials, "persona": persona}
    return _BLANK.sub(lambda blank: values[blank.group(1)], check_form(form)).strip()


def signed(text: str, words: str) -> str:
    """`text` with the signature behind it. Brackets stand alone; other forms keep a space."""
    if not words:
        return text
    gap = "" if words.startswith(("（", "【", "［")) else " "
    return f"{text}{gap}{words}"
