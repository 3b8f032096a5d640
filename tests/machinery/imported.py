"""What the processes of a running desk are forked from: all they need, loaded and warm.

No thread runs and nothing is connected here, so that a fork has nothing to fear.
"""

import gc
import tempfile
from pathlib import Path

import gunicorn.app.wsgiapp
import gunicorn.workers.gthread  # noqa: F401
from sqlalchemy.orm import configure_mappers

import app
import worker  # noqa: F401
from support.x.text import weighted_length
from tests.machinery.desks import settings_of

weighted_length("")  # loads the parser, which takes half a second
configure_mappers()
with tempfile.TemporaryDirectory() as folder:
    app.create_app(settings_of(f"sqlite:///{folder}/desk.db", Path(folder)))  # loads the pages
gc.collect()
gc.freeze()  # else each fork walks through, and thereby copies, all that is loaded
