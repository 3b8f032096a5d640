"""What must hold before the first process starts: each fault is one sentence."""

import fcntl
import os
import secrets
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from support.local import valkey
from support.settings import Settings, SettingsError, load_settings

PATIENCE = 20.0
"""Seconds to wait for what a killed predecessor has left to be tidied up."""


class CannotStart(Exception):
    """Says what is in the way and what to do."""


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ` with what a desk on one machine needs and nobody has set.

    Asks nothing of the machine, so that other commands can join a running desk with it.
    """
    data_dir = Path(environ.get("DESK_DATA_DIR") or "data").absolute()
    env = {**environ, "DESK_DATA_DIR": str(data_dir)}
    if not is_set(env, "DESK_REDIS_URL"):
        env["DESK_REDIS_URL"] = valkey.url(data_dir)
    if not is_set(env, "DESK_SECRET_KEY"):
        env["DESK_SECRET_KEY_FILE"] = str(data_dir / "secret_key")
    if not is_set(env, "DESK_X_BASE_URL"):
        _point_at_sandbox(env)
    return env


REAL = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "X_BASE_URL", "X_WEB_URL", "PUBLIC_URL")
"""What leads a desk to its own data, its own queue and X itself."""
FURTHER = 20
"""How far the ports of a practice desk are from those of the real one."""


def for_practice(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ` for a desk that is only played on: none of what the real one uses is in reach.

    It keeps its data in `practice` inside the data folder and listens twenty ports further on,
    so that both can run at once.
    """
    real = {f"DESK_{name}{ending}" for name in REAL for ending in ("", "_FILE")}
    env = {name: value for name, value in environ.items() if name not in real}
    env["DESK_DATA_DIR"] = str(Path(environ.get("DESK_DATA_DIR") or "data") / "practice")
    for name, usual in (("DESK_PORT", 8000), ("DESK_SANDBOX_PORT", 8010)):
        port = environ.get(name) or str(usual)
        env[name] = str(int(port) + FURTHER) if port.isdecimal() else port
    env["DESK_PRACTICE"] = "true"
    return env


def is_set(env: Mapping[str, str], name: str) -> bool:
    """By value or, for a secret, by file."""
    return bool(env.get(name) or env.get(f"{name}_FILE"))


def _point_at_sandbox(env: dict[str, str]) -> None:
    """The local X costs nothing to ask: look often, so that what is written is soon seen."""
    sandbox = f"http://127.0.0.1:{env.get('DESK_SANDBOX_PORT') or 8010}"
    env["DESK_X_BASE_URL"] = sandbox
    env.setdefault("DESK_X_WEB_URL", sandbox)
    for name, seconds in (("MENTIONS", "2"), ("DMS", "4"), ("OWN_POSTS", "10")):
        env.setdefault(f"DESK_POLL_{name}", seconds)


def settings_from(env: Mapping[str, str]) -> Settings:
    """Makes the data folder and the secret key, which the settings name. Raises CannotStart."""
    key_file = Path(env.get("DESK_SECRET_KEY_FILE", "/dev/null"))
    try:
        make_writable(Path(env["DESK_DATA_DIR"]))
        if key_file.parent == Path(env["DESK_DATA_DIR"]):
            make_secret(key_file)
        return load_settings(env)
    except SettingsError as error:
        raise CannotStart("\n".join(error.sentences)) from None


def make_writable(data_dir: Path) -> None:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        probe = data_dir / ".probe"
        probe.write_text("")
        probe.unlink()
        locked = [p for p in data_dir.iterdir() if not os.access(p, os.R_OK | os.W_OK)]
    except OSError as error:
        raise CannotStart(_unwritable(data_dir, error.strerror or "no reason given")) from None
    if locked:
        raise CannotStart(_unwritable(locked[0], "it belongs to another user"))


def _unwritable(path: Path, why: str) -> str:
    return (
        f"{path} cannot be written ({why}): give it to this user, "
        "or name another data folder in DESK_DATA_DIR."
    )


def make_secret(path: Path) -> None:
    """Once; sessions and stored tokens depend on it staying the same."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")


def hold(data_dir: Path) -> TextIO:
    """Keeps others off the same data while the returned file is open.

    What a killed set has left behind holds on for some seconds more and is waited for.
    """
    file = (data_dir / "desk.lock").open("a+")
    deadline = time.monotonic() + PATIENCE
    while not _locked(file):
        file.seek(0)
        holder = file.read().strip()
        if not holder.isdigit() or is_alive(int(holder)) or time.monotonic() > deadline:
            raise CannotStart(
                f"The desk is already running on {data_dir} (process {holder or 'just starting'}): "
                "stop it first, or name another data folder in DESK_DATA_DIR."
            )
        time.sleep(0.1)
    file.seek(0)
    file.truncate()
    file.write(str(os.getpid()))
    file.flush()
    return file


def _locked(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def check_port(host: str, port: int, name: str) -> None:
    """Raises CannotStart when something else listens there or may not be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} on {host} cannot be used ({error.strerror}): stop what uses it, "
                f"or choose another one: make run {name}={port + 100}"
            ) from None


def check_posts(posts: Path) -> None:
    try:
        with posts.open("rb") as file:
            file.read(1)
    except OSError as error:
        raise CannotStart(f"POSTS={posts} cannot be read ({error.strerror}).") from None


def check_redis(url: str) -> None:
    """A server somebody named must answer; its password is not repeated."""
    import redis

    try:
        with redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as client:
            client.ping()
    except redis.RedisError as error:
        shown = url.split("@")[-1]
        raise CannotStart(f"DESK_REDIS_URL: {shown} does not answer ({error}).") from None
