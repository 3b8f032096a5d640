"""The control API under /sandbox/api/: whoever runs the sandbox plays the rest of the world.

docs/sandbox.md lists every call.
"""

from support.sandbox.control import accounts, steering, world  # noqa: F401
from support.sandbox.control.door import blueprint

__all__ = ["blueprint"]
