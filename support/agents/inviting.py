"""Invitations: a link that lets one person in once, within three days."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from support.agents.access import ROLES, Deed, Role, may
from support.agents.records import Agent, Invitation, agent_by_email
from support.agents.signing_in import Leaked, enrol
from support.db import changed
from support.errors import N_, DeskError, Refused

VALID = timedelta(hours=72)
LONGEST_EMAIL = 254


def invite(
    session: Session, *, email: str, role: str, by: Agent, now: datetime
) -> tuple[Invitation, str]:
    """The invitation and what its link holds; only a digest of that is kept.

    An earlier one to the same address opens nothing any more. Raises Refused.
    """
    email = email.strip().lower()
    if "@" not in email.strip("@") or len(email) > LONGEST_EMAIL or any(map(str.isspace, email)):
        raise Refused("email", N_("メールアドレスの形で入力してください。"))
    if agent_by_email(session, email):
        raise Refused("email", N_("このメールアドレスの方はすでに登録されています。"))
    if role not in ROLES:
        raise Refused("role", N_("役割を一覧から選んでください。"))
    earlier = update(Invitation).where(
        Invitation.email == email,
        Invitation.used_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )
    session.execute(earlier.values(withdrawn_at=now))
    token = secrets.token_urlsafe(32)
    made = Invitation(
        email=email, role=role, token_digest=_digest(token), made_by_id=by.id, made_at=now
    )
    session.add(made)
    session.flush()
    return made, token


def invitation_of(session: Session, token: str, *, now: datetime) -> Invitation | None:
    """The one this link still opens: not after whoever made it may let nobody in any more."""
    asked = select(Invitation).where(Invitation.token_digest == _digest(token))
    found = session.scalars(asked).one_or_none()
    if found is None or found.used_at is not None or found.withdrawn_at is not None:
        return None
    host = found.made_by
    may_invite = host.suspended_at is None and may(host.role, Deed.MANAGE_PEOPLE)
    return found if may_invite and now - found.made_at <= VALID else None


def join(
    session: Session,
    invitation: Invitation,
    *,
    family_name: str,
    given_name: str,
    initials: str,
    password: str,
    now: datetime,
    leaked: Leaked | None = None,
) -> Agent:
    """The person is at the desk, in the role they were invited to. Raises Refused, DeskError."""
    unused = update(Invitation).where(
        Invitation.id == invitation.id,
        Invitation.used_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )
    if not changed(session, unused.values(used_at=now)):
        raise DeskError(N_("この招待はもう使えません。管理者に新しい招待を頼んでください。"))
    return enrol(
        session,
        email=invitation.email,
        family_name=family_name,
        given_name=given_name,
        initials=initials,
        role=Role(invitation.role),
        password=password,
        now=now,
        leaked=leaked,
    )


def withdraw(session: Session, invitation: Invitation, *, now: datetime) -> bool:
    """Whether it was still open."""
    unused = update(Invitation).where(
        Invitation.id == invitation.id,
        Invitation.used_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )
    return bool(changed(session, unused.values(withdrawn_at=now)))


def withdraw_all_of(session: Session, agent: Agent, *, now: datetime) -> int:
    """What somebody sent out opens nothing any more, even if they come back: how many."""
    unused = update(Invitation).where(
        Invitation.made_by_id == agent.id,
        Invitation.used_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )
    return changed(session, unused.values(withdrawn_at=now))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
