"""The web server of a running desk: the desk as it is, but for templates compiled already."""

import os
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache

from app import create_app
from tests.machinery import lifeline

COMPILED = "TEST_TEMPLATES"
"""Names the folder in which a process finds what another has compiled of a template."""


def compiled_templates() -> Path:
    """One folder for all processes of a run: a template is compiled once."""
    folder = lifeline.run_folder() / "templates"
    folder.mkdir(exist_ok=True)
    return folder


def application() -> Flask:
    app = create_app()
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(os.environ[COMPILED])
    return app
