"""What every page keeps to, looked at in one open window: each look says what it found wrong."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

from tests.browser.conftest import Window

WIDTHS = (320, 390, 768, 1440)
WIDE, HIGH = 1440, 900
LOW = 500
"""A small laptop with a keyboard over half its screen: whatever is cut off must be reachable."""

TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("CSP", event.violatedDirective, event.blockedURI, event.sourceFile || ""));
"""
CUT_OFF = """
() => [...document.querySelectorAll("*")].filter((box) => {
  const style = getComputedStyle(box);
  if (!/hidden|clip/.test(style.overflowY)) return false;
  if (box.scrollHeight <= box.clientHeight + 4) return false;
  if (box.clientHeight < 24 || !box.checkVisibility()) return false;
  const edge = box.getBoundingClientRect().bottom;
  const pressed = box.querySelectorAll("a[href], button, input, select, textarea, summary");
  return [...pressed].some((one) => {
    const at = one.getBoundingClientRect();
    return one.checkVisibility({ visibilityProperty: true }) && at.height > 2 && at.top >= edge
      && !lets(one, box);
  });
  function lets(one, box) {
    for (let up = one.parentElement; up && up !== box; up = up.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(up).overflowY)) return true;
    }
    return /fixed/.test(getComputedStyle(one).position);
  }
}).map((box) => box.outerHTML.slice(0, 120))
"""
REMEMBER = """
() => {
  const styles = ["color", "backgroundColor", "backgroundImage", "opacity", "filter",
    "mixBlendMode", "textShadow", "fontSize", "fontWeight", "position"];
  const look = (one) => {
    const style = getComputedStyle(one);
    return one.checkVisibility({ visibilityProperty: true, opacityProperty: true })
      + styles.map((name) => style[name]).join();
  };
  const every = () => [document.documentElement, ...document.querySelectorAll("body, body *")];
  const before = new Map(every().map((one) => [one, look(one)]));
  window.looksOther = () => {
    const other = new Set();
    return every().filter((one) => {
      if (other.has(one.parentElement)) return other.add(one) && false;
      if (before.get(one) === look(one)
        && /static|relative/.test(getComputedStyle(one).position)) return false;
      return other.add(one);
    });
  };
}
"""
"""Then `looksOther` finds what has other colours, another size of letters or another ground than it
had, or floats, and so stands on whatever is under it; each with all that is in it."""


def faults_on(window: Window, path: str) -> list[str]:
    """Everything wrong with the page, in light and dark and at every width."""
    page, found = window.page, len(window.faults)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size({"width": WIDE, "height": HIGH})
    answer = page.goto(path)
    page.wait_for_load_state("load")
    if answer is None or answer.status != 200 or ("/sign-in" in page.url) != (path == "/sign-in"):
        return [f"{path}: answers {answer and answer.status}, {page.url}"]
    page.evaluate(_axe())
    looks = [*_barriers(page, "light, wide"), *_sizes(page), *_barriers(page, "dark, narrow")]
    page.evaluate(REMEMBER)
    page.set_viewport_size({"width": WIDE, "height": HIGH})
    looks += _barriers(page, "dark, wide", ["color-contrast"], "looksOther()")
    return [f"{path}: {fault}" for fault in (*looks, *window.faults[found:])]


def _sizes(page: Page) -> Iterator[str]:
    """From wide to narrow, as a window is drawn smaller."""
    for width in sorted(WIDTHS, reverse=True):
        page.set_viewport_size({"width": width, "height": HIGH})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            yield f"scrolls sideways at {width}: {wide}, {_widest(page, width)}"
        if width in (390, 1440):
            page.set_viewport_size({"width": width, "height": LOW})
            yield from (f"cut off at {width}×{LOW}: {box}" for box in page.evaluate(CUT_OFF))


def _widest(page: Page, width: int) -> str:
    told: str = page.evaluate(
        """(width) => [...document.querySelectorAll("body *")]
          .filter((one) => one.getBoundingClientRect().right > width + 1)
          .map((one) => one.outerHTML.slice(0, 90)).slice(0, 3).join(" | ")""",
        width,
    )
    return told


def _barriers(
    page: Page, how: str, rules: list[str] | None = None, within: str = "[document]"
) -> Iterator[str]:
    """What axe-core finds; a theme changes colours and nothing else, so few rules may do.

    Nor need it look again `within` what looks as it did: reckoning colours is most of its work.
    """
    if how.endswith("narrow"):
        page.set_viewport_size({"width": 390, "height": HIGH})
    page.emulate_media(color_scheme="dark" if how.startswith("dark") else "light")
    only = {"runOnly": {"type": "rule", "values": rules}} if rules else {}
    options = {"resultTypes": ["violations"], "preload": False, **only}
    look = f"""async (options) => {{
      const within = {within};
      if (!within.length) return [];
      return (await axe.run({{ include: within }}, options)).violations;
    }}"""
    for one in page.evaluate(look, options):
        yield f"{one['id']} ({how}): {[node['html'][:140] for node in one['nodes']][:3]}"


@cache
def _axe() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
