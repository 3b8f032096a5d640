"""Where whoever asks may look: one condition for every question a request asks of the database.

Pages ask for tickets, messages, replies and what hangs on them as if all were everybody's. For
somebody with limits the session adds the condition to each such SELECT, wherever the table stands
in it: a page that nobody thought of shows nothing it may not. Rows that are out of reach are not
there: lists and figures leave them out, an address with their number answers 404.

Where nothing on the desk is limited, nothing is added and nothing more is asked.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, abort, g, has_app_context, request
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState

from support.agents import granting
from support.agents.reach import EVERYWHERE, Reach
from support.agents.records import Agent, SignIn
from support.db import db
from support.errors import N_, NotAllowed
from support.tickets.reaching import those_who_see
from support.tickets.records import Ticket
from support.web.reach_criteria import CRITERIA
from support.web.security import SAFE_METHODS

FOR_ALL = N_("すべてのアカウントに関わるため、見られないアカウントのある方は変えられません。")
DESK_DEEDS = frozenset({"alert_rules", "hours", "levels", "replays", "teams"})
"""Page families whose forms change what holds for the whole desk."""


def init_app(app: Flask) -> None:
    app.before_request(expect_desk_deeds)
    app.jinja_env.globals.update(my_reach=my_reach, changes_all=changes_all)


def learn(sign_in: SignIn) -> None:
    """Looked up once a request, and only where anything is limited."""
    if sign_in.anything_limited:
        g.reach = granting.reach_of(db.session(), sign_in.agent_id)


def my_reach() -> Reach:
    """Of whoever asks; what nobody asks, like a push of X or a job, is not limited."""
    reach: Reach = g.get("reach", EVERYWHERE) if has_app_context() else EVERYWHERE
    return reach


def may_see(account_id: int, *, private: bool = False) -> bool:
    return my_reach().may_see(account_id, private=private)


def need_account(account_id: int) -> None:
    """For pages about a whole account: 404 for what is out of reach."""
    if not may_see(account_id):
        abort(404)


def changes_all() -> bool:
    """Whether whoever asks may change what holds for every account: who sees something of each."""
    return not my_reach().hidden


def need_leave(account_id: int | None) -> None:
    """For edits of what belongs to one account, or to all of them. Raises NotAllowed."""
    if account_id is None and not changes_all():
        raise NotAllowed(FOR_ALL)


@contextmanager
def beyond() -> Iterator[None]:
    """For deeds of the desk that someone sets off, and that have to see everything to be right:
    handing on, judging anew, taking in. Nothing read in here may be shown."""
    before, g.beyond_reach = g.get("beyond_reach", False), True
    try:
        yield
    finally:
        g.beyond_reach = before


@contextmanager
def as_seen_by(agent_id: int) -> Iterator[None]:
    """For what is written for one person where nobody asks, like a report by mail."""
    before = my_reach()
    g.reach = granting.reach_of(db.session(), agent_id)
    try:
        yield
    finally:
        g.reach = before


def who_sees(ticket: Ticket, agents: list[Agent]) -> list[Agent]:
    """Those to whom this ticket can be given, or who can be named on it."""
    if not g.sign_in.anything_limited:
        return agents
    return those_who_see(db.session(), ticket, agents)


def expect_desk_deeds() -> None:
    """Edits of hours, targets and rungs judge what is owed by everybody; they show numbers only."""
    changes = request.method not in SAFE_METHODS
    g.beyond_reach = changes and request.blueprint in DESK_DEEDS


def _within(state: ORMExecuteState) -> None:
    if not state.is_select or state.is_column_load or not has_app_context():
        return
    if my_reach().is_whole or g.get("beyond_reach"):
        return
    if state.execution_options.get("for_the_desk"):
        return
    state.statement = state.statement.options(*CRITERIA)


event.listen(db.session, "do_orm_execute", _within)
