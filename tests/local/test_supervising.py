"""The set of processes lives and dies together, whatever ends it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
STAYS = "signal.pause()"
LONG = 60.0
"""Seconds after which a wait is a failure; no test passes or fails by a shorter time."""


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a set of stand-ins; whatever is left of it afterwards is ended."""
    begun: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **named: str) -> subprocess.Popen[str]:
        scripts = [f"{name}={script}" for name, script in named.items()]
        command = [sys.executable, "-m", "tests.local.stand_in_set", str(tmp_path)]
        popen = subprocess.Popen(
            [*command, *arguments, *scripts],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        begun.append(popen)
        return popen

    yield start
    for popen in begun:
        popen.kill()
        popen.wait()
        assert popen.stdout is not None
        popen.stdout.close()
    for file in tmp_path.glob("*.pid"):
        if is_running(int(file.read_text())):
            os.kill(int(file.read_text()), signal.SIGKILL)


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + LONG
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def is_running(pid: int) -> bool:
    """A zombie has ended: only its parent has not looked yet."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def pid_of(folder: Path, name: str) -> int:
    assert eventually((folder / f"{name}.pid").exists), f"{name} was not started"
    return int((folder / f"{name}.pid").read_text())


@pytest.mark.parametrize(
    "how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda s: s.name
)
def test_a_wish_to_stop_ends_every_process(begin, tmp_path, how):
    set_of_two = begin(web=STAYS, send=STAYS)
    pids = [pid_of(tmp_path, "web"), pid_of(tmp_path, "send")]
    set_of_two.send_signal(how)
    set_of_two.communicate(timeout=LONG)
    assert set_of_two.returncode == 0
    assert not any(map(is_running, pids))


def test_a_process_is_asked_before_it_is_ended(begin, tmp_path):
    tidy = "signal.signal(signal.SIGTERM, lambda *_: (note('tidied'), sys.exit(0)))\n"
    one = begin(web=tidy + "note('up')\nwhile True: time.sleep(60)")
    assert eventually((tmp_path / "up").exists)
    one.terminate()
    one.communicate(timeout=LONG)
    assert (tmp_path / "tidied").exists()


def test_what_the_others_need_is_stopped_after_them(begin, tmp_path):
    leave = (
        "def leave(*_): note({0!r}, str(time.time_ns())); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, leave)\n"
    )
    rest = "note({0!r})\nwhile True: time.sleep(60)"
    begun = begin(
        last_valkey=leave.format("valkey_ended") + rest.format("valkey_up"),
        send=leave.format("send_ended") + rest.format("send_up"),
    )
    assert eventually(lambda: all((tmp_path / n).exists() for n in ("valkey_up", "send_up")))
    begun.terminate()
    begun.communicate(timeout=LONG)
    ended = [int((tmp_path / name).read_text()) for name in ("send_ended", "valkey_ended")]
    assert ended == sorted(ended)


def test_a_process_that_will_not_end_is_ended(begin, tmp_path):
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nnote('deaf')\nwhile True: time.sleep(60)"
    one = begin(web=deaf)
    assert eventually((tmp_path / "deaf").exists)
    one.terminate()
    one.communicate(timeout=LONG)
    assert not is_running(pid_of(tmp_path, "web"))


CHILD = "child = subprocess.Popen(['sleep', '600'])\nnote('child.pid', str(child.pid))\n" + STAYS


def test_nothing_is_left_when_the_supervisor_is_killed(begin, tmp_path):
    """Neither its processes nor theirs, and no watch either."""
    one = begin("--with-parent", web=CHILD, send=STAYS)
    pids = [pid_of(tmp_path, name) for name in ("web", "send", "child")]
    watch = children_of(one.pid)
    one.kill()
    assert eventually(lambda: not any(map(is_running, pids + watch)))


def children_of(pid: int) -> list[int]:
    return [child.pid for child in psutil.Process(pid).children()]


def test_the_set_stops_when_its_caller_is_killed(tmp_path, begin):
    caller = "\n".join(
        [
            "import subprocess, sys",
            "script = 'web=' + 'signal.pause()'",
            "command = [sys.executable, '-m', 'tests.local.stand_in_set', sys.argv[1]]",
            "subprocess.run([*command, '--with-parent', script])",
        ]
    )
    with subprocess.Popen([sys.executable, "-c", caller, str(tmp_path)], cwd=ROOT) as make:
        pid = pid_of(tmp_path, "web")
        supervisor = children_of(make.pid)
        make.kill()
    assert eventually(lambda: not any(map(is_running, [pid, *supervisor])))


def test_the_watch_is_renewed_when_it_is_killed(begin, tmp_path):
    one = begin(web=STAYS)
    web = pid_of(tmp_path, "web")
    (watch,) = [pid for pid in children_of(one.pid) if pid != web]
    os.kill(watch, signal.SIGKILL)
    assert eventually(lambda: {web} < set(children_of(one.pid)) - {watch})
    one.kill()
    assert eventually(lambda: not is_running(web))


def test_a_process_that_died_is_started_again_and_that_is_said(begin, tmp_path):
    one = begin(web=STAYS)
    first = pid_of(tmp_path, "web")
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: pid_of(tmp_path, "web") != first)
    one.terminate()
    said, _ = one.communicate(timeout=LONG)
    assert "web was ended by SIGKILL; starting it again" in said


def test_what_a_dead_process_left_behind_goes_before_it_starts_again(begin, tmp_path):
    """Its port must be free again."""
    one = begin(web=CHILD)
    web, child = pid_of(tmp_path, "web"), pid_of(tmp_path, "child")
    os.kill(web, signal.SIGKILL)
    assert eventually(lambda: pid_of(tmp_path, "web") != web)
    assert not is_running(child)
    one.terminate()
    one.communicate(timeout=LONG)


def test_a_process_that_cannot_be_started_stops_the_set_with_a_sentence(begin, tmp_path):
    one = begin(web="print('no such column'); sys.exit(3)", send=STAYS)
    said, _ = one.communicate(timeout=LONG)
    assert one.returncode == 1
    assert "web       | no such column" in said
    assert said.rstrip().endswith("what it said stands above.")
    assert "Traceback" not in said
    assert not is_running(pid_of(tmp_path, "send"))


def test_lines_carry_the_name_of_who_said_them_and_none_is_lost(begin, tmp_path):
    lines = 2_000
    talks = f"print('\\n'.join(f'line {{n}}' for n in range({lines})), flush=True)\n"
    one = begin(send=talks + "note('told')\n" + STAYS)
    assert eventually((tmp_path / "told").exists)
    one.terminate()
    said, _ = one.communicate(timeout=LONG)
    assert [line for line in said.splitlines() if "line" in line] == [
        f"send      | line {n}" for n in range(lines)
    ]


def test_a_closed_terminal_is_a_wish_to_stop(begin, tmp_path):
    one = begin(web="while True: print('still here', flush=True); time.sleep(0.05)")
    web = pid_of(tmp_path, "web")
    assert one.stdout is not None
    one.stdout.close()
    one.wait(timeout=LONG)
    assert one.returncode == 0
    assert not is_running(web)
