"""A letter as mail carries it: text and HTML, and headers nobody can add to."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

UNFOLDED = SMTP.clone(max_line_length=900)
"""A link in a header that is folded is written in a code that few who read it know."""


class BadAddress(Exception):
    """Mail cannot be sent there."""


@dataclass(frozen=True, slots=True)
class Draft:
    """`stop`: where one click ends the letters; empty where the desk cannot be reached."""

    sender: str
    name: str
    address: str
    subject: str
    text: str
    html: str
    number: int
    stop: str = ""


def compose(draft: Draft, now: datetime) -> EmailMessage:
    """Raises BadAddress. Its id is the sending's, so that a repeat is known for one."""
    letter = EmailMessage(policy=UNFOLDED)
    sender = address("", draft.sender)
    letter["From"] = sender
    letter["To"] = address(draft.name, draft.address)
    letter["Subject"] = one_line(draft.subject)
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = f"<report-{draft.number}-{now:%Y}@{sender.domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    if draft.stop:
        letter["List-Unsubscribe"] = f"<{draft.stop}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(draft.text)
    letter.add_alternative(draft.html, subtype="html")
    return letter


def address(name: str, spec: str) -> Address:
    """Raises BadAddress, also for what would become two addresses or another header."""
    if spec != one_line(spec) or spec.count("@") != 1:
        raise BadAddress
    try:
        found = Address(one_line(name), addr_spec=spec)
    except (MessageError, ValueError, IndexError):
        raise BadAddress from None
    if not found.username or not found.domain:
        raise BadAddress
    return found


def one_line(words: str) -> str:
    """Without line ends and what else is not seen: a header begins with each new line."""
    seen = (" " if unicodedata.category(it)[0] in "CZ" else it for it in words)
    return " ".join("".join(seen).split())
