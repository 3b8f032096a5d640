"""Setting the intake rules: new versions, muted people, and what the rules did so far."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from support.agents.records import Agent
from support.conversations.records import Customer, Message
from support.errors import N_, Refused
from support.inbox.intake import LONGEST_WORD, MOST_WORDS, Policy, rules_of
from support.inbox.records import Hole, IntakePolicy, PassedPost

MOST_IN_A_POST = 100
MOST_VERSIONS = 10


def save_policy(session: Session, policy: Policy, *, by: Agent, now: datetime) -> IntakePolicy:
    """A new version, in force from now on. Raises Refused for what cannot be a rule."""
    check(policy)
    saved = IntakePolicy(made_at=now, made_by_id=by.id, rules=rules_of(policy))
    session.add(saved)
    session.flush()
    return saved


def check(policy: Policy) -> None:
    """Raises Refused, naming the field."""
    for name, words in (("hashtags", policy.campaign_hashtags), ("words", policy.spam_words)):
        if len(words) > MOST_WORDS:
            raise Refused(name, N_("200件までにしてください。"))
        if any(len(word) > LONGEST_WORD for word in words):
            raise Refused(name, N_("1行は80文字以内にしてください。"))
    if any(len(word.replace("*", "").strip()) < 2 for word in policy.spam_words):
        raise Refused("words", N_("言葉は2文字以上にしてください。"))
    for name, most in (("mentions", policy.most_mentions), ("tags", policy.most_hashtags)):
        if not 0 <= most <= MOST_IN_A_POST:
            raise Refused(name, N_("0から100までの数にしてください。"))


def versions(session: Session) -> list[tuple[IntakePolicy, Agent | None]]:
    """Who set the rules and when, the newest first."""
    rows = (
        select(IntakePolicy, Agent)
        .outerjoin(Agent, Agent.id == IntakePolicy.made_by_id)
        .order_by(IntakePolicy.id.desc())
        .limit(MOST_VERSIONS)
    )
    return [(policy, agent) for policy, agent in session.execute(rows)]


def counts(session: Session, since: datetime) -> dict[str, int]:
    """How many posts became no ticket since then, by reason."""
    per_reason = (
        select(PassedPost.reason, func.count())
        .where(PassedPost.decided_at >= since)
        .group_by(PassedPost.reason)
    )
    return {row[0]: row[1] for row in session.execute(per_reason).all()}


def taken(session: Session, since: datetime) -> int:
    """How many of customers' posts written since then became messages."""
    theirs = select(func.count()).where(Message.posted_at >= since, Message.by_us.is_(False))
    return session.scalar(theirs) or 0


def passed(session: Session, *, reason: str, before: str, limit: int) -> list[PassedPost]:
    """Posts that became no ticket, the newest first; `reason` and `before` (an id) may be empty."""
    rows = select(PassedPost).options(undefer(PassedPost.raw))
    if reason:
        rows = rows.where(PassedPost.reason == reason)
    last = session.get(PassedPost, before) if before else None
    if last is not None:
        rows = rows.where(
            (PassedPost.decided_at < last.decided_at)
            | ((PassedPost.decided_at == last.decided_at) & (PassedPost.x_id < last.x_id))
        )
    newest = rows.order_by(PassedPost.decided_at.desc(), PassedPost.x_id.desc())
    return list(session.scalars(newest.limit(limit)))


def mute(customer: Customer, *, by: Agent, now: datetime) -> None:
    """From now on what this person writes becomes no ticket; what is here stays."""
    if customer.muted_at is None:
        customer.muted_at, customer.muted_by_id = now, by.id


def unmute(customer: Customer) -> None:
    customer.muted_at, customer.muted_by_id = None, None


def muted_people(session: Session) -> list[tuple[Customer, Agent | None]]:
    """Everyone whose posts become no tickets, and who decided that."""
    rows = (
        select(Customer, Agent)
        .outerjoin(Agent, Agent.id == Customer.muted_by_id)
        .where(Customer.muted_at.is_not(None))
        .order_by(Customer.muted_at.desc())
    )
    return [(customer, agent) for customer, agent in session.execute(rows)]


def holes(session: Session, now: datetime) -> list[Hole]:
    """What nobody has looked into yet, and what was within the last month."""
    recent = Hole.noted_at.is_(None) | (Hole.noted_at >= now - timedelta(days=30))
    return list(session.scalars(select(Hole).where(recent).order_by(Hole.id.desc())))


def note_hole(hole: Hole, *, by: Agent, now: datetime) -> None:
    """Somebody looked on x.com for what the desk could not be shown."""
    if hole.noted_at is None:
        hole.noted_by_id, hole.noted_at = by.id, now
