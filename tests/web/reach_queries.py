"""Whether every question of somebody with limits carries the condition of `reach`.

A table that is known by name only, or a count that names none, is not seen by the session's own
hand: its SQL is read here as the database gets it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import g, has_app_context, request
from sqlalchemy import event
from sqlalchemy.engine import Engine

from support.web import reach
from support.web.reach_criteria import CRITERIA

TABLES = {it.entity.local_table.name for it in CRITERIA}
CONDITION = re.compile(r"reach_|\baccount_id NOT IN \(|account_limits")
"""Names only the conditions use, the shortest of them, and what `granting.is_open_to` asks."""
FOR_ALL = {"unwilling"}
"""Whoever wants to hear nothing is left alone by accounts they never spoke with as well."""
_TABLE = re.compile(r"(?:FROM|JOIN|,)\s+(\w+)(?: AS (\w+))?")


@contextmanager
def watched() -> Iterator[set[str]]:
    """What was read without its condition: the table, and the page that asked."""
    found: set[str] = set()

    def look(_connection: Any, _cursor: Any, sql: str, *more: Any) -> None:
        if has_app_context() and not _sees_all(more[1]):
            found.update(f"{table}: {request.path}" for table in unconditioned(sql))

    event.listen(Engine, "before_cursor_execute", look)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", look)


def _sees_all(context: Any) -> bool:
    beyond = g.get("beyond_reach") or context.execution_options.get("for_the_desk")
    return bool(reach.my_reach().is_whole or beyond)


def unconditioned(sql: str) -> set[str]:
    """Tables of what customers and we said that some SELECT in it reads as if all were theirs."""
    return {
        table
        for part in _selects(sql)
        if not CONDITION.search(part)
        for table, name in _TABLE.findall(_outermost(part))
        if table in TABLES and name not in FOR_ALL
    }


def _selects(sql: str) -> Iterator[str]:
    """The whole, and each SELECT in brackets with all that stands in it."""
    sql, begun = re.sub(r"'[^']*'", "''", sql), [0]
    for place, letter in enumerate(sql):
        if letter == "(":
            begun.append(place + 1)
        elif letter == ")":
            yield from _if_select(sql[begun.pop() : place])
    yield from _if_select(sql)


def _if_select(part: str) -> Iterator[str]:
    if part.lstrip().startswith(("SELECT", "WITH")):
        yield part


def _outermost(part: str) -> str:
    """Without what stands in brackets."""
    while (shorter := re.sub(r"\([^()]*\)", "", part)) != part:
        part = shorter
    return part
