"""The parts tests stand on start as any user, are shared or not as promised, and leave nothing."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from tests.machinery import lifeline, notes, postgres, valkey
from tests.machinery.browser import CHOSEN, candidates, find_browser, split_version

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A run of its own, so that what is noted here is not this run's."""
    monkeypatch.delenv(lifeline.RUN, raising=False)
    held, lifeline._held[:] = list(lifeline._held), []
    folder = lifeline.begin_run()
    yield folder
    lifeline.end_run(folder)
    lifeline._held[:] = held


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


@pytest.mark.parametrize("binaries", postgres.installations(), ids=str)
def test_every_postgresql_found_here_starts_and_keeps_unicode(run: Path, binaries: Path):
    server = postgres.start(binaries, run / "pg")
    server.create("desk")
    with psycopg.connect(host=str(server.sockets), user="desk", dbname="desk") as connection:
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        assert connection.execute("SELECT 'お困りですか'").fetchone() == ("お困りですか",)
    server.stop()
    assert not server.answers()
    assert not server.sockets.exists()


def test_one_server_serves_a_whole_run_and_databases_copy_a_template(run: Path):
    first, second = postgres.postgres_server(), postgres.postgres_server()
    if first is None or second is None:
        notes.skip_or_fail("PostgreSQL", postgres.why_not())
    assert first == second
    first.create("pattern")
    with psycopg.connect(host=str(first.sockets), user="desk", dbname="pattern") as connection:
        connection.execute("CREATE TABLE kept (x int)")
    second.create("copy", template="pattern")
    second.create("copy", template="pattern")
    with psycopg.connect(host=str(first.sockets), user="desk", dbname="copy") as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    assert "PostgreSQL" in notes.summary()


def test_an_installation_nobody_may_read_is_copied(run: Path, tmp_path: Path):
    user = postgres.nobody()
    if user is None or not postgres.installations():
        pytest.skip("matters to root with a PostgreSQL only")
    packaged = postgres.installations()[0]
    hidden = tmp_path / "hidden"
    shutil.copytree(packaged.parent, hidden / "package" / packaged.parent.name, symlinks=True)
    libraries = packaged.parent.parent.with_name(packaged.parent.parent.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, hidden / libraries.name, symlinks=True)
        (hidden / "package").rename(hidden / packaged.parent.parent.name)
    hidden.chmod(0o700)
    binaries = next(hidden.glob(f"*/{packaged.parent.name}/bin"))
    server = postgres.start(binaries, run / "pg")
    assert server.answers()
    server.stop()


KILLED = """
import os, signal, sys
from tests.machinery import lifeline, postgres, valkey
folder = lifeline.begin_run()
started = postgres.postgres_server()
print(folder, valkey.valkey_server().keeper, *([started.keeper] if started else []), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_leaves_no_server_and_no_folder():
    env = {name: value for name, value in os.environ.items() if name != lifeline.RUN}
    command = [sys.executable, "-c", KILLED]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    folder, *keepers = done.stdout.split()
    assert len(keepers) in (1, 2), done.stderr
    assert eventually(lambda: not any(psutil.pid_exists(int(keeper)) for keeper in keepers))
    assert eventually(lambda: not Path(folder).exists())


def test_a_command_that_ends_at_once_is_noticed(run: Path):
    folder = run / "server"
    folder.mkdir()
    keeper = lifeline.keep(["false"], run / "alive", folder, run / "log")
    assert eventually(lambda: not lifeline.is_alive(keeper))
    assert not folder.exists()


def test_valkey_is_real_and_scripts_run():
    server = valkey.valkey_server()
    assert server is valkey.valkey_server()
    with redis.Redis.from_url(server.url) as client:
        assert client.eval("return {1, redis.call('PING')}", 0)


def test_a_chosen_browser_is_the_only_candidate(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(CHOSEN, "/opt/my/chrome")
    assert list(candidates()) == [Path("/opt/my/chrome")]


@pytest.mark.parametrize(
    ("told", "split"),
    [
        ("Chromium 156.0.7444.59 built on Debian GNU/Linux 12", ("Chromium", "156")),
        ("Google Chrome 156.0.7444.60 ", ("Google Chrome", "156")),
        ("Chromium", ("Chromium", "")),
    ],
)
def test_a_browser_is_named_by_its_first_number(told: str, split: tuple[str, str]):
    assert split_version(told) == split


def test_a_browser_found_can_open_a_page():
    browser = find_browser()
    if browser is None:
        notes.skip_or_fail("Browser", "not found")
    from playwright.sync_api import sync_playwright

    def title() -> str:
        with sync_playwright() as playwright:
            opened = playwright.chromium.launch(executable_path=browser.path, args=browser.args)
            page = opened.new_page()
            page.set_content("<title>お困りですか?</title>")
            said: str = page.title()
            opened.close()
            return said

    with ThreadPoolExecutor(1) as aside:  # the pages' tests may have a browser open in this thread
        assert aside.submit(title).result() == "お困りですか?"


INNER = """
import gc, pytest, sys
from tests.machinery import notes
def test_runs(): notes.found("SQLite", "3.45")
def test_lacks(): notes.skip_or_fail("PostgreSQL", "not found")
class Left:
    def __init__(self): self.me = self
    def __del__(self): print("looked through", file=sys.__stderr__)
def test_leaves():
    gc.disable()
    Left()
"""


@pytest.mark.parametrize(
    ("required", "counts", "said"),
    [
        (
            "0",
            "2 passed, 1 skipped",
            "PostgreSQL: not found, its tests were skipped; ran on SQLite",
        ),
        ("1", "1 failed, 2 passed", "PostgreSQL is required here but not found"),
    ],
)
@pytest.mark.parametrize("processes", ["0", "2"])
def test_the_end_of_a_run_says_what_was_missing(tmp_path, required, counts, said, processes):
    (tmp_path / "test_inner.py").write_text(INNER)
    env = {**os.environ, "REQUIRE_POSTGRES": required, "PYTHONPATH": str(ROOT)}
    env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    plugins = ["-p", "xdist", "-p", "tests.machinery.plugin"]
    command = [sys.executable, "-m", "pytest", *plugins, "-n", processes]
    done = subprocess.run(
        [*command, "-c", os.devnull, "--rootdir", str(tmp_path), str(tmp_path)],
        env=env, cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    *_, own, closing = done.stdout.strip().splitlines()
    assert counts in closing
    assert said in (own if required == "0" else done.stdout)
    assert ("looked through" in done.stderr) is (processes == "0"), "what only holds up the end"
