"""The command line: `flask …`. A door: it reads the clock and commits."""

from importlib import import_module
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup
from flask_migrate import Migrate

from support.db import db

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
MODULES = {
    "agents": "agents",
    "audit": "audit",
    "canned": "answer_files",  # adds to what answers.py has
    "compliance": "takedowns",
    "customers": "customers",
    "demo": "stage",
    "doctor": "checks",
    "prepare": "stage",
    "search": "searching",
    "status": "checks",
    "x": "connecting",
}
"""Command → its module, where it has its own name."""


class Commands(AppGroup):
    """Loads a command when it is asked for: the web server is asked for none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *MODULES})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in MODULES:
            return super().get_command(ctx, cmd_name)
        module = import_module(f"support.commands.{MODULES[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command


def init_app(app: Flask) -> None:
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    app.cli = Commands(name=app.name)
