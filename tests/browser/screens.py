"""Pictures of every page of the demo desk, in light, dark and on a phone: `make screens`.

`python -m tests.browser.screens FOLDER [NAME …]` starts a desk of its own; names choose pages.
`index.html` in the folder shows them side by side.
"""

import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from sqlalchemy.orm import Session

from app import create_app
from support.db import engine_for
from support.demo.loading import PASSWORD
from tests.browser.conftest import ADMIN, sign_in
from tests.machinery import lifeline
from tests.machinery.browser import find_browser
from tests.machinery.desks import settings_of
from tests.machinery.pages import addresses
from tests.machinery.running import Demo, running_demo

SHAPES = {"light": ("light", 1440, 900), "dark": ("dark", 1440, 900), "phone": ("light", 390, 844)}
LOOK = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Madoguchi: every page</title>
<style>body{font:14px sans-serif;margin:2rem}section{display:flex;gap:1rem;margin-block:2rem}
img{height:22rem;border:1px solid #ccc}h2{flex:0 0 9rem;font-size:1rem}</style>
"""


def main(arguments: list[str]) -> int:
    folder, chosen = Path((arguments or ["build/screens"])[0]), set(arguments[1:])
    if find_browser() is None:
        print("No Chromium was found; name one in TEST_BROWSER.", file=sys.stderr)
        return 2
    lifeline.run_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="screens-") as place,
        running_demo(Path(place), now=datetime.now(UTC)) as desk,
    ):
        every = _paths(desk, Path(place))
        paths = {name: path for name, path in every.items() if not chosen or name in chosen}
        _take_all(desk.url, folder, paths)
    (folder / "index.html").write_text(LOOK + "".join(map(_row, paths)), encoding="utf-8")
    print(f"{len(paths)} pages: {folder / 'index.html'}")
    return 0


def _paths(desk: Demo, place: Path) -> dict[str, str]:
    app = create_app(settings_of(desk.database_url, place))
    engine = engine_for(desk.database_url)
    with Session(engine) as session:
        found = {"sign-in": "/sign-in", **addresses(app, session)}
    engine.dispose()
    return found


def _take_all(url: str, folder: Path, paths: Mapping[str, str]) -> None:
    found = find_browser()
    assert found is not None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.path, args=found.args)
        context = browser.new_context(
            base_url=url, locale="ja-JP", timezone_id="Asia/Tokyo", reduced_motion="reduce"
        )
        page = context.new_page()
        for name, path in paths.items():
            if name != "sign-in" and page.url.endswith(("about:blank", "/sign-in")):
                sign_in(page, ADMIN, PASSWORD)
            _take(page, folder, name, path)
        browser.close()


def _take(page: Page, folder: Path, name: str, path: str) -> None:
    page.goto(path)
    page.wait_for_load_state("load")
    for shape, (scheme, width, height) in SHAPES.items():
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=folder / f"{name}-{shape}.png", animations="disabled")


def _row(name: str) -> str:
    pictures = "".join(f'<img src="{name}-{shape}.png" alt="{shape}">' for shape in SHAPES)
    return f"<section><h2>{escape(name)}</h2>{pictures}</section>\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
