"""Passwords, and sign-ins the desk can end from its side."""

import hashlib
import secrets
import unicodedata
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from support.agents import guessable
from support.agents.access import Role
from support.agents.records import Agent, SignIn, agent_by_email, is_working
from support.errors import N_, NotAllowed, Refused
from support.x.records import Account

# OWASP's password storage cheat sheet: Argon2id, 19 MiB, two passes, one lane.
MEMORY_KIB, PASSES, LANES = 19 * 1024, 2, 1
SHORTEST_PASSWORD = 10
IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
LEANS = N_(
    "会社やデスク、ご自分の名前やメールアドレスにある言葉は文字数に数えません。それらを除いて%(n)s文字以上にしてください。"
)
HALF_WAY = timedelta(minutes=10)
"""How long the second step may take after the first."""
OUT = N_("このアカウントは利用を停止されています。管理者にご相談ください。")
Leaked = Callable[[str], bool]
"""Whether a password is on a list of leaked ones."""


def hash_password(password: str) -> str:
    """A PHC string; `password` is taken in NFKC so that every keyboard spells it alike."""
    kdf = Argon2id(
        salt=secrets.token_bytes(16),
        length=32,
        iterations=PASSES,
        lanes=LANES,
        memory_cost=MEMORY_KIB,
    )
    return kdf.derive_phc_encoded(_bytes(password))


def password_fits(password: str, phc: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(_bytes(password), phc)
    except (InvalidKey, ValueError):
        return False
    return True


def _bytes(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$ze1Op5O95/tqPj4yhfRCjw$"
    "dkemHCzm4PEaLo+QIhEqBY2+/FPD5SXLpC6EZ72cH+4"
)
"""Checked when the address is unknown, so that the answer takes as long as for a known one. That of
a word nobody kept: to make one up took every process that starts as long as a sign-in.
"""


def enrol(
    session: Session,
    *,
    email: str,
    family_name: str,
    given_name: str = "",
    initials: str,
    role: Role,
    password: str,
    now: datetime,
    leaked: Leaked | None = None,
    words: Collection[str] | None = None,
) -> Agent:
    """A new person at the desk. Raises Refused naming the field that cannot be taken. `words` are
    those a password may not lean on, where it is not the desk's own that count.
    """
    email = email.strip().lower()
    if "@" not in email.strip("@"):
        raise Refused("email", N_("メールアドレスの形で入力してください。"))
    if agent_by_email(session, email):
        raise Refused("email", N_("このメールアドレスの方はすでに登録されています。"))
    if words is None:
        words = _words(session, email, family_name, given_name)
    _good_enough(password, leaked, words)
    if not family_name.strip():
        raise Refused("family_name", N_("姓を入力してください。"))
    agent = Agent(
        email=email,
        family_name=family_name.strip(),
        given_name=given_name.strip(),
        initials=initials.strip() or email[:2].upper(),
        role=role.value,
        password_hash=hash_password(password),
        created_at=now,
    )
    session.add(agent)
    session.flush()
    return agent


def set_password(
    session: Session,
    agent: Agent,
    password: str,
    *,
    now: datetime,
    leaked: Leaked | None = None,
) -> None:
    """A new password ends every sign-in made with the old one. Raises Refused."""
    words = _words(session, agent.email, agent.family_name, agent.given_name)
    _good_enough(password, leaked, words)
    agent.password_hash = hash_password(password)
    end_sign_ins_of(session, agent.id, now=now)


def _words(session: Session, email: str, *names: str) -> set[str]:
    """What somebody would try first: names of the desk, of its accounts, and of whoever it is."""
    accounts = session.execute(select(Account.handle, Account.name, Account.persona))
    ours = {it for row in accounts for it in row}
    address = email.rpartition(".")[0]
    return guessable.words_of(*guessable.OF_THE_DESK, *ours, address, *names)


def _good_enough(password: str, leaked: Leaked | None, words: Collection[str]) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(
            "password", N_("パスワードは%(n)s文字以上にしてください。"), n=SHORTEST_PASSWORD
        )
    if guessable.leans_on(password, words, SHORTEST_PASSWORD):
        raise Refused("password", LEANS, n=SHORTEST_PASSWORD)
    if leaked is not None and leaked(password):
        raise Refused(
            "password",
            N_("このパスワードは漏れたパスワードの一覧にあります。別のものにしてください。"),
        )


def sign_in(
    session: Session, email: str, password: str, *, browser: str, now: datetime
) -> tuple[SignIn, str] | None:
    """The new sign-in and the secret for the browser; None if address or password do not fit."""
    agent = known(session, email, password)
    return begin(session, agent, browser=browser, now=now) if agent else None


def known(session: Session, email: str, password: str) -> Agent | None:
    """Whose address and password these are, if they may come in."""
    agent = agent_by_email(session, email)
    kept = agent.password_hash if agent else ""  # empty where another provider signs them in
    fits = password_fits(password, kept or NOBODY)
    return agent if agent is not None and kept and fits and agent.suspended_at is None else None


def begin(
    session: Session,
    agent: Agent,
    *,
    browser: str,
    address: str = "",
    waits_for: str = "",
    now: datetime,
) -> tuple[SignIn, str]:
    """A sign-in and the secret its browser is given; one that waits opens nothing yet.

    Whoever suspends them comes first or ends this one with the others: none is left over that
    would open again once they may come back. Raises NotAllowed.
    """
    if not is_working(session, agent.id):
        raise NotAllowed(OUT)
    secret = secrets.token_urlsafe(32)
    started = SignIn(
        token_digest=_digest(secret),
        agent=agent,
        started_at=now,
        seen_at=now,
        browser=browser[:200],
        address=address[:45],
        waits_for=waits_for,
    )
    session.add(started)
    session.flush()
    return started, secret


def signed_in(session: Session, secret: str, *, now: datetime) -> SignIn | None:
    """The live sign-in this secret belongs to, if the person may still come in."""
    found = _live(session, secret)
    if found is None or found.waits_for:
        return None
    if now - found.seen_at > IDLE or now - found.started_at > LONGEST:
        return None
    return found


def half_signed_in(session: Session, secret: str, *, now: datetime) -> SignIn | None:
    """The sign-in this secret belongs to that still waits for its second step."""
    found = _live(session, secret)
    waits = found is not None and found.waits_for and now - found.started_at <= HALF_WAY
    return found if waits else None


def _live(session: Session, secret: str) -> SignIn | None:
    found = session.query(SignIn).filter_by(token_digest=_digest(secret)).one_or_none()
    gone = found is None or found.ended_at is not None or found.agent.suspended_at is not None
    return None if gone else found


def sign_out(session: Session, sign_in: SignIn, *, now: datetime) -> None:
    sign_in.ended_at = now


def end_sign_ins_of(session: Session, agent_id: int, *, now: datetime) -> int:
    """Ends every sign-in of an agent; returns how many there were."""
    live = update(SignIn).where(SignIn.agent_id == agent_id, SignIn.ended_at.is_(None))
    return session.execute(live.values(ended_at=now)).rowcount  # type: ignore[attr-defined,no-any-return]


def end_others(session: Session, kept: SignIn, *, now: datetime) -> int:
    """Ends an agent's sign-ins but this one; returns how many there were."""
    others = update(SignIn).where(
        SignIn.agent_id == kept.agent_id, SignIn.id != kept.id, SignIn.ended_at.is_(None)
    )
    return session.execute(others.values(ended_at=now)).rowcount  # type: ignore[attr-defined,no-any-return]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
