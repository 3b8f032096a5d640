"""The endpoints of the X API v2 that a support desk uses."""

from support.sandbox.api import (  # noqa: F401
    compliance,
    media,
    messages,
    oauth,
    posts,
    users,
    writing,
)
from support.sandbox.api.door import blueprint

__all__ = ["blueprint"]
