"""Processes of the desk, each forked from one that has imported everything already.

Importing the desk takes a process a second or two. Forked, it goes on as if it had been started by
its command line: the same file runs as `__main__`, with an environment and a log of its own.
"""

import multiprocessing
import os
import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 10.0
"""Seconds a process has to end after it was asked to."""
TO_THE_END = 120.0
"""Seconds a process has that ends by itself."""

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([__name__, "tests.machinery.imported"])


@contextmanager
def running(commands: dict[str, list[str]], env: dict[str, str], folder: Path) -> Iterator[None]:
    """What `python COMMAND…` would run, by name; on the way out each is ended and waited for.

    A command begins with a Python file of the project or with the name of a module.
    """
    processes: list[BaseProcess] = []
    try:
        for name, command in commands.items():
            log = folder / f"{name}.log"
            process = _forks.Process(target=become, args=(command, env, log), daemon=False)
            process.start()
            processes.append(process)
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            _wait_for(process)


def said_by(commands: dict[str, list[str]], env: dict[str, str], folder: Path) -> list[str]:
    """What each of them, run side by side to its end, wrote."""
    begun = {}
    for name, command in commands.items():
        log = folder / f"{name}.log"
        begun[log] = _forks.Process(target=become, args=(command, env, log), daemon=False)
        begun[log].start()
    for process in begun.values():
        process.join(TO_THE_END)
        _wait_for(process)
    return [log.read_text() for log in begun]


def _wait_for(process: BaseProcess) -> None:
    process.join(PATIENCE)
    if process.is_alive():
        process.kill()
        process.join()
    process.close()


def become(command: list[str], env: dict[str, str], log: Path) -> None:
    """In the fork: goes on as the command."""
    with log.open("wb") as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = list(command)
    if command[0].endswith(".py"):
        runpy.run_path(command[0], run_name="__main__")
    else:
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)
