"""What the processes of a running desk are forked from: all they need, loaded and warm."""

import gunicorn.app.wsgiapp
import gunicorn.workers.gthread  # noqa: F401

import app  # noqa: F401
import worker  # noqa: F401
from support.x.text import weighted_length

weighted_length("")  # loads the parser, which takes half a second
