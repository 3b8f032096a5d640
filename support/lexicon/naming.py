"""Adding to the words a desk knows about itself, and taking away."""

from datetime import datetime

from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.errors import N_, Refused
from support.lexicon.records import LexiconWord, words
from support.lexicon.words import MOST, Purpose, check, tidy


def add_word(
    session: Session,
    purpose: Purpose,
    text: str,
    stands_for: str,
    account_id: int | None,
    *,
    by: Agent,
    now: datetime,
) -> LexiconWord:
    """Raises Refused for what cannot be kept."""
    text, known = tidy(text), [it for it in words(session) if it.purpose == purpose]
    same = [it.text for it in known if it.account_id in (None, account_id)]
    check(purpose, text, stands_for, same)
    if len(known) >= MOST:
        raise Refused("text", N_("1つの種類に入れられるのは%(most)s語までです。"), most=MOST)
    if purpose is Purpose.MISSPELLING and stands_for not in _products(session):
        raise Refused("stands_for", N_("どの商品名の書き間違いかを選んでください。"))
    word = LexiconWord(
        account_id=account_id,
        purpose=purpose.value,
        text=text,
        stands_for=stands_for if purpose is Purpose.MISSPELLING else "",
        made_by_id=by.id,
        made_at=now,
    )
    session.add(word)
    session.flush()
    return word


def _products(session: Session) -> set[str]:
    return {it.text for it in words(session) if it.purpose == Purpose.PRODUCT}


def retire_word(word: LexiconWord, now: datetime) -> None:
    word.retired_at = word.retired_at or now
