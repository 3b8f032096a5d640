"""Suspends somebody and hands on what was theirs: all of it, or nothing."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from support.agents import appointing, inviting
from support.agents.records import Agent, is_working
from support.alerts import editing
from support.alerts.records import AlertRule
from support.drafts import keeping
from support.errors import N_, Refused
from support.leaving.records import dependents, drafts_in
from support.replies import pressing
from support.replies.records import Reply
from support.tickets import handling, saving_views
from support.tickets.reaching import Sight, sight_of
from support.tickets.records import Ticket

NO_HEIR = N_("引き継ぐ方を一覧から選んでください。")
OUT_OF_SIGHT = N_(
    "予約された返信に、引き継ぐ方が見られないアカウント（またはDM）のものがあるため、下書きにできません。"
    "すべてを見られる方を選ぶか、予定どおりに送ってください。"
)
OUT_YOURSELF = N_("あなたの利用はすでに停止されているため、変更できません。")


@dataclass(frozen=True)
class Wish:
    """Who goes on with it; None: nobody. What of it is only done where somebody does."""

    heir: Agent | None = None
    views: bool = False
    """Their own filters of the queue as well."""
    recall: bool = False
    """Scheduled replies are taken back and become drafts of the heir's, instead of going out."""


@dataclass(frozen=True)
class Handed:
    """What was handed on, or ended."""

    tickets: list[Ticket]
    rules: list[AlertRule]
    recalled: list[Reply]
    drafts: int
    views: int
    invitations: int
    beyond_heir: int = 0
    """How many of the tickets the heir may not see: they are nobody's now."""


def part(session: Session, agent: Agent, wish: Wish, *, by: Agent, now: datetime) -> Handed:
    """Again for somebody who is out already: what has come to be theirs since is handed on.

    Unless they are taken back, scheduled replies still go out: they were written and chosen by the
    person, and whoever has the ticket can stop them. What the heir may not see becomes nobody's.
    Raises Refused.
    """
    heir = wish.heir
    if wish.recall and heir is None:
        raise Refused("heir", N_("予約された返信を下書きにするには、引き継ぐ方を選んでください。"))
    appointing.suspend(session, agent, now=now)
    if by.id != agent.id and not is_working(session, by.id):
        raise Refused("by", OUT_YOURSELF)  # by somebody who was quicker
    if heir is not None and (heir.id == agent.id or not is_working(session, heir.id)):
        raise Refused("heir", NO_HEIR)
    left = dependents(session, agent, now)
    sees = sight_of(session, heir)
    if wish.recall and not all(sees(it.conversation) for it in left.replies):
        raise Refused("heir", OUT_OF_SIGHT)
    nobodys = [it.ticket for it in left.promises if it.ticket.assignee_id is None]
    tickets = [*left.tickets, *(it for it in nobodys if heir and sees(it.conversation))]
    for ticket in dict.fromkeys(tickets):
        its = heir if sees(ticket.conversation) else None
        handling.assign(session, ticket, its, by=by, now=now)
    for rule in left.rules:
        draft = replace(editing.draft_of(rule), agent_id=heir.id if heir else None)
        editing.change_rule(session, rule, draft, by=by, now=now)
    recalled = _recall(session, left.replies, heir, now) if wish.recall and heir else []
    handed = Handed(
        tickets=list(dict.fromkeys(tickets)),
        rules=left.rules,
        recalled=recalled,
        drafts=_drafts(session, agent, heir, sees) if heir else 0,
        views=saving_views.hand_on(session, agent, heir) if heir and wish.views else 0,
        invitations=inviting.withdraw_all_of(session, agent, now=now),
        beyond_heir=sum(not sees(it.conversation) for it in left.tickets) if heir else 0,
    )
    session.flush()
    return handed


def _drafts(session: Session, agent: Agent, heir: Agent, sees: Sight) -> int:
    """Those of tickets the heir may not see stay behind, as they do where there is no heir."""
    kept_back = [it.id for it in drafts_in(session, agent) if not sees(it.conversation)]
    return keeping.hand_on(session, agent, heir, but=kept_back)


def _recall(session: Session, replies: list[Reply], heir: Agent, now: datetime) -> list[Reply]:
    """What a worker has begun to send meanwhile goes out."""
    back = [reply for reply in replies if pressing.undo(session, reply, now)]
    for reply in back:
        keeping.lay_beside(
            session,
            reply.ticket_id,
            reply.body,
            writer_id=reply.agent_id,
            heir=heir,
            answers_id=reply.answers_id,
            now=now,
        )
    return back
