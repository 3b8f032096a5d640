"""Pictures of the main pages of a running demo desk: `make screens` after `make run`.

`python -m tests.browser.screens FOLDER [URL]`; light, dark and 390 px wide.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from support.demo.loading import PASSWORD, email_of, read_story
from tests.browser.conftest import sign_in
from tests.machinery.browser import find_browser

PAGES = {
    "queue": "/",
    "queue-resolved": "/?view=resolved",
    "ticket": "/tickets/7",
    "ticket-dm": "/tickets/20",
    "canned": "/canned",
    "reports": "/reports",
    "me": "/me",
}
SHAPES = (("light", 1440, 900), ("dark", 1440, 900), ("light", 390, 844), ("dark", 390, 844))


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0] if arguments else "build/screens")
    url = arguments[1] if len(arguments) > 1 else "http://127.0.0.1:8000"
    found = find_browser()
    if found is None:
        print("No Chromium was found; name one in TEST_BROWSER.", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.path, args=found.args)
        for scheme, width, height in SHAPES:
            _take(browser, url, folder, scheme, width, height)
        browser.close()
    print(f"pictures in {folder}")
    return 0


def _take(browser: Browser, url: str, folder: Path, scheme: str, width: int, height: int) -> None:
    lead = next(row for row in read_story().team if row["role"] == "lead")
    viewport = {"width": width, "height": height}
    context = browser.new_context(
        base_url=url, color_scheme=scheme, viewport=viewport, locale="ja-JP"
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.screenshot(path=folder / f"sign-in-{width}-{scheme}.png")
    sign_in(page, email_of(lead), PASSWORD)
    for name, path in PAGES.items():
        page.goto(path)
        page.wait_for_load_state("load")
        page.screenshot(path=folder / f"{name}-{width}-{scheme}.png")
    context.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
