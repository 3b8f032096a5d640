"""The plan of the house, held: who may import whom, what rules may know, how long files are."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

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


def imports(path: Path) -> Iterator[str]:
    """Dotted names imported at run time; what only the type checker reads is left out."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in _running(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _running(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _running(child)


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
