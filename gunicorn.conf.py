"""How the web server runs: one process of threads, each live page holding one of them."""

import gc
import os
from typing import Any

from support.settings import load_settings
from support.x.text import weighted_length

settings = load_settings(os.environ)

host = f"[{settings.host}]" if ":" in settings.host else settings.host
bind = f"{host}:{settings.port}"
worker_class = "gthread"
workers = 1
threads = 48 + settings.live_pages
"""Requests are never starved by live pages: those are capped in code, 48 stay for the rest."""
keepalive = 5
"""Seconds an idle connection stays open; it holds no thread meanwhile."""
timeout = 60
graceful_timeout = 3
"""Seconds a stopping process waits for requests; live pages notice and connect again."""
memory = "/dev/shm"  # noqa: S108 (gunicorn makes its file there under a random name)
worker_tmp_dir = memory if os.access(memory, os.W_OK) else None
"""The heartbeat file in memory: a busy disk must not look like a hung process."""
secure_scheme_headers: dict[str, str] = {}
"""Which proxies are believed is said once, by DESK_TRUSTED_PROXIES; see app.py."""
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
proc_name = "madoguchi-web"


def post_worker_init(worker: Any) -> None:
    """The first page need not wait for the parser; what is loaded now stays, so the collector
    need not walk through it again and again.
    """
    weighted_length("")
    gc.collect()
    gc.freeze()
