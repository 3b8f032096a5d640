"""What goes on around an account, asked once for a request: rules, a crisis, an incident."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import g
from sqlalchemy import ColumnElement, Select, bindparam, exists, select

from support.approval.records import any_rule
from support.crisis.records import is_running
from support.db import db
from support.incidents.records import Incident


@dataclass(frozen=True)
class Around:
    """waits     whether any rule wants replies approved, or a crisis does
    incident  whether one of the account's incidents is open
    """

    waits: bool
    incident: bool


def around(account_id: int) -> Around:
    """The frame of a page knows; a part of a page asks one question."""
    if "frame" in g:
        hit = any(it.incident for it in g.frame.accounts if it.account.id == account_id)
        return Around(g.frame.anything_waits, hit)
    known: dict[int, Around] = g.setdefault("around", {})
    if account_id not in known:
        rules, crisis, incident = db.session.execute(_asked(), {"account": account_id}).one()
        known[account_id] = Around(rules or crisis, incident)
    return known[account_id]


@cache
def _asked() -> Select[*tuple[Any, ...]]:
    here: ColumnElement[int] = bindparam("account")
    return select(
        any_rule(),
        exists().where(is_running(here)),
        exists().where(Incident.account_id == here, Incident.closed_at.is_(None)),
    )
