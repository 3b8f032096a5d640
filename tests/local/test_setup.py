"""`tools/setup.py` on a fresh machine: here with lock files that name no package, so no network."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SETUP = Path(__file__).resolve().parents[2] / "tools" / "setup.py"
PYTHON = getattr(sys, "_base_executable", sys.executable)
PROGRAMS = "/usr/bin:/bin"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    (tmp_path / "tools").mkdir()
    shutil.copy(SETUP, tmp_path / "tools")
    for lock in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / lock).write_text("# nothing\n")
    return tmp_path


def set_up(clone: Path, kind: str = "run", **environ: str) -> "subprocess.CompletedProcess[str]":
    env = {"PATH": PROGRAMS, "HOME": str(clone), **environ}
    command = [PYTHON, str(clone / "tools" / "setup.py"), kind]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=110)


def test_only_what_changed_is_installed(clone: Path):
    first, second = set_up(clone, "dev"), set_up(clone, "run")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert "Installing requirements-dev.txt with pip" in first.stdout
    assert second.stdout == second.stderr == ""
    assert stamp(clone)["python"] == os.path.realpath(clone / ".venv" / "bin" / "python")
    (clone / ".venv" / "mine").touch()
    (clone / "requirements.txt").write_text("# still nothing\n")
    assert "Installing requirements.txt" in set_up(clone).stdout
    assert (clone / ".venv" / "mine").exists()


def stamp(clone: Path) -> dict[str, str]:
    return json.loads((clone / ".venv" / "installed.json").read_text())


@pytest.mark.parametrize("harm", ["stopped half-way", "its Python is gone"])
def test_a_damaged_venv_is_made_anew(clone: Path, harm: str):
    programs = clone / ".venv" / "bin"
    programs.mkdir(parents=True)
    (clone / ".venv" / "half").touch()
    if harm == "stopped half-way":
        (programs / "python").symlink_to(PYTHON)
        (clone / ".venv" / "unfinished").touch()
    done = set_up(clone)
    assert done.returncode == 0, done.stderr
    assert not (clone / ".venv" / "half").exists()
    assert subprocess.run([programs / "python", "-m", "pip", "--version"]).returncode == 0


def test_a_missing_venv_module_is_answered_with_the_command_that_brings_it(clone: Path):
    (clone / "lacking").mkdir()
    (clone / "lacking" / "sitecustomize.py").write_text(
        "import sys\nsys.modules['ensurepip'] = None\n"
    )
    done = set_up(clone, PYTHONPATH=str(clone / "lacking"))
    assert done.returncode == 2
    assert done.stderr.startswith("Python's venv module is missing; please ")
    assert done.stderr.count("\n") == 1
    if shutil.which("apt-get", path=PROGRAMS):
        assert f"apt-get install python3.{sys.version_info.minor}-venv" in done.stderr


def test_a_folder_that_cannot_be_written_is_named(clone: Path):
    (clone / ".venv.lock").mkdir()
    done = set_up(clone)
    assert done.returncode == 2
    assert f"The folder {clone} cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_lock_without_hashes_is_refused(clone: Path):
    """Only what the lock names, to the last bit: this one would have been any `flask`."""
    (clone / "requirements.txt").write_text("flask==3.1.3\n")
    done = set_up(clone)
    assert done.returncode == 2
    assert "requirements.txt could not be installed" in done.stderr
    assert not (clone / ".venv" / "installed.json").exists()
