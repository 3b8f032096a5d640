"""A supervisor over stand-in commands, run as a process of its own so that it can be killed.

`python -m tests.local.stand_in_set FOLDER NAME=SCRIPT …`: each script is Python source. Every
process writes its id to FOLDER/NAME.pid through the preamble and may use `folder` and `time`.
"""

import os
import sys
from pathlib import Path

from support.local import preparing
from support.local.processes import Process, python
from support.local.supervising import GaveUp, StopAsked, Supervisor

PREAMBLE = """
import os, pathlib, signal, subprocess, sys, time
folder = pathlib.Path(os.environ["STAND_IN_FOLDER"])
def note(name, text=None):
    part = folder / f"{name}.part"
    part.write_text(str(os.getpid()) if text is None else text)
    part.rename(folder / name)
"""


def stand_in(text: str) -> Process:
    name, _, script = text.partition("=")
    note = f"note({name + '.pid'!r})\n"
    return python(name, "-c", PREAMBLE + note + script, outlives=name.startswith("last"))


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0])
    parent = os.getppid() if "--with-parent" in arguments else None
    env = {**os.environ, "STAND_IN_FOLDER": str(folder)}
    lock = preparing.hold(folder)
    try:
        with Supervisor(sys.stdout, folder, env, [lock.fileno()], parent, grace=1.5) as supervisor:
            for text in arguments[1:]:
                if "=" in text:
                    supervisor.start(stand_in(text))
            supervisor.forever()
    except StopAsked:
        return 0
    except GaveUp as error:
        print(error, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
