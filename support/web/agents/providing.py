"""The provider that signs people in for this desk, as the pages hold it in hand."""

from flask import current_app

from support.agents.provider import Provider
from support.desk import the_desk

EXTENSION = "provider"


def provider() -> Provider:
    """One for a process, so that what it published is asked for once an hour."""
    known = current_app.extensions.get(EXTENSION)
    settings = the_desk().settings
    if not isinstance(known, Provider) or known.settings != settings:
        known = current_app.extensions[EXTENSION] = Provider(settings)
    return known
