"""A web application under gunicorn, and a browser that keeps its connection."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.cast import PASSWORD
from tests.machinery.running import ROOT, forms

PATIENCE = 60
"""Seconds to be up."""


@contextmanager
def served(application: str, env: Mapping[str, str], folder: Path) -> Iterator[str]:
    """Runs it with the desk's own gunicorn settings; its address."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", application]
    with (folder / f"web-{port}.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**env, "DESK_PORT": str(port)}, stdout=log, stderr=log
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/readyz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def environment(**desk: str) -> dict[str, str]:
    """This process's, with the given DESK_ settings and no others."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("DESK_")}
    return {**own, "PYTHONPATH": str(ROOT), **desk}


def sign_in(url: str, email: str) -> str:
    """The cookie of a signed-in browser."""
    with httpx.Client(base_url=url, timeout=30) as browser:
        form = forms(browser.get("/sign-in").text)[0]
        told = form.values | {"email": email, "password": PASSWORD}
        answer = browser.post("/sign-in", data=told)
        if answer.status_code != 303:
            raise SystemExit(f"cannot sign in: {answer.status_code}")
        return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


class Browser:
    """One kept connection; the client's own work stays small beside the server's."""

    def __init__(self, url: str, cookie: str = "") -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._headers = {"Cookie": cookie} if cookie else {}

    def get(self, path: str) -> tuple[float, int]:
        """Seconds to the last byte, and the bytes of the body."""
        begun = time.perf_counter()
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        seconds = time.perf_counter() - begun
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")
        return seconds, len(body)

    def close(self) -> None:
        self._connection.close()


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(url, timeout=2)
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("the web server does not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
