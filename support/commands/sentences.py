"""How a command tells a person what went wrong."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask_babel import force_locale, gettext

from support.errors import DeskError
from support.x.errors import XError


@contextmanager
def sentences() -> Iterator[None]:
    """What a person can act on ends the command as one sentence."""
    try:
        yield
    except (DeskError, XError) as error:
        raise click.ClickException(str(error)) from error


def in_english(sentence: str) -> str:
    """A sentence of the catalogue, as the command line says it."""
    with force_locale("en"):
        return str(gettext(sentence))
