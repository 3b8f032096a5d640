"""Sealing everything anew after DESK_SECRET_KEY got another first secret."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from support.x.records import Account, XApp
from support.x.tokens import seal_anew

Sealed = Mapping[type[Any], tuple[InstrumentedAttribute[str], ...]]

SEALED: Sealed = {
    Account: (Account.token_sealed, Account.refresh_sealed),
    XApp: (XApp.client_secret_sealed, XApp.consumer_secret_sealed, XApp.bearer_sealed),
}
"""Every column of this room that holds something sealed."""


def rotate(session: Session, secret_key: str, more: Sealed | None = None) -> int:
    """Seals all of it, and what `more` names of other rooms, with the first secret; how many
    values that changed.

    Raises TokenUnreadable when one opens with none of the secrets: then nothing has changed.
    Rows are locked, so that a token renewed in the meantime is not written over.
    """
    changed = 0
    for kind, columns in {**SEALED, **(more or {})}.items():
        for row in session.scalars(select(kind).with_for_update(key_share=True)):
            for column in columns:
                before = getattr(row, column.key)
                after = seal_anew(before, secret_key)
                changed += before != after
                setattr(row, column.key, after)
    session.flush()
    return changed
