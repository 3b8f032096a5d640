"""`python -m support.sandbox`: starts, keeps its data, stops, and says what is wrong."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx

PATIENCE = 60.0
"""Seconds for what takes one or two; a busy machine needs more."""


def start(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "support.sandbox", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    return line.split()[2].rstrip("/")


def test_it_stops_cleanly_and_keeps_its_data(tmp_path: Path) -> None:
    data = str(tmp_path / "deep" / "x.db")
    order = {"author": {"username": "sample"}, "text": "@hikari_care a"}
    for expected, number in ((1, signal.SIGTERM), (2, signal.SIGINT)):
        process = start("--data", data, "--port", "0")
        url = address(process)
        with httpx.Client(base_url=f"{url}/sandbox/api", timeout=PATIENCE) as control:
            assert control.post("/posts", json=order).status_code == 201
            assert control.get("/state").json()["mentions"]["total"] == expected
        process.send_signal(number)
        _, errors = process.communicate(timeout=PATIENCE)
        assert (process.returncode, errors) == (0, "")


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        process = start("--data", str(tmp_path / "x.db"), "--port", port)
        _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert port in errors
    assert len(errors.splitlines()) == 1


def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    text = tmp_path / "letter.txt"
    text.write_text("Dear reader, this is no database, and long enough to be seen as none. " * 20)
    for unusable in (tmp_path, text):
        process = start("--data", str(unusable), "--port", "0")
        _, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode == 2
        assert str(unusable) in errors
        assert len(errors.splitlines()) == 1
