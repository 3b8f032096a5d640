"""The words a desk knows about itself, one list for whoever looks for us: outreach and spikes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from support.db import Base, UtcDateTime
from support.lexicon.words import Lexicon, Purpose


class LexiconWord(Base):
    """What we are called, how that is misspelt, who competes with us, what is left alone."""

    __tablename__ = "lexicon_words"
    __table_args__ = (Index("ix_lexicon_words_retired_at", "retired_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    """None: for all accounts."""
    purpose: Mapped[str] = mapped_column(String(12))
    """product, misspelling, competitor or sensitive."""
    text: Mapped[str] = mapped_column(String(80))
    stands_for: Mapped[str] = mapped_column(String(80), default="")
    """The product a misspelling means."""
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def words(session: Session, account_id: int | None = None) -> Sequence[LexiconWord]:
    """Those in force, of one account with what holds for all; None: all there are."""
    wanted = select(LexiconWord).where(LexiconWord.retired_at.is_(None))
    if account_id is not None:
        everywhere = LexiconWord.account_id.is_(None)
        wanted = wanted.where(or_(everywhere, LexiconWord.account_id == account_id))
    return session.scalars(wanted.order_by(LexiconWord.id)).all()


def lexicon(session: Session, account_id: int) -> Lexicon:
    """The words one account goes by."""
    by: dict[str, list[LexiconWord]] = {it.value: [] for it in Purpose}
    for word in words(session, account_id):
        by.setdefault(word.purpose, []).append(word)
    return Lexicon(
        products=tuple(it.text for it in by[Purpose.PRODUCT]),
        misspellings={it.text: it.stands_for for it in by[Purpose.MISSPELLING]},
        competitors=tuple(it.text for it in by[Purpose.COMPETITOR]),
        sensitive=tuple(it.text for it in by[Purpose.SENSITIVE]),
    )


def products(session: Session) -> dict[str, tuple[str, ...]]:
    """Every product of any account, with all that is written for it; its name comes first."""
    found: dict[str, dict[str, None]] = {}
    rows = words(session)
    for row in rows:
        if row.purpose == Purpose.PRODUCT:
            found.setdefault(row.text, {row.text: None})
    for row in rows:
        if row.purpose == Purpose.MISSPELLING and row.stands_for in found:
            found[row.stands_for][row.text] = None
    return {name: tuple(spellings) for name, spellings in found.items()}
