"""A real Valkey for tests: one for each process of a run, so that each may flush it."""

import os
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import redis

from support.local.valkey import answers, find_server
from tests.machinery import lifeline, notes

PATIENCE = 30
"""Seconds to be up; it takes some hundredths."""


@dataclass(frozen=True)
class Server:
    socket: Path
    keeper: int

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def stop(self) -> None:
        lifeline.end(self.keeper)


@cache
def valkey_server() -> Server:
    """This process's own, for as long as it lives. Raises ValkeyError where none is to be had."""
    folder = lifeline.run_folder() / f"valkey-{os.getpid()}"
    server = start(folder, lifeline.hold(lifeline.run_folder() / f"alive-{os.getpid()}"))
    with redis.Redis.from_url(server.url) as client:
        about = client.info("server")
    version = about.get("valkey_version") or about.get("redis_version")
    notes.found("Valkey" if "valkey_version" in about else "Redis", str(version))
    return server


def start(folder: Path, lock: Path, port: int = 0) -> Server:
    """A new one in `folder`, alive until `lock` is let go; on a loopback port too where given."""
    folder.mkdir(mode=0o700, exist_ok=True)
    socket = folder / "valkey.sock"
    command = [find_server(), "--port", str(port), "--bind", "127.0.0.1", "--unixsocket", socket]
    command += ["--dir", folder, "--save", "", "--appendonly", "no", "--loglevel", "warning"]
    log = lifeline.run_folder() / f"{folder.name}.log"
    server = Server(socket, lifeline.keep(command, lock, folder, log))
    deadline = time.monotonic() + PATIENCE
    while not answers(socket):
        if time.monotonic() > deadline or not lifeline.is_alive(server.keeper):
            raise RuntimeError(f"Valkey does not start: {log.read_text()[-300:]}")
        time.sleep(0.01)
    return server
