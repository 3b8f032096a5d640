"""What ひかりケア listens for, and the words it goes by; asked of X only once outreach is on."""

from datetime import datetime

from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.lexicon import naming
from support.lexicon.records import lexicon
from support.lexicon.words import Purpose
from support.outreach import listening, queries
from support.outreach.queries import Fields
from support.x.records import Account

WORDS = (
    (Purpose.PRODUCT, "ひかり回線", ""),
    (Purpose.PRODUCT, "ひかりケア", ""),
    (Purpose.MISSPELLING, "ヒカリ回線", "ひかり回線"),
    (Purpose.MISSPELLING, "光り回線", "ひかり回線"),
    (Purpose.COMPETITOR, "そらいろ光", ""),
    (Purpose.COMPETITOR, "@kakuu_sorairo", ""),
    (Purpose.SENSITIVE, "葬儀", ""),
    (Purpose.SENSITIVE, "入院", ""),
)
BILLS = Fields(trouble=("請求 高い", "料金 わからない", "二重請求"))


def listen(session: Session, account: Account, by: Agent, now: datetime) -> None:
    """The words, and a search built with them."""
    for purpose, text, stands_for in WORDS:
        naming.add_word(session, purpose, text, stands_for, None, by=by, now=now)
    query = queries.build(BILLS, lexicon(session, account.id), [account.handle])
    wanted = listening.Wanted(account.id, "請求の疑問", query, BILLS.to_dict(), None, 15, 200)
    listening.add(session, wanted, by=by, now=now)
