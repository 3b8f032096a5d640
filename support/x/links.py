"""Links to X for people: a post, a profile, X's own composers. `web_url` is where people look.

No token is in them: whoever is signed in to X in that browser acts.
"""

import re
from urllib.parse import quote, urlencode

_COMPOSE = "/messages/compose"


def hashtag(web_url: str, word: str) -> str:
    """Where people look at the posts with a hashtag; `word` is without #."""
    return f"{web_url}/hashtag/{quote(word)}"


def profile(web_url: str, username: str) -> str:
    """An account on X."""
    return f"{web_url}/{quote(username, safe='')}"


def permalink(web_url: str, username: str, x_id: str) -> str:
    """A post. X goes by the id alone; the name may have changed since."""
    return f"{web_url}/{quote(username, safe='')}/status/{x_id}"


def reply_by_hand(web_url: str, in_reply_to: str, text: str) -> str:
    """X's composer with a reply to `in_reply_to` written out, for a person to send."""
    asked = urlencode({"in_reply_to": in_reply_to, "text": text}, quote_via=quote)
    return f"{web_url}/intent/tweet?{asked}"


def compose_dm(web_url: str, recipient_x_id: str, text: str = "") -> str:
    """X's composer for a direct message to this account, written out where `text` is given."""
    asked = {"recipient_id": recipient_x_id} | ({"text": text} if text else {})
    return f"{web_url}{_COMPOSE}?{urlencode(asked, quote_via=quote)}"


def report_impersonation(locale: str) -> str:
    """X's own form for accounts that pass themselves off as somebody else."""
    return f"https://help.x.com/{locale}/forms/authenticity/impersonation"


def messages(web_url: str) -> str:
    """The direct messages of whoever is signed in."""
    return f"{web_url}/messages"


def invitation(recipient_x_id: str) -> str:
    """What every text holds that invites people to write this account a direct message."""
    return f"{_COMPOSE}?recipient_id={recipient_x_id}"


def invites(text: str, recipient_x_id: str) -> bool:
    """Whether `text` holds a link for writing this account, and not one whose id goes on."""
    return re.search(re.escape(invitation(recipient_x_id)) + r"(?!\d)", text) is not None
