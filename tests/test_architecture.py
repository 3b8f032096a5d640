"""The plan of the house, held: who may import whom, what rules may know, how long files are."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.jobs.bell import JOBS
from tests.plan import DOORS, GROUND, MAY_IMPORT, NOUNS, READS_RECORDS_OF_ALL

ROOT = Path(__file__).resolve().parent.parent
SUPPORT = ROOT / "support"

ROOMS = {path.name for path in SUPPORT.iterdir() if (path / "__init__.py").exists()}
NAMES_OF_X = (
    "api.x.com",
    "/2/tweets",
    "/2/users",
    "/2/dm_",
    "/intent/",
    "/messages/compose",
    "/status/{",
)
NOT_IN_RULES = {"flask", "sqlalchemy", "redis", "rq", "httpx", "os", "requests", "socket"}


def modules(folder: Path = SUPPORT) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def imports(path: Path, *, at_once: bool = False) -> Iterator[str]:
    """Dotted names imported at run time; what only the type checker reads is left out, and, for
    what is imported `at_once`, what a function imports when it is called."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in _running(tree, at_once):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _running(node: ast.AST, at_once: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if at_once and isinstance(child, ast.FunctionDef):
            continue
        yield child
        yield from _running(child, at_once)


def room_of(dotted: str) -> str | None:
    words = dotted.split(".")
    return words[1] if words[0] == "support" and len(words) > 1 else None


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_a_room_imports_only_the_rooms_below_it(room):
    allowed = MAY_IMPORT[room] | GROUND | {room}
    if room in ("replies", "inbox", "compliance"):
        allowed.add("desk")
    for path in modules(SUPPORT / room):
        wrong = {i for i in imports(path) if (r := room_of(i)) and r not in allowed}
        assert not wrong, f"{named(path)} imports {sorted(wrong)}"


def test_reports_read_the_records_of_other_rooms_and_act_on_nothing():
    rules = {"sla.keeping", *(f"{room}.{noun}" for room, nouns in NOUNS.items() for noun in nouns)}
    for path in modules(SUPPORT / "reports"):
        for name in imports(path):
            room = room_of(name)
            if room is None or room in GROUND | {"reports"}:
                continue
            inner = ".".join(name.split(".")[1:3])
            assert inner.endswith(".records") or inner in rules, f"{named(path)} imports {name}"


def test_no_room_imports_a_door():
    for room in MAY_IMPORT.keys() | READS_RECORDS_OF_ALL:
        for path in modules(SUPPORT / room):
            doors = {i for i in imports(path) if room_of(i) in DOORS}
            assert not doors, f"{named(path)} imports {sorted(doors)}"


@pytest.mark.parametrize("room", sorted(NOUNS))
def test_rules_know_nothing_of_flask_databases_networks_or_the_clock(room):
    for noun in NOUNS[room]:
        path = SUPPORT / room / f"{noun}.py"
        known = {name.split(".")[0] for name in imports(path)} & NOT_IN_RULES
        assert not known, f"{named(path)} imports {sorted(known)}"
        words = path.read_text("utf-8")
        assert "datetime.now(" not in words, named(path)
        assert "time.time(" not in words, named(path)


def test_hosts_and_paths_of_x_appear_behind_its_door_only():
    allowed = {"x", "sandbox", "settings"}
    for path in modules():
        if room_of(".".join(path.relative_to(ROOT).with_suffix("").parts)) in allowed:
            continue
        words = path.read_text("utf-8")
        for word in NAMES_OF_X:
            assert word not in words, f"{named(path)} names {word}"


def test_only_doors_read_the_clock():
    for room in MAY_IMPORT.keys() - {"sandbox"} | READS_RECORDS_OF_ALL:
        for path in modules(SUPPORT / room):
            assert "datetime.now(" not in path.read_text("utf-8"), named(path)


def test_the_foundation_knows_every_record():
    """An entrance that knew only some could not join them: which would be missing is seen late."""
    known = set(imports(SUPPORT / "foundation.py"))
    kept = {
        ".".join(p.relative_to(ROOT).with_suffix("").parts) for p in SUPPORT.rglob("*records.py")
    }
    assert kept <= known


@pytest.mark.parametrize("entrance", ["worker.py", "app.py", "support/jobs/__init__.py"])
def test_pages_are_loaded_for_a_web_server_only(entrance):
    """Workers and commands have no page to show, and would take half as long again to start."""
    loaded = loaded_with(ROOT / entrance)
    assert "support.foundation" in loaded or entrance.startswith("support")
    assert not {"support.web.families", "support.demo.playing"} & loaded


def test_a_worker_has_all_its_jobs_loaded():
    """One that forks for each job would load what is missing anew each time."""
    assert {function.rpartition(".")[0] for _, function in JOBS.values()} <= loaded_with(
        ROOT / "worker.py"
    )


def loaded_with(path: Path) -> set[str]:
    """The modules of the desk that are loaded at once with this one."""
    loaded, todo = set(), [path]
    while todo:
        for name in imports(todo.pop(), at_once=True):
            words = name.split(".")
            for count in range(1, len(words) + 1):
                module = ".".join(words[:count])
                if module not in loaded and (found := file_of(module)):
                    loaded.add(module)
                    todo.append(found)
    return loaded


def file_of(module: str) -> Path | None:
    place = ROOT.joinpath(*module.split("."))
    found = (place.with_suffix(".py"), place / "__init__.py")
    return next((path for path in found if path.is_file()), None)


def test_files_stay_short():
    long = {
        named(path): lines
        for path in [*modules(), *sorted((ROOT / "tests").rglob("*.py"))]
        if (lines := len(path.read_text("utf-8").splitlines())) > 320
    }
    assert long == {}


def test_there_is_no_drawer_for_everything():
    names = {path.name for path in SUPPORT.rglob("*")}
    assert not names & {"utils.py", "helpers.py", "common", "services", "models.py"}


def test_every_room_of_the_plan_is_in_the_table():
    known = MAY_IMPORT.keys() | READS_RECORDS_OF_ALL | DOORS
    assert known >= ROOMS, f"add {sorted(ROOMS - known)} to the table"
