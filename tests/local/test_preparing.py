"""What stands in the way of a start is one clear sentence, said before anything is started."""

import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.local import preparing
from support.local.preparing import CannotStart

ROOT = Path(__file__).resolve().parents[2]


def test_a_desk_without_settings_stands_on_its_own_valkey_sandbox_and_secret(tmp_path: Path):
    env = preparing.environment({"DESK_DATA_DIR": str(tmp_path), "DESK_SANDBOX_PORT": "8123"})
    settings = preparing.settings_from(env)
    assert settings.redis_url.startswith("unix:///")
    assert settings.x_base_url == settings.x_web_url == "http://127.0.0.1:8123"
    assert len(settings.secret_key) > 40


def test_what_somebody_set_is_left_alone(tmp_path: Path):
    chosen = {
        "DESK_DATA_DIR": str(tmp_path),
        "DESK_REDIS_URL": "redis://queue.example:6379/3",
        "DESK_X_BASE_URL": "https://api.x.com",
        "DESK_SECRET_KEY": "k" * 50,
    }
    assert preparing.environment(chosen) == chosen
    settings = preparing.settings_from(preparing.environment(chosen))
    assert settings.secret_key == "k" * 50
    assert not (tmp_path / "secret_key").exists()


def test_a_practice_desk_reaches_nothing_of_the_real_one(tmp_path: Path):
    real = {
        "DESK_DATA_DIR": str(tmp_path),
        "DESK_DATABASE_URL": "postgresql://desk.example/real",
        "DESK_REDIS_URL": "redis://queue.example:6379/3",
        "DESK_X_BASE_URL": "https://api.x.com",
        "DESK_SECRET_KEY_FILE": "/run/secrets/key",
        "DESK_PORT": "8100",
    }
    settings = preparing.settings_from(preparing.environment(preparing.for_practice(real)))
    practice = tmp_path / "practice"
    assert settings.practice
    assert settings.data_dir == practice
    assert settings.database_url == f"sqlite:///{practice / 'desk.db'}"
    assert settings.on_sandbox
    assert settings.secret_key == (practice / "secret_key").read_text().strip()
    assert (settings.port, settings.sandbox_port) == (8120, 8030)


def test_the_secret_is_made_once_and_for_us_alone(tmp_path: Path):
    env = preparing.environment({"DESK_DATA_DIR": str(tmp_path)})
    first = preparing.settings_from(env).secret_key
    assert preparing.settings_from(env).secret_key == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_bad_setting_is_named(tmp_path: Path):
    env = preparing.environment({"DESK_DATA_DIR": str(tmp_path), "DESK_PORT": "eighty"})
    with pytest.raises(CannotStart, match="DESK_PORT"):
        preparing.settings_from(env)


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("")
    env = preparing.environment({"DESK_DATA_DIR": str(tmp_path / "file" / "data")})
    with pytest.raises(CannotStart, match=r"file/data cannot be written .* DESK_DATA_DIR"):
        preparing.settings_from(env)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_data_folder_of_somebody_else_is_named(tmp_path: Path):
    tmp_path.chmod(0o500)
    with pytest.raises(CannotStart, match="cannot be written"):
        preparing.make_writable(tmp_path)


def test_a_file_of_somebody_else_in_the_data_folder_is_named(tmp_path: Path):
    """The desk was started as root once, and now it is not."""
    if os.geteuid() != 0:
        pytest.skip("only root can make a file of somebody else")
    (tmp_path / "desk.db").write_text("")
    (tmp_path / "desk.db").chmod(0o600)
    tmp_path.chmod(0o777)
    script = (
        "import os, sys; from pathlib import Path; from support.local import preparing\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "try: preparing.make_writable(Path(sys.argv[1]))\n"
        "except preparing.CannotStart as error: print(error)\n"
    )
    for above in list(tmp_path.parents)[:3]:
        above.chmod(0o755)
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert "desk.db cannot be written (it belongs to another user)" in done.stdout


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_named_with_a_way_out(taken: int):
    with pytest.raises(CannotStart, match=rf"Port {taken} .* make run DESK_PORT={taken + 100}"):
        preparing.check_port("127.0.0.1", taken, "DESK_PORT")


def test_a_free_port_passes(taken: int):
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    preparing.check_port("127.0.0.1", free, "DESK_PORT")


def test_the_same_data_is_held_once(tmp_path: Path):
    first = preparing.hold(tmp_path)
    with pytest.raises(CannotStart, match=f"already running on .* .process {os.getpid()}.:"):
        preparing.hold(tmp_path)
    first.close()
    preparing.hold(tmp_path).close()


def test_what_a_killed_set_left_behind_is_waited_for(tmp_path: Path):
    """Its watch holds the lock for as long as it tidies up."""
    holds = (
        "import fcntl, sys, os, time; f = open(sys.argv[1], 'a+'); fcntl.flock(f, fcntl.LOCK_EX)\n"
        "f.write(sys.argv[2]); f.flush(); print('held', flush=True); sys.stdin.read()\n"
    )
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True
    )
    command = [
        sys.executable,
        "-c",
        holds,
        str(tmp_path / "desk.lock"),
        gone.stdout.decode().strip(),
    ]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as watch:
        assert watch.stdin
        assert watch.stdout
        watch.stdout.readline()
        threading.Timer(0.5, watch.stdin.close).start()
        preparing.hold(tmp_path).close()


def test_a_posts_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(CannotStart, match=r"POSTS=.*nowhere\.jsonl cannot be read"):
        preparing.check_posts(tmp_path / "nowhere.jsonl")


def test_a_redis_that_does_not_answer_is_named_without_its_password(taken: int):
    with pytest.raises(CannotStart, match="does not answer") as fault:
        preparing.check_redis("redis://:hush@127.0.0.1:1/0")
    assert "hush" not in str(fault.value)


@pytest.mark.parametrize(
    ("arguments", "environ", "said"),
    [
        (["run", "--speed", "fast"], {}, "SPEED must be a number above 0, not 'fast'"),
        (["run", "--posts", "nowhere.jsonl"], {}, "nowhere.jsonl cannot be read"),
        (["run"], {"DESK_PORT": "0"}, "DESK_PORT"),
        (["run"], {"DESK_COLOUR": "red"}, "DESK_COLOUR is not a setting"),
        (["run"], {"DESK_REDIS_URL": "redis://127.0.0.1:1/0"}, "127.0.0.1:1/0 does not answer"),
        (
            ["run", "--posts", "posts.jsonl"],
            {"DESK_X_BASE_URL": "https://api.x.com"},
            "unset DESK_X_BASE_URL",
        ),
        (["exec"], {}, "Name a command"),
        (["exec", "no-such-program"], {}, "no-such-program cannot be started"),
    ],
)
def test_the_command_answers_with_a_sentence_and_exit_code_2(tmp_path, arguments, environ, said):
    done = local(arguments, {"DESK_DATA_DIR": str(tmp_path), **environ})
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_runs_with_the_settings_of_the_desk(tmp_path: Path):
    show = "import os; print(os.environ['DESK_X_BASE_URL'], os.environ['DESK_DATA_DIR'])"
    done = local(["exec", "python", "-c", show], {"DESK_DATA_DIR": str(tmp_path)})
    assert done.stdout == f"http://127.0.0.1:8010 {tmp_path}\n"


def local(arguments: list[str], environ: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    outer = {name: value for name, value in os.environ.items() if not name.startswith("DESK_")}
    command = [sys.executable, "-m", "support.local", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**outer, **environ}, capture_output=True, text=True, timeout=60
    )
