"""The web server of a run: the desk as it is, under the clock that jumps."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from flask import Flask
from gunicorn.app.wsgiapp import run

from app import create_app
from tests.faults.stand_ins import JumpingClock
from tests.faults.worker import PLACE
from tests.machinery.running import ROOT


def main(env: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(env)
    os.chdir(ROOT)
    sys.argv = ["gunicorn", "-c", "gunicorn.conf.py", "tests.faults.web:application()"]
    run()


def application() -> Flask:
    return create_app(clock=JumpingClock(Path(os.environ[PLACE]) / "clock"))
