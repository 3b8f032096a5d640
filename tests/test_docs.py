"""What the guides say is there: settings, commands, files, rooms, and nothing that must not be."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from support import commands
from support.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
GUIDES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "canned_replies" / "README.md"]
)
BY_PAIR = [("README.md", "README.ja.md")]
REGISTRIES = re.compile(r"pypi|pythonhosted|npmjs|crates\.io|rubygems|docker\.io|ghcr\.io", re.I)
OWN_PATHS = ("/etc/madoguchi/", "/etc/systemd/system/", "/srv/madoguchi", "/run/secrets/")
"""Absolute paths that belong to the reader's machine, not to one of ours."""
MACHINE_PATH = re.compile(r"(?<![\w:./>*})-])/(?:work|home|root|Users|tmp|opt|etc|srv|run)\b\S*")


def text(path: Path | str) -> str:
    return (ROOT / path).read_text("utf-8")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def code(words: str) -> Iterator[str]:
    """What stands between backticks or in a fence: commands are looked for there only."""
    yield from re.findall(r"^```.*?^```", words, re.M | re.S)
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", words, flags=re.M | re.S))


def settings_there_are() -> set[str]:
    return {PREFIX + field.upper() for field in Settings.model_fields}


def described_settings() -> dict[str, str]:
    """Each row of the table in the operators' guide: the name, and its default as written."""
    rows = re.findall(r"^\| `(DESK_\w+)` \|.*\| (.*?) \|.*\|$", text("docs/operators.md"), re.M)
    return dict(rows)


def test_every_setting_is_described_and_no_other():
    assert set(described_settings()) == settings_there_are()


@pytest.mark.parametrize("guide", GUIDES, ids=name)
def test_guides_name_only_settings_there_are(guide):
    named = {word.removesuffix("_FILE") for word in re.findall(r"DESK_[A-Z_]*[A-Z]", text(guide))}
    assert named <= settings_there_are()


def test_the_default_of_a_setting_is_the_one_described():
    for setting, described in described_settings().items():
        default = Settings.model_fields[setting.removeprefix(PREFIX).lower()].default
        if default == "":
            assert "`" not in described or "desk.db" in described, setting
            continue
        written = str(default).lower() if isinstance(default, bool) else f"{default}"
        assert described == f"`{written.removesuffix('.0')}`", setting


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*## ", text("Makefile"), re.M))


@pytest.mark.parametrize("guide", GUIDES, ids=name)
def test_every_make_target_a_guide_names_exists(guide):
    named = {word for it in code(text(guide)) for word in re.findall(r"\bmake ([a-z-]+)", it)}
    assert named <= targets()


@pytest.fixture(scope="module")
def flask_commands() -> set[str]:
    """`doctor`, `db upgrade` and so on: our own commands, and those of Flask-Migrate."""
    app = Flask("docs")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    commands.init_app(app)
    from flask_migrate.cli import db as migrating

    return set(names(app.cli)) | {f"db {word}" for word in names(migrating)}


def names(group: click.Group) -> Iterator[str]:
    around = click.Context(group)
    for word in group.list_commands(around):
        command = group.get_command(around, word)
        if isinstance(command, click.Group):
            yield from (f"{word} {inner}" for inner in names(command))
        else:
            yield word


@pytest.mark.parametrize("guide", GUIDES, ids=name)
def test_every_flask_command_a_guide_names_exists(guide, flask_commands):
    for it in code(text(guide)):
        for words in re.findall(r"\bflask ([a-z-]+(?: [a-z-]+){0,2})", it):
            said = words.split()
            known = {" ".join(said[:length]) for length in (1, 2, 3)} & flask_commands
            whole_group = any(command.startswith(f"{words} ") for command in flask_commands)
            assert known or whole_group, f"flask {words}"


@pytest.mark.parametrize("guide", GUIDES, ids=name)
def test_every_link_to_a_file_leads_to_one(guide):
    for link in re.findall(r"\]\(([^)\s]+)\)", text(guide)):
        if not link.startswith(("https://", "http://", "#")):
            assert (guide.parent / link.split("#")[0]).exists(), link


@pytest.mark.parametrize(("english", "japanese"), BY_PAIR)
def test_both_languages_have_the_same_sections(english, japanese):
    """Same headings in number and depth, same tables, pictures and commands."""
    one, other = text(english), text(japanese)
    for what in (r"^#+(?= )", r"^\| (?:---)", r"!\[[^]]*\]\(([^)]+)\)", r"^```(\w*)$"):
        assert re.findall(what, one, re.M) == re.findall(what, other, re.M), what
    fences = re.compile(r"^```.*?^```", re.M | re.S)
    assert fences.findall(one) == fences.findall(other)


def test_every_room_is_on_the_map():
    there = {path.parent.name for path in (ROOT / "support").glob("*/__init__.py")}
    on_the_map = set(re.findall(r"[\w.]+", text("support/__init__.py")))
    assert there <= on_the_map, f"add {sorted(there - on_the_map)} to support/__init__.py"


def test_the_changelog_has_a_place_for_what_comes():
    first = re.search(r"^## (.*)$", text("CHANGELOG.md"), re.M)
    assert first is not None
    assert first[1] == "Unreleased"


def test_every_decision_is_listed():
    pages = {path.name for path in (ROOT / "docs" / "adr").glob("0*.md")}
    assert set(re.findall(r"\]\((0[^)]+)\)", text("docs/adr/README.md"))) == pages


@pytest.mark.parametrize("guide", GUIDES, ids=name)
def test_no_guide_names_a_package_registry_or_a_folder_of_one_machine(guide):
    words = text(guide)
    assert not REGISTRIES.search(words)
    strange = [path for path in MACHINE_PATH.findall(words) if not path.startswith(OWN_PATHS)]
    assert strange == []
    assert str(ROOT) + os.sep not in words


def test_pictures_are_small_enough_to_be_kept_with_the_code():
    for picture in (ROOT / "docs" / "screens").glob("*.png"):
        assert picture.stat().st_size < 200_000, picture.name
