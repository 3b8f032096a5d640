"""The desk's own Valkey: kept data, one server on the files, nobody else's folder."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from support.local import valkey


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    valkey.end_left_over(tmp_path / "valkey", valkey.socket_path(tmp_path))
    shutil.rmtree(valkey.socket_path(tmp_path).parent, ignore_errors=True)


def begin(data: Path) -> "subprocess.Popen[bytes]":
    popen = subprocess.Popen(valkey.server(data).argv, start_new_session=True)
    deadline = time.monotonic() + 30
    while not valkey.answers(valkey.socket_path(data)):
        assert time.monotonic() < deadline
        assert popen.poll() is None
        time.sleep(0.01)
    return popen


def test_what_was_queued_is_there_after_a_stop_and_a_start(data: Path):
    first = begin(data)
    client = redis.Redis.from_url(valkey.url(data))
    client.rpush("queue", "41", "42")
    first.send_signal(signal.SIGTERM)
    first.wait(timeout=30)
    second = begin(data)
    assert client.lrange("queue", 0, -1) == [b"41", b"42"]
    second.terminate()
    second.wait(timeout=30)


def test_a_server_left_running_is_ended_before_another_uses_its_files(data: Path):
    left = begin(data)
    redis.Redis.from_url(valkey.url(data)).set("kept", "yes")
    again = begin(data)
    assert left.wait(timeout=30) == 0
    assert redis.Redis.from_url(valkey.url(data)).get("kept") == b"yes"
    again.terminate()
    again.wait(timeout=30)


def test_only_our_own_user_may_speak_to_it(data: Path):
    popen = begin(data)
    path = valkey.socket_path(data)
    assert path.parent.stat().st_mode & 0o077 == 0
    assert path.stat().st_mode & 0o077 == 0
    popen.terminate()
    popen.wait(timeout=30)


def test_a_folder_put_in_its_place_by_somebody_else_is_refused(tmp_path: Path):
    place = tmp_path / "run"
    place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(valkey.ValkeyError, match="belongs to somebody else"):
        valkey.own_folder(place)


def test_the_socket_has_a_short_path_however_deep_the_data_lies(tmp_path: Path):
    deep = tmp_path.joinpath(*["a-folder-with-a-long-name"] * 8)
    assert len(os.fsencode(valkey.socket_path(deep))) <= valkey.LONGEST_SOCKET_PATH
    assert valkey.socket_path(deep) != valkey.socket_path(tmp_path)


def test_a_server_on_path_is_taken_where_the_package_has_none(tmp_path, monkeypatch):
    server = tmp_path / "valkey-server"
    server.write_text("#!/bin/sh\n")
    server.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert valkey.first_usable([None, valkey.on_path("valkey-server")]) == server


def test_no_server_at_all_is_a_sentence():
    with pytest.raises(valkey.ValkeyError, match="DESK_REDIS_URL"):
        valkey.first_usable([None, None])
