"""Files of others stand here unchanged and with their licence."""

import hashlib
from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"
VENDOR = STATIC / "vendor"
NOTES = {"README.md", "SHA384SUMS"}


def listed():
    lines = (VENDOR / "SHA384SUMS").read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def test_every_file_is_listed_with_its_sum():
    there = {path.name: path for path in VENDOR.iterdir() if path.name not in NOTES}
    assert {
        name: hashlib.sha384(path.read_bytes()).hexdigest() for name, path in there.items()
    } == listed()


def test_every_file_is_named_with_its_licence():
    readme = (VENDOR / "README.md").read_text(encoding="utf-8")
    for name in listed():
        assert f"`{name}`" in readme
    assert any(name.endswith("LICENSE.txt") for name in listed())


def test_nothing_is_fetched_from_elsewhere():
    for path in STATIC.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert "http://" not in text, path
        assert "https://" not in text, path
    for path in STATIC.glob("*.css"):
        assert "url(" not in path.read_text(encoding="utf-8"), path


def test_our_own_parts_stay_small():
    """All script and the shared style, in bytes; what a page loads is weighed over the wire."""
    script = sum(path.stat().st_size for path in STATIC.glob("*.js"))
    assert script < 48_000
    assert (STATIC / "desk.css").stat().st_size < 84_000
