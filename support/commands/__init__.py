"""The command line: `flask …`. A door: it reads the clock and commits."""

from flask import Flask
from flask_migrate import Migrate

from support.commands import (
    agents,
    answers,
    audit,
    checks,
    connecting,
    customers,
    searching,
    stage,
    takedowns,
)
from support.commands import answer_files as _files  # noqa: F401  (adds to answers.canned)
from support.commands.stage import MIGRATIONS
from support.db import db

__all__ = ["MIGRATIONS", "init_app"]


def init_app(app: Flask) -> None:
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    for command in (
        connecting.x,
        customers.customers,
        agents.agents,
        answers.canned,
        audit.audit,
        checks.doctor,
        checks.status,
        searching.search,
        stage.demo,
        stage.prepare,
        takedowns.compliance,
    ):
        app.cli.add_command(command)
