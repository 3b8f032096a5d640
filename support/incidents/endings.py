"""Whether the ticket of somebody who was hit may be resolved once all works again: rules only.

Whoever has our answer and did not write since is taken to be content; a new message of theirs
opens the ticket again. Everybody else is named with the reason, for a person to look at.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from support.errors import N_


class Why(StrEnum):
    """Why a ticket is left as it is."""

    IN_LINE = "in_line"
    ON_ITS_WAY = "on_its_way"
    UNANSWERED = "unanswered"
    WROTE_SINCE = "wrote_since"
    PROMISED = "promised"
    HELD = "held"


SENTENCES = {
    Why.IN_LINE: N_("一斉連絡の順番を待っています。"),
    Why.ON_ITS_WAY: N_("送信待ちか、人の確認を待つ返信があります。"),
    Why.UNANSWERED: N_("まだ返信していません。"),
    Why.WROTE_SINCE: N_("返信のあとに、お客様から届いています。"),
    Why.PROMISED: N_("続報をお約束しています。"),
    Why.HELD: N_("保留にしています。"),
}


@dataclass(frozen=True)
class Case:
    """What is known of a ticket; of its person all that is linked to the incident counts.

    asked_at     when they last wrote
    answered_at  when we last answered them, in whatever way
    """

    asked_at: datetime | None
    answered_at: datetime | None
    in_line: bool = False
    on_its_way: bool = False
    promised: bool = False
    held: bool = False


def why_not(it: Case) -> Why | None:
    """None: it may be resolved. What passes by itself is said before what wants somebody."""
    if it.in_line:
        return Why.IN_LINE
    if it.on_its_way:
        return Why.ON_ITS_WAY
    if it.answered_at is None:
        return Why.UNANSWERED
    if it.asked_at is not None and it.answered_at < it.asked_at:
        return Why.WROTE_SINCE
    if it.promised:
        return Why.PROMISED
    return Why.HELD if it.held else None
