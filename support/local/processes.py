"""Which processes the desk consists of. Only a description: nothing is started here."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from support.settings import Settings

PYTHON = sys.executable


@dataclass(frozen=True)
class Process:
    """A named command, run from the project's folder."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    """Added to the environment the supervisor was given."""
    restarts: bool = True
    """Started again when it ends by itself."""
    outlives: bool = False
    """Stopped only after the others: they need it to finish what they have begun."""


def python(name: str, *arguments: str, restarts: bool = True, outlives: bool = False) -> Process:
    """A process of our own Python, its output not held back."""
    env = {"PYTHONUNBUFFERED": "1"}
    return Process(name, (PYTHON, *arguments), env, restarts=restarts, outlives=outlives)


def flask(name: str, *arguments: str) -> Process:
    """One of the desk's own commands, run once."""
    return python(name, "-m", "flask", "--app", "app", *arguments, restarts=False)


def sandbox(settings: Settings) -> Process:
    """The local X. Twenty times X's limits: a replay is in a hurry."""
    data, port = str(settings.data_dir / "sandbox.db"), str(settings.sandbox_port)
    arguments = ("-m", "support.sandbox", "--data", data, "--port", port, "--limits", "20")
    return python("sandbox", *arguments, outlives=True)


def web() -> Process:
    return python("web", "-m", "gunicorn", "-c", "gunicorn.conf.py", "app:create_app()")


def background() -> list[Process]:
    """One queue a process: a worker on two queues can lose a job for ever."""
    return [
        python("send", "worker.py", "send"),
        python("ingest", "worker.py", "ingest"),
        python("scheduler", "worker.py", "scheduler"),
    ]


def preparation(demo: str | None) -> Process:
    """Tables up to date and, into an empty desk, the demo: its "story", or only its "team" for
    posts that come from a file. Says whom to sign in as.
    """
    return flask("prepare", "prepare", *(("--demo", demo) if demo else ()))


def feeder(posts: Path, url: str, speed: float | None) -> Process:
    """Plays a file's posts to the sandbox, once."""
    pace = () if speed is None else ("--speed", f"{speed:g}")
    arguments = ("-m", "support.sandbox.replay", str(posts), "--url", url, *pace)
    return python("posts", *arguments, restarts=False)
