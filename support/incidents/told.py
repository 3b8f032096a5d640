"""What a notice says of the next news: 「次の更新は15:00ごろ」 is a promise, and is kept as one."""

import re
from datetime import datetime, timedelta

from support.search.folding import fold

_NEXT = re.compile(
    r"(?:次の|次回の?)(?:更新|お知らせ|おしらせ|ご案内|ごあんない|ご連絡|ごれんらく|情報|続報|報告|ご報告)"
    r"[^0-9。\n]{0,12}?(?P<hour>[0-2]?[0-9])(?:時|:)(?P<minute>[0-5][0-9]|半)?"
)
_DAY = re.compile(r"明日|翌日|あす")


def next_news(text: str, now: datetime) -> datetime | None:
    """The moment a notice names for the next news; `now` in the zone people read it in.

    A time that is over today is tomorrow's. None where none is named, or more than one could
    be meant.
    """
    said = list(_NEXT.finditer(fold(text)))
    if len(said) != 1 or int(said[0]["hour"]) > 24:
        return None
    hour, minute = int(said[0]["hour"]), said[0]["minute"] or "0"
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight + timedelta(hours=hour, minutes=30 if minute == "半" else int(minute))
    if _DAY.search(said[0][0]) or at <= now:
        at += timedelta(days=1)
    return at
