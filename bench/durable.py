"""A PostgreSQL that keeps its word: unlike the tests' server it waits for the disk at COMMIT."""

import os
import subprocess
import time
from pathlib import Path

from tests.machinery import lifeline, postgres
from tests.machinery.postgres import Server

PATIENCE = 60
"""Seconds to be up."""


def start() -> Server | None:
    """A new one that ends with the run, with the settings PostgreSQL comes with; None: no server.

    Measured with fsync off, a commit costs next to nothing and whatever the desk does beside it
    looks worse than it is on anybody's machine.
    """
    found = postgres.installations()
    return _start(found[0], lifeline.run_folder() / "pg-durable") if found else None


def _start(binaries: Path, folder: Path) -> Server:
    user = postgres.nobody()
    folder.mkdir(mode=0o700)
    if user:
        os.chown(folder, *user)
        binaries = postgres.readable(binaries, user)
    data = folder / "data"
    initdb = [binaries / "initdb", "-D", data, "-U", postgres.USER, "-A", "trust", "-E", "UTF8"]
    drop = {"user": user[0], "group": user[1], "extra_groups": []} if user else {}
    subprocess.run([*initdb, "--locale=C"], check=True, capture_output=True, cwd="/", **drop)
    command = [binaries / "postgres", "-D", data, "-k", folder]
    command += ["-c", "listen_addresses=", "-c", "timezone=UTC"]
    log = lifeline.run_folder() / f"{folder.name}.log"
    lock = lifeline.run_folder() / "alive"
    return _once_up(Server(folder, lifeline.keep(command, lock, folder, log, user)), log)


def _once_up(server: Server, log: Path) -> Server:
    deadline = time.monotonic() + PATIENCE
    while not server.answers():
        if time.monotonic() > deadline or not lifeline.is_alive(server.keeper):
            raise RuntimeError(f"PostgreSQL does not start: {log.read_text()[-300:]}")
        time.sleep(0.02)
    return server
