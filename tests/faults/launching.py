"""Processes forked from one that has loaded the desk, the sandbox and the web server already.

They are as separate as any; only the time to start is saved, which a run would mostly consist of.
"""

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable
from multiprocessing import parent_process
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from tests.machinery import processes as _loaded  # noqa: F401

ENDING = 10
"""Seconds a process has to end after it was asked to."""

_context = multiprocessing.get_context("forkserver")  # tests/machinery/processes.py filled it


def launch(target: Callable[..., Any], *args: Any, log: Path) -> BaseProcess:
    """Runs `target(*args)` in a process of its own, which writes to `log`."""
    process = _context.Process(target=_run, args=(log, target, args))
    process.start()
    return process


def end(process: BaseProcess) -> None:
    process.terminate()
    process.join(timeout=ENDING)
    if process.is_alive():
        process.kill()
        process.join()


def _run(log: Path, target: Callable[..., Any], args: tuple[Any, ...]) -> None:
    threading.Thread(target=_end_with_the_run, daemon=True).start()
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(out, sys.stdout.fileno())
    os.dup2(out, sys.stderr.fileno())
    os.close(out)
    target(*args)


def _end_with_the_run() -> None:
    """A run that was killed leaves nothing behind."""
    run = parent_process()
    if run is not None:
        wait([run.sentinel])
        os._exit(1)
