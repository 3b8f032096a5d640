"""The whole desk as processes: web server, workers, scheduler, beside a sandbox X and a Valkey."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, TypeVar

import httpx
from redis import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session

from support import presence
from support.conversations.records import Message
from support.db import Base, engine_for
from tests.cast import SECRET, Cast, make_cast
from tests.machinery import processes
from tests.machinery.demo import load_demo
from tests.machinery.sandbox import PLAIN_HTTP, Sandbox, running_sandbox
from tests.machinery.valkey import valkey_server
from tests.machinery.web import COMPILED, compiled_templates

ROOT = processes.ROOT
PATIENCE = 60.0
"""Seconds for what takes one or two; only a busy machine needs more."""
Found = TypeVar("Found")
NOBODY: Any = None
"""The cast of a desk nobody has set up."""


def until(look: Callable[[], Found], what: str, *, patience: float = PATIENCE) -> Found:
    """Looks again and again until there is something to see; fails with `what` after a while.

    It rests longer than a look took: whoever asks for pages without a pause takes the processor
    from those it waits for.
    """
    deadline = time.monotonic() + patience
    while True:
        begun = time.monotonic()
        found = look()
        if found:
            return found
        looked = time.monotonic()
        assert looked < deadline, f"waited in vain for {what}"
        time.sleep(max(0.05, 2 * (looked - begun)))


@dataclass
class RunningDesk:
    """A desk at `url`, connected to `sandbox`; `session()` looks into its database."""

    url: str
    sandbox: Sandbox
    database_url: str
    env: dict[str, str]
    cast: Cast

    @contextmanager
    def session(self) -> Iterator[Session]:
        engine = engine_for(self.database_url)
        with Session(engine) as session:
            yield session
        engine.dispose()

    def ticket_saying(self, words: str) -> int:
        """The number of the ticket with a message that says so, once there is one."""
        theirs = select(Message.ticket_id).where(Message.text.contains(words))

        def look() -> int | None:
            with self.session() as session:
                return session.scalar(theirs)

        return until(look, f"a ticket that says {words}")


@dataclass
class Demo:
    """A demo desk at `url`."""

    url: str
    database_url: str


@contextmanager
def running_desk(
    database_url: str,
    folder: Path,
    *,
    undo_seconds: int = 1,
    web: bool = True,
    unset: bool = False,
    **settings: str,
) -> Iterator[RunningDesk]:
    """Starts everything; on the way out every process is ended and waited for.

    An `unset` desk has no people and no account yet; `settings` are further DESK_* values.
    """
    with ExitStack() as stack:
        sandbox = stack.enter_context(running_sandbox(folder))
        cast = NOBODY if unset else _set_up(database_url, sandbox, undo_seconds)
        duties = ("send", "ingest", "scheduler")
        url, env = _started(stack, database_url, folder, sandbox, duties, web=web, **settings)
        yield RunningDesk(url, sandbox, database_url, env, cast)


@contextmanager
def running_demo(folder: Path, *, now: datetime, duties: Sequence[str] = ()) -> Iterator[Demo]:
    """The demo desk with the samples, on SQLite; without `duties` nothing on it changes."""
    database_url = f"sqlite:///{folder / 'desk.db'}"
    with ExitStack() as stack:
        sandbox = stack.enter_context(running_sandbox(folder))
        load_demo(database_url, sandbox.url, valkey_server().url, now)
        url, _ = _started(stack, database_url, folder, sandbox, duties)
        yield Demo(url, database_url)


@contextmanager
def running_empty(folder: Path) -> Iterator[str]:
    """The address of a desk at which nobody is enrolled."""
    database_url = f"sqlite:///{folder / 'desk.db'}"
    engine = engine_for(database_url)
    Base.metadata.create_all(engine)
    engine.dispose()
    with ExitStack() as stack:
        sandbox = stack.enter_context(running_sandbox(folder))
        yield _started(stack, database_url, folder, sandbox, ())[0]


def _started(
    stack: ExitStack,
    database_url: str,
    folder: Path,
    sandbox: Sandbox,
    duties: Sequence[str],
    *,
    web: bool = True,
    **settings: str,
) -> tuple[str, dict[str, str]]:
    """The address and the environment of processes that run as long as the stack stands."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    with Redis.from_url(valkey_server().url) as valkey:
        valkey.delete(presence.KEY)  # whoever was at the desk before this one is not at it
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("DESK_")},
        "DESK_DATABASE_URL": database_url,
        "DESK_DATA_DIR": str(folder),
        "DESK_SECRET_KEY": SECRET,
        "DESK_REDIS_URL": valkey_server().url,
        "DESK_X_BASE_URL": sandbox.url,
        "DESK_X_WEB_URL": sandbox.url,
        "DESK_PORT": str(port),
        "DESK_POLL_MENTIONS": "1",
        "DESK_POLL_DMS": "1",
        "DESK_POLL_OWN_POSTS": "2",
        COMPILED: str(compiled_templates()),
        **settings,
    }
    commands = {duty: ["worker.py", duty] for duty in duties}
    if web:
        commands["web"] = [
            "gunicorn",
            "-c",
            "gunicorn.conf.py",
            "tests.machinery.web:application()",
        ]
    stack.enter_context(processes.running(commands, env, folder))
    if web:
        until(lambda: _ready(url), "the web server")
    return url, env


def _set_up(database_url: str, sandbox: Sandbox, undo_seconds: int) -> Cast:
    """The cast, with the account the sandbox knows."""
    engine = engine_for(database_url)
    with Session(engine, expire_on_commit=False) as session:
        cast = make_cast(session, undo_seconds=undo_seconds)
        token = {"Authorization": "Bearer sandbox-hikari_care"}
        address = f"{sandbox.url}/2/users/me"
        me = httpx.get(address, headers=token, timeout=PATIENCE, verify=PLAIN_HTTP).json()["data"]
        cast.account.x_id = me["id"]
        session.commit()
        session.expunge_all()
    engine.dispose()
    return cast


def _ready(url: str) -> bool:
    try:
        answer = httpx.get(f"{url}/readyz", timeout=20, verify=PLAIN_HTTP)
        return answer.status_code in (200, 503)
    except httpx.HTTPError:
        return False


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Visitor:
    """A browser without script: follows links and sends forms as they stand on the page."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(
            base_url=url, follow_redirects=True, timeout=PATIENCE, verify=PLAIN_HTTP
        )

    def get(self, path: str) -> str:
        answer = self._http.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:300]}"
        return answer.text

    def send(self, path: str, action: str, **values: str) -> httpx.Response:
        """Fills in the form on `path` that goes to `action` and sends it."""
        found = forms(self.get(path))
        form = next(f for f in found if (f.action or path).split("?")[0] == action)
        return self._http.post(form.action or path, data=form.values | values)

    def press(self, action: str, *, follow: bool = True, **values: str) -> httpx.Response:
        """A button that sends its form elsewhere; `values` are what the form holds."""
        return self._http.post(action, data=values, follow_redirects=follow)

    def sign_in(self, email: str, password: str) -> None:
        answer = self.send("/sign-in", "/sign-in", email=email, password=password)
        assert answer.status_code == 200, answer.text[:300]
        assert "/sign-in" not in str(answer.url)


@dataclass
class Form:
    action: str
    values: dict[str, str]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(about.get("action", ""), {}))
        elif tag in ("input", "textarea") and self.found and _counts(about):
            self.found[-1].values[about["name"]] = about.get("value", "")


def _counts(about: dict[str, str]) -> bool:
    """Whether a browser would send the field as it stands."""
    off = about.get("type") in ("checkbox", "radio") and "checked" not in about
    return "name" in about and not off


def forms(page: str) -> list[Form]:
    parser = _Forms()
    parser.feed(page)
    return parser.found
