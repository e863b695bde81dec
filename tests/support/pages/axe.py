"""What axe-core finds on a page against WCAG 2.2, levels A and AA."""

import json
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# The sizes of what is touched are new in 2.2, and left out unless they are asked for.
WHOLE = {"runOnly": {"type": "tag", "values": LEVELS}, "rules": {"target-size": {"enabled": True}}}
# All that another theme changes.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
FOUND = {"resultTypes": ["violations"]}
AXE = "axe_playwright_python"
# The driver hands it over, so that the page's own policy has no say in it.
SCRIPT = files(AXE).joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """In the light theme, and what the dark one adds; the page is left in the light one."""
    found = _run(page, "light", WHOLE)
    page.emulate_media(color_scheme="dark")
    found += _run(page, "dark", COLOURS)
    page.emulate_media(color_scheme="light")
    return found


def _run(page: Page, theme: str, options: dict[str, Any]) -> list[str]:
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(SCRIPT)
    found = page.evaluate("options => axe.run(options)", options | FOUND)["violations"]
    return [f"{theme}: {each['id']} at {_where(each['nodes'])}" for each in found]


def _where(nodes: list[dict[str, Any]]) -> str:
    return "; ".join(json.dumps(node["target"], ensure_ascii=False) + " " + node["html"][:120] for node in nodes[:5])
