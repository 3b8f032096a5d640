"""Brings the desk up on this machine, in the order its parts need each other."""

import http.client
import socket
import sys
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from support.local import processes, valkey
from support.local.supervising import GaveUp, Supervisor
from support.settings import Settings

ANY_IPV4 = "0.0.0.0"  # noqa: S104 (recognised here, never the default)
PATIENCE = 90.0
"""Seconds the web server has to answer /readyz; a first start on a slow machine takes several."""


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line."""

    posts: Path | None = None
    speed: float | None = None
    own_valkey: bool = True
    own_sandbox: bool = True


def bring_up(desk: Supervisor, settings: Settings, wish: Wish) -> None:
    """Returns when the desk answers and has said so. Raises GaveUp."""
    if wish.own_valkey:
        start_valkey(desk, settings.data_dir)
    if wish.own_sandbox:
        start_sandbox(desk, settings)
    people: list[str] = []
    if desk.finish(processes.preparation(demo_for(wish)), people) != 0:
        raise GaveUp("The database could not be brought up to date; why stands above.")
    desk.start(processes.web())
    if not desk.until(lambda: answer(settings)[0] == 200, PATIENCE):
        why = answer(settings)[1]
        raise GaveUp(f"The web server was not ready after {PATIENCE:g} s; /readyz: {why}")
    for process in processes.background():
        desk.start(process)
    desk.ready()
    announce(desk, settings, wish, people)
    if wish.posts:
        desk.start(processes.feeder(wish.posts, settings.x_base_url, wish.speed))


def demo_for(wish: Wish) -> str | None:
    """Only where X is the sandbox; posts from a file come instead of the story."""
    if not wish.own_sandbox:
        return None
    return "team" if wish.posts else "story"


def start_sandbox(desk: Supervisor, settings: Settings) -> None:
    desk.start(processes.sandbox(settings))
    if not desk.until(lambda: listens(settings.sandbox_port), PATIENCE):
        raise GaveUp(f"The sandbox X did not answer within {PATIENCE:g} s; why stands above.")


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def start_valkey(desk: Supervisor, data_dir: Path) -> None:
    where = valkey.socket_path(data_dir)
    with suppress(GaveUp):
        desk.start(valkey.server(data_dir))
        if desk.until(lambda: valkey.answers(where), PATIENCE):
            return
    log = valkey.log_file(data_dir)
    raise GaveUp(f"Valkey cannot be started; why stands above or at the end of {log}.")


def answer(settings: Settings) -> tuple[int, str]:
    """Status and text of /readyz; 0 while nobody answers."""
    host = {ANY_IPV4: "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    connection = http.client.HTTPConnection(host, settings.port, timeout=5)
    with suppress(OSError, http.client.HTTPException), closing(connection):
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        return response.status, response.read(1_000).decode("utf-8", "replace").strip()
    return 0, "no answer"


def announce(desk: Supervisor, settings: Settings, wish: Wish, people: list[str]) -> None:
    lines = ["", f"Madoguchi is ready: {address(settings)}"]
    if wish.own_sandbox:
        lines.append(f"Play a customer in the sandbox X: {settings.x_base_url}")
    lines += ["", *people, "", "Ctrl-C stops everything; the data stays.", ""]
    for line in lines:
        desk.say(line)


def address(settings: Settings) -> str:
    host = "localhost" if settings.host in ("127.0.0.1", ANY_IPV4, "::", "::1") else settings.host
    return f"http://{host}:{settings.port}/"


def complain(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
