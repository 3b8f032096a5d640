"""Every knob of the desk, typed, read from the environment once at start.

A secret may come from a file: DESK_SECRET_KEY_FILE names a file whose content is the value.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

PREFIX = "DESK_"


def is_safe_address(url: str) -> bool:
    """Whether what goes there cannot be read on the way: https, or this very machine."""
    at = urlsplit(url)
    local = at.hostname in ("localhost", "127.0.0.1", "::1")
    return bool(at.hostname) and (at.scheme == "https" or (at.scheme == "http" and local))


class SettingsError(Exception):
    """The environment cannot be used; `sentences` says what to change, one each."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


REAL_X = "https://api.x.com"
Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[int, Field(ge=1, le=86_400)]


class Settings(BaseModel):
    """What can be set. Field `data_dir` is DESK_DATA_DIR, and so on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data_dir: Path = Path("data")
    database_url: str = ""
    """Empty: SQLite in the data folder. postgresql://… for PostgreSQL."""
    redis_url: str = "redis://127.0.0.1:6379/0"
    secret_key: str = Field(default="", repr=False)
    host: str = "127.0.0.1"
    port: Port = 8000
    sandbox_port: Port = 8010
    x_base_url: str = REAL_X
    x_web_url: str = "https://x.com"
    """Where posts are looked at by people; the sandbox shows its own."""
    public_url: str = ""
    """The desk's own address as browsers and X reach it; empty: not reachable from outside."""
    x_timeout: Annotated[float, Field(gt=0, le=120)] = 15.0
    """Seconds one call to X may take."""
    x_vocabulary: str = Field(default="legacy", pattern="^(legacy|new)$")
    """The names X is asked by: tweet (legacy) or post (new). Answers are read in either."""
    zone: str = "Asia/Tokyo"
    """Where the desk stands: times are shown in it."""
    locale: str = Field(default="ja", pattern="^(ja|en)$")
    shelf_dir: Path = Path("canned_replies")
    poll_mentions: Seconds = 30
    """Seconds between two looks at an account's mentions."""
    poll_dms: Seconds = 90
    """X lets an account read its direct messages 15 times in 15 minutes, pages included."""
    poll_own_posts: Seconds = 120
    check_at: str = Field(default="03:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    """When the nightly look for deleted posts begins, in the desk's zone."""
    check_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """How far back it looks; posts of open tickets are looked at however old they are."""
    media_limit: Annotated[int, Field(ge=1_000_000)] = 100_000_000
    """Bytes of one picture or film of X that a browser is given."""
    poll_backstop: Seconds = 300
    """Between two looks at what X pushes anyway: pushes may be lost."""
    x_prices: str = ""
    """A JSON file of prices X changed since; see x/price_file.py. Empty: X's prices as known."""
    undo_seconds: Annotated[int, Field(ge=0, le=300)] = 10
    """How long a pressed reply waits before it may be sent, for a new account."""
    lease_seconds: Annotated[int, Field(ge=4, le=300)] = 8
    """How long nothing is heard of a worker before what it was sending counts as lost."""
    live_pages: Annotated[int, Field(ge=0, le=10_000)] = 200
    """Open pages one web process keeps a live stream for; later ones poll."""
    private_addresses: bool = False
    """True: subscribed calendars and alert webhooks may lie in the desk's own network."""
    practice: bool = False
    """True: every page says that nothing here reaches X; `make practice` sets it."""
    workers_fork: bool = False
    """True: RQ's forking worker instead of the quicker SimpleWorker."""
    worker_nice: Annotated[int, Field(ge=0, le=19)] = 0
    """How far workers stand back where processors are short: pages are waited for by people. Not
    by itself: whoever stands back while it holds what a page waits for holds that up as well."""
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    second_step: str = Field(default="off", pattern="^(off|leads|everybody)$")
    """Who must confirm a sign-in with a code: nobody, leads and administrators, or everybody."""
    leaked_passwords: str = ""
    """A file of passwords nobody may take; see agents/breaches.py. Empty: only length counts."""
    smtp_host: str = ""
    """The mail server that takes the weekly report; empty: no mail is sent."""
    smtp_port: Port = 587
    smtp_user: str = ""
    smtp_password: str = Field(default="", repr=False)
    smtp_from: str = ""
    """The address that letters come from."""
    smtp_tls: str = Field(default="starttls", pattern="^(starttls|tls|none)$")
    cookie_secure: bool = False
    """True where the desk is reached over HTTPS only."""
    metrics_token: str = Field(default="", repr=False)
    """What whoever reads /metrics shows; empty: only this machine may."""
    trusted_proxies: Annotated[int, Field(ge=0, le=10)] = 0
    """How many proxies of ours stand before the desk; what others say of addresses is not heard."""

    oidc_issuer: str = ""
    """Whoever signs people in for us (OpenID Connect), as it calls itself. Empty: nobody does."""
    oidc_client_id: str = ""
    oidc_client_secret: str = Field(default="", repr=False)
    oidc_name: str = Field(default="", max_length=40)
    """What the button on the sign-in page calls it."""
    oidc_groups_claim: str = "groups"
    """Where its tokens name a person's groups; a path with dots leads into objects."""
    oidc_roles: str = ""
    """Which group has which role here: desk-admins=admin,desk=agent. Nobody else comes in."""
    oidc_verified_claim: str = "email_verified"
    """Which claim says that the address is the person's own."""
    oidc_bind_email: bool = False
    """True: who is known here by a verified address is taken to be the one the provider names."""
    oidc_acr: str = ""
    """Values of acr, with commas, that say that the provider asked for a second step."""
    oidc_only: bool = False
    """True: nobody signs in with a password, or with a passkey alone."""

    @property
    def oidc_role_of(self) -> dict[str, str]:
        """Role by group."""
        pairs = (it.rpartition("=") for it in self.oidc_roles.split(",") if it.strip())
        return {group.strip(): role.strip() for group, _, role in pairs}

    @property
    def on_sandbox(self) -> bool:
        """Whether X is played by a sandbox here."""
        return self.x_base_url != REAL_X

    @field_validator("zone")
    @classmethod
    def zone_exists(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{zone!r} is not a time zone; write one like Asia/Tokyo") from error
        return zone

    @field_validator("x_base_url", "x_web_url")
    @classmethod
    def web_address(cls, url: str) -> str:
        if not url.startswith(("https://", "http://")):
            raise ValueError("must begin with https:// or http://")
        return url.rstrip("/")

    @field_validator("public_url")
    @classmethod
    def own_address(cls, url: str) -> str:
        return cls.web_address(url) if url else ""

    @field_validator("oidc_issuer")
    @classmethod
    def issuer_address(cls, url: str) -> str:
        if url and not is_safe_address(url):
            raise ValueError("must begin with https:// (http:// on localhost only)")
        return url

    @model_validator(mode="after")
    def whole_provider(self) -> "Settings":
        if self.oidc_only and not self.oidc_issuer:
            raise ValueError("DESK_OIDC_ONLY needs DESK_OIDC_ISSUER: nobody could sign in")
        if not self.oidc_issuer:
            return self
        if not self.oidc_client_id:
            raise ValueError("DESK_OIDC_ISSUER needs DESK_OIDC_CLIENT_ID")
        known = self.oidc_role_of
        if not known or "" in known or not set(known.values()) <= {"agent", "lead", "admin"}:
            raise ValueError(
                "DESK_OIDC_ROLES must say which group has which role (agent, lead or admin): "
                "desk-admins=admin,desk-leads=lead,desk=agent"
            )
        return self

    @model_validator(mode="after")
    def mail_as_a_whole(self) -> "Settings":
        if self.smtp_from and not re.fullmatch(r"[!-~]+@[A-Za-z0-9.-]+", self.smtp_from):
            raise ValueError("DESK_SMTP_FROM must be an address like desk@example.com")
        if self.smtp_host and not self.smtp_from:
            raise ValueError("DESK_SMTP_HOST needs DESK_SMTP_FROM, the address letters come from")
        if self.smtp_user and self.smtp_tls == "none":
            raise ValueError("DESK_SMTP_USER would go unencrypted; set DESK_SMTP_TLS")
        return self

    @field_validator("redis_url")
    @classmethod
    def redis_address(cls, url: str) -> str:
        if not url.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must begin with redis://, rediss:// or unix://")
        return url

    @model_validator(mode="after")
    def default_database(self) -> "Settings":
        url = self.database_url or f"sqlite:///{self.data_dir.absolute() / 'desk.db'}"
        if url.startswith("postgres://"):
            url = url.replace("postgres://", "postgresql://", 1)
        if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError(
                "DESK_DATABASE_URL must begin with sqlite:/// or postgresql:// "
                f"(it begins with {url.split(':')[0]}:)"
            )
        object.__setattr__(self, "database_url", url)
        return self


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from `environ`; SettingsError names every wrong or unknown DESK_ variable."""
    values: dict[str, str] = {}
    faults: list[str] = []
    for name, value in sorted(environ.items()):
        if name.startswith(PREFIX):
            key, value = _read(name, value, environ, faults)
            if key is not None:
                values[key] = value
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        faults += [_sentence(dict(fault)) for fault in error.errors()]
    if faults:
        raise SettingsError(faults)
    return settings


def _read(
    name: str, value: str, environ: Mapping[str, str], faults: list[str]
) -> tuple[str | None, str]:
    key = name.removeprefix(PREFIX).lower()
    if key in Settings.model_fields:
        return key, value
    if key.endswith("_file") and key.removesuffix("_file") in Settings.model_fields:
        try:
            return key.removesuffix("_file"), Path(value).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeError) as error:
            faults.append(f"{name} names a file that cannot be read: {error}.")
            return None, ""
    faults.append(f"{name} is not a setting of the desk; see the list in docs/operators.md.")
    return None, ""


def _sentence(fault: dict[str, object]) -> str:
    where = fault["loc"]
    said = str(fault["msg"]).removeprefix("Value error, ")
    if isinstance(where, tuple) and where:
        return f"{PREFIX}{str(where[0]).upper()}: {said}."
    return f"{said}."
