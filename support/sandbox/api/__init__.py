"""The endpoints of the X API v2 that a support desk uses."""

from support.sandbox.api import messages, oauth, posts, users, writing  # noqa: F401
from support.sandbox.api.door import blueprint

__all__ = ["blueprint"]
